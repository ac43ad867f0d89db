import type { Clock, World } from '../reconciler/ports.ts';
import { type CallContext, type CallPriority, withCallContext } from './callContext.ts';
import { readReceivedBytes } from './callers.ts';
import type { AwsClients } from './clients.ts';
import { readEdgeTraffic } from './edgeTraffic.ts';
import { translated } from './errors.ts';
import { readAlarms, readAlarmsBeneath } from './gates/alarms.ts';
import { readEdgeMinutes } from './gates/edgeMinutes.ts';
import { readNewestData } from './gates/newestData.ts';
import { readHealth } from './health.ts';
import { takeInventory } from './inventory/inventory.ts';
import { readMeshAnswer } from './meshAnswer.ts';
import { type ProbeWay, sendProbes } from './probes/send.ts';
import { askOverNetwork } from './probes/way.ts';
import { createGreenRegistries } from './registries.ts';
import { createResourceActor } from './resources/index.ts';
import { releaseScaling, scalingReleased } from './resources/scaling.ts';
import { raiseFloor } from './resources/scalingFloor.ts';
import { createBlueRetirement } from './retirement.ts';
import { createAlbRouter } from './routers/alb.ts';
import { readRunningImages } from './runningImages.ts';
import { createTurnTaking } from './turns.ts';
import { readServiceConnectAnswers, readServiceConnectCalls } from './serviceConnectMetrics.ts';

export interface WorldOptions {
  clients: AwsClients;
  clock: Clock;
  /** Waits, in real milliseconds. */
  realPause: (ms: number) => Promise<void>;
  /** The fence, run before every attempt of every mutating call. What it throws passes through. */
  beforeMutation?: (callName: string) => void;
  /** Asked at each call: on the way back a plan draws on the share of the budget that is kept for that. */
  priority?: () => CallPriority;
  /** How probes are sent. Default over the network, to the load balancer's own name. */
  probes?: ProbeWay;
  /** Asked at each call; joined to the log lines of calls. */
  logFields?: () => object;
}

/** Fresh services that AWS does not show yet, one list for all worlds over the same clients. */
const unseenByClients = new WeakMap<AwsClients, Map<string, number>>();

/** Everything that the reconciler asks of AWS. Cheap to make: one for each plan, over the process's clients. */
export function createWorld(options: WorldOptions): World {
  const { clients, clock } = options;
  const unseen = unseenByClients.get(clients) ?? new Map<string, number>();
  unseenByClients.set(clients, unseen);

  const context = (): CallContext => ({
    ...(options.priority === undefined ? {} : { priority: options.priority() }),
    ...(options.beforeMutation === undefined ? {} : { beforeMutation: options.beforeMutation }),
    ...(options.logFields === undefined ? {} : { logFields: options.logFields() }),
  });
  const within = <T>(action: () => Promise<T>): Promise<T> => withCallContext(context(), action);
  const asked = <T>(action: () => Promise<T>): Promise<T> => within(() => translated(action));

  return {
    inventory: ({ spec }) =>
      asked(() => takeInventory(clients, { cluster: spec.source.cluster, mesh: spec.source.mesh, clock })),
    resources: inContext(createResourceActor({ clients, now: () => clock.now(), unseen }), within),
    router: inContext(createAlbRouter({ clients, realPause: options.realPause }), within),
    alarms: (names) => asked(() => readAlarms(clients, names)),
    alarmsBeneath: (alarms) => asked(() => readAlarmsBeneath(clients, alarms)),
    newestData: (metrics) => asked(() => readNewestData(clients, clock.now(), metrics)),
    health: (clusterArn, services, without) => asked(() => readHealth(clients, clusterArn, services, without)),
    runningImages: (clusterArn, services) => asked(() => readRunningImages(clients, clusterArn, services)),
    edgeTraffic: (rule, resolved, windowMs) =>
      asked(() => readEdgeTraffic(clients, clock.now(), rule, resolved, windowMs)),
    probe: (rule, owner, requests) =>
      asked(() =>
        sendProbes(clients, options.probes ?? { ask: askOverNetwork, baseUrl: undefined }, rule, owner, requests),
      ),
    serviceConnectCalls: (cluster, callingService, discoveryName, windowMs) =>
      asked(() => readServiceConnectCalls(clients, clock.now(), { cluster, callingService, discoveryName, windowMs })),
    edgeMinutes: (rule, resolved, fromMs, percentiles) =>
      asked(() => readEdgeMinutes(clients, clock.now(), rule, resolved, fromMs, percentiles)),
    serviceConnectAnswers: (cluster, calls, windowMs) =>
      asked(() =>
        readServiceConnectAnswers(
          clients,
          clock.now(),
          calls.map((call) => ({ cluster, ...call })),
          windowMs,
        ),
      ),
    receivedBytes: (clusterArn, services, sinceMs) =>
      asked(() => readReceivedBytes(clients, clock.now(), clusterArn, services, sinceMs)),
    blue: inContext(createBlueRetirement(clients), within),
    registries: inContext(createGreenRegistries(clients), within),
    meshAnswer: (mesh) => asked(() => readMeshAnswer(clients, mesh)),
    turns: inContext(createTurnTaking(clients), within),
    raiseFloor: (freeze, floor) => asked(() => raiseFloor(clients, freeze, floor)),
    releaseScaling: (resource) => asked(() => releaseScaling(clients, resource)),
    scalingReleased: (resource) => asked(() => scalingReleased(clients, resource)),
  };
}

/** The same object with every method run in the context. */
function inContext<Target extends object>(target: Target, within: <T>(action: () => Promise<T>) => Promise<T>): Target {
  const methods = Object.entries(target).map(([name, method]: [string, (...args: unknown[]) => Promise<unknown>]) => [
    name,
    (...args: unknown[]) => within(() => method(...args)),
  ]);
  return Object.fromEntries(methods) as Target;
}
