import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SimulatedClock } from '../../../lab/clock.ts';
import type { SimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import { Budget } from '../../../src/aws/budget.ts';
import { currentCall, withCallContext } from '../../../src/aws/callContext.ts';
import { type AwsClients, createClients } from '../../../src/aws/clients.ts';
import type { Ask } from '../../../src/aws/probes/ask.ts';
import { createWorld } from '../../../src/aws/world.ts';
import type { PlanStatus } from '../../../src/machines/record.ts';
import type { Log, NotifyChannels } from '../../../src/reconciler/ports.ts';
import { createChannels } from '../../../src/notify/channels.ts';
import { Reconciler } from '../../../src/reconciler/reconcile.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/reconciler/settings.ts';
import { planHash } from '../../../src/state/planHash.ts';
import { DynamoPlanStore } from '../../../src/state/planStore.ts';

export const TABLE = 'meshlift';
export const LEASE_MS = 30_000;
const CALL_MS_MAX = 8_000;

/** A mutating call of an operator, as it goes out. */
export interface Mutation {
  /** `ecs:CreateService`, `dynamodb:UpdateItem`. */
  api: string;
  input: Readonly<Record<string, unknown>>;
}

/** What stands between an operator and AWS. Either may throw: the call is then not sent, or its answer is lost. */
export interface Wire {
  before?: (mutation: Mutation) => Promise<void> | void;
  after?: (mutation: Mutation) => Promise<void> | void;
  /** A status that has landed in the table. */
  persisted?: (plan: string, status: PlanStatus) => void;
}

/** What befalls a process at one of its mutating calls, counted from 1 and DynamoDB's included. */
export interface Mishap {
  call: number;
  /**
   * It dies before the call is sent, or after AWS has done it and before the answer arrives; or it lives, and only the answer
   * is lost.
   */
  kind: 'diesBefore' | 'diesAfter' | 'answerLost';
}

export class ProcessDied extends Error {
  override name = 'ProcessDied';
}

export const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

/** A budget that is not waited for: it is real time, and none passes here. */
export function patientBudget(): Budget {
  let nowMs = 0;
  const sleep = (ms: number) => {
    nowMs += ms;
    return Promise.resolve();
  };
  return new Budget({ monotonicMs: () => nowMs, sleep });
}

/** What the SDK does for a network and for people, and this AWS does not look at: a tenth of a test's time. DynamoDB does. */
const NEEDLESS = [
  'httpSigningMiddleware',
  'loggerMiddleware',
  'getUserAgentMiddleware',
  'recursionDetectionMiddleware',
];

function withoutCeremony(...clients: { middlewareStack: { remove(name: string): boolean } }[]): void {
  for (const { middlewareStack } of clients) for (const name of NEEDLESS) middlewareStack.remove(name);
}

/** One operator: its clients, its memory, its place in the lease. What dies with it is lost. */
export interface OperatorProcess {
  name: string;
  reconciler: Reconciler;
  store: DynamoPlanStore;
  clients: AwsClients;
  /** Every mutating call that was begun, DynamoDB's included. */
  begun: string[];
  /** The call at which it died; `undefined` while it lives. */
  died: Mutation | undefined;
}

export interface OperatorOptions {
  name: string;
  simulated: SimulatedAws;
  clock: SimulatedClock;
  settings?: Partial<Settings>;
  wire?: Wire;
  mishap?: Mishap;
  /** It dies before the first such call is sent. */
  diesBefore?: (mutation: Mutation) => boolean;
  /** Holds a call up for as long as it likes, after the fence has let it pass. */
  holdUp?: (mutation: Mutation) => Promise<void> | void;
  log?: Log;
  /** What answers probes; without it they are sent over the network. */
  ask?: Ask;
  /** Default the real ones. */
  channels?: NotifyChannels;
}

/** Composed as the `operator` verb does it, but for time and wire. */
export function startOperator(options: OperatorOptions): OperatorProcess {
  const { name, simulated, clock, mishap } = options;
  const log = options.log ?? SILENT;
  const life: Pick<OperatorProcess, 'begun' | 'died'> = { begun: [], died: undefined };
  const handler = simulated.requestHandler;
  const requestHandler: typeof handler = {
    ...handler,
    async handle(request) {
      if (life.died !== undefined) throw new ProcessDied(`${name} has died`);
      const mutation = mutationOf(request);
      if (mutation === undefined) return handler.handle(request);
      life.begun.push(mutation.api);
      const dies = options.diesBefore?.(mutation) === true ? 'diesBefore' : undefined;
      const kind = mishap?.call === life.begun.length ? mishap.kind : dies;
      const die = (when: string): never => {
        life.died = mutation;
        throw new ProcessDied(`${name} died ${when} ${mutation.api}`);
      };
      if (kind === 'diesBefore') die('before');
      await options.holdUp?.(mutation);
      await options.wire?.before?.(mutation);
      const answer = await handler.handle(request);
      await options.wire?.after?.(mutation);
      if (kind === 'diesAfter') die('after');
      if (kind === 'answerLost') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      return answer;
    },
  };
  let tokens = 0;
  const dynamoDb = new DynamoDBClient({ ...simulated.clientConfig, requestHandler });
  const store = new DynamoPlanStore({
    client: dynamoDb,
    table: TABLE,
    holder: name,
    leaseMs: LEASE_MS,
    monotonicMs: () => clock.now(),
    newToken: () => `${name}-${(tokens += 1)}`,
  });
  const clients = createClients({
    ...simulated.clientConfig,
    requestHandler,
    log,
    budget: patientBudget(),
    // The SDK's own back-off is real time. What failed is tried again by the next reconcile.
    attemptsMax: 1,
  });
  const { ecs, elbv2, serviceDiscovery, autoScaling, cloudWatch } = clients;
  withoutCeremony(ecs, elbv2, serviceDiscovery, autoScaling, cloudWatch);
  const planClock = { now: () => clock.now(), realMs: (ms: number) => ms };
  const write = store.write.bind(store);
  store.write = async (lease, status, events, notices) => {
    const held = await write(lease, status, events, notices);
    options.wire?.persisted?.(lease.plan, status);
    return held;
  };
  const reconciler = new Reconciler({
    store,
    world: createWorld({
      clients,
      clock: planClock,
      realPause: () => Promise.resolve(),
      ...(options.ask === undefined ? {} : { probes: { ask: options.ask, baseUrl: undefined } }),
    }),
    channels: options.channels ?? createChannels(clients),
    scoped: withCallContext,
    callMsMax: CALL_MS_MAX,
    // Nothing here takes long enough for a lease to be renewed in the middle.
    timers: { set: () => ({ cancel: () => {} }) },
    clock: planClock,
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    log,
    name,
    newUid: () => `uid-${(tokens += 1)}-of-${name}`,
    hashSpec: planHash,
  });
  return Object.assign(life, { name, reconciler, store, clients });
}

type Request = Parameters<SimulatedAws['requestHandler']['handle']>[0];

/** The call that a request makes; `undefined` for one that only reads. */
function mutationOf(request: Request): Mutation | undefined {
  const target = request.headers['x-amz-target'] ?? '';
  const api = target.startsWith('DynamoDB_') ? `dynamodb:${target.split('.')[1] ?? ''}` : (currentCall()?.api ?? '');
  if (/:(Describe|List|Get|Query|Scan|Discover)/.test(api)) return undefined;
  return { api, input: inputOf(request) };
}

function inputOf(request: Request): Mutation['input'] {
  const { body } = request;
  const text = typeof body === 'string' ? body : body instanceof Uint8Array ? textOf(body) : '';
  if (text === '') return { path: request.path };
  if (text.startsWith('{')) return JSON.parse(text) as Mutation['input'];
  return Object.fromEntries(new URLSearchParams(text));
}

/** By a plain view: the SDK's own body type warns when it is used as anything but bytes. */
const textOf = (body: Uint8Array): string =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
