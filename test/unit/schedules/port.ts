import type { RuleResource, StackResource } from '../../../src/assess/model.ts';
import type { EstateExport } from '../../../src/estate/export.ts';
import type { TurnReading } from '../../../src/machines/gates/turns.ts';
import type { AlarmReading, ServiceHealth, WatchedMetric } from '../../../src/machines/readings.ts';
import { fail, pass, wait } from '../../../src/plan/verdict.ts';
import {
  AwsCallError,
  type Observed,
  type Owner,
  type Resolved,
  type Route,
  type RouterReading,
  type World,
} from '../../../src/reconciler/ports.ts';
import type { Caller } from './process.ts';
import { isGreenOf, isOriginal, ORIGINAL, type Rule, type Scene, type Tasks } from './scene.ts';
import { seams } from './seams.ts';
import { BLUE_COUNTS, ENTRY } from './shop.ts';

/** Plan time that a green task takes to start. */
const START_MS = 20_000;

const METRIC: WatchedMetric = {
  kind: 'metric',
  namespace: 'AWS/ApplicationELB',
  name: 'RequestCount',
  dimensions: { LoadBalancer: 'app/shop-public/5f3c1a2b4d6e7f80' },
  statistic: 'Sum',
  periodMs: 60_000,
};

/** The reconciler's port to AWS, onto the scene, as one operator's process uses it. */
export function portTo(scene: Scene, life: Caller, shop: EstateExport): World {
  return {
    inventory: () => life.read('inventory', undefined, () => shop),
    resources: {
      read: (resource, owner) => life.read('resources.read', undefined, () => observed(scene, resource, owner)),
      ensure: async (resource, owner, resolved) => {
        const arn = arnOf(resource);
        const status = observed(scene, resource, owner).status;
        if (status === 'foreign') throw refusal('NotOurs', `${resource.id} is not this plan's`);
        if (status === 'ready' || status === 'waiting') return { outcome: 'unchanged', arn };
        if (resource.kind === 'rule' && !resolved.has(resource.greenTargetGroup.ref))
          return { outcome: 'waiting', why: 'green has no target group yet' };
        await life.mutate({ api: 'resources.ensure', what: resource.id }, familyOf(resource), () =>
          make(scene, resource, owner),
        );
        return { outcome: status === 'absent' ? 'created' : 'updated', arn };
      },
      remove: async (resource, owner) => {
        const { status } = observed(scene, resource, owner);
        if (status === 'absent' || status === 'foreign') return { outcome: 'gone' };
        await life.mutate({ api: 'resources.remove', what: resource.id }, familyOf(resource), () =>
          unmake(scene, resource),
        );
        return resource.kind === 'rule' ? { outcome: 'waiting', why: 'it is read again' } : { outcome: 'gone' };
      },
    },
    router: {
      read: (_rule, resolved) =>
        life.read('router.read', undefined, () => ({
          route: knows(resolved) ? routeOf(scene.rule) : lookWithoutGreen(scene.rule),
          changesSince: (was) => changes(ruleFor(was), scene.rule),
        })),
      write: (rule, route, resolved) => writeRule(scene, life, rule, route, resolved),
      verify: (_rule, route) =>
        life.read('router.verify', undefined, () => {
          if (!isSame(scene.rule, ruleFor(route))) return wait(`the rule is ${JSON.stringify(scene.rule)}`);
          if ((scene.rule.green ?? 0) > 0 && !scene.hasHealthyTarget('green'))
            return fail('green has weight and nobody healthy');
          return pass('the rule carries it (2 agreeing reads)');
        }),
      verifyGone: () => life.read('router.verifyGone', undefined, () => wait('no rule of the schedules goes away')),
      proveWayBack: async () => {
        if (!isOriginal(scene.rule)) return fail('the rule is not as it was recorded');
        return life.mutate({ api: 'router.proveWayBack', what: 'unchanged' }, 'ruleWrites', () => pass('unchanged'));
      },
    },
    probe: () => Promise.reject(new Error('no plan of the schedules has probes')),
    alarms: async (names) => {
      life.alarms = 'unread';
      return life.read('alarms', 'alarmReads', () => {
        life.alarms = scene.areAlarmsOk() ? 'ok' : 'notOk';
        return names.map((name) => alarmOf(scene, name));
      });
    },
    alarmsBeneath: () => life.read('alarmsBeneath', 'alarmReads', () => []),
    newestData: (metrics) =>
      life.read('newestData', 'metrics', () => {
        life.dataAgeMs = scene.now - scene.newestData();
        return metrics.map(() => scene.newestData());
      }),
    health: (_cluster, services) =>
      life.read('health', 'taskReads', () => services.map((name) => healthOf(scene, name))),
    runningImages: (_cluster, services) =>
      life.read('runningImages', 'taskReads', () => services.map((service) => ({ service, images: [] }))),
    edgeTraffic: () =>
      life.read('edgeTraffic', 'metrics', () => ({
        blue: (scene.rule.blue ?? 0) > 0 ? 500 : 0,
        green: (scene.rule.green ?? 0) > 0 ? 500 : 0,
        blue5xx: 0,
        green5xx: 0,
        hasData: scene.silentSince === undefined,
      })),
    serviceConnectCalls: () => life.read('serviceConnectCalls', 'metrics', () => 100),
    edgeMinutes: () => life.read('edgeMinutes', 'metrics', () => []),
    serviceConnectAnswers: () => life.read('serviceConnectAnswers', 'metrics', () => ({ requests: 100, errors: 0 })),
    receivedBytes: (_cluster, services) =>
      life.read('receivedBytes', 'metrics', () =>
        services.map(({ name }) => ({ service: name, minutes: 15, mean: 0, meanBefore: 1_000 })),
      ),
    // Blue of these schedules registers in no Cloud Map service.
    registries: {
      register: async () => 'unchanged',
      registered: async () => pass('there is nothing to register in'),
      withdraw: async () => false,
      withdrawn: async () => pass('there is nothing to withdraw from'),
    },
    blue: {
      scaleDown: ({ name }) =>
        life.mutate({ api: 'blue.scaleDown', what: name }, undefined, () => setDesired(scene, name, 0)),
      scaledDown: ({ name }) =>
        life.read('blue.scaledDown', undefined, () =>
          (scene.blue.get(name)?.desired ?? 0) === 0 ? pass('it runs nothing') : wait('it still runs'),
        ),
      remove: ({ name }) =>
        life.mutate({ api: 'blue.remove', what: name }, undefined, () => void scene.blue.delete(name)),
      removed: ({ name }) =>
        life.read('blue.removed', undefined, () => (scene.blue.has(name) ? wait('it is there') : pass('it is gone'))),
      removeMesh: ({ name }) =>
        life.mutate({ api: 'blue.removeMesh', what: name }, undefined, () => {
          scene.mesh = 'removed';
        }),
      meshRemoved: () =>
        life.read('blue.meshRemoved', undefined, () =>
          scene.mesh === 'removed' ? pass('it is gone') : wait('it is there'),
        ),
      revive: ({ name }) =>
        life.mutate({ api: 'blue.revive', what: name }, undefined, () =>
          setDesired(scene, name, BLUE_COUNTS.get(name) ?? 0),
        ),
    },
    meshAnswer: (name) =>
      life.read('meshAnswer', undefined, () =>
        scene.isMeshGone
          ? { state: 'unreachable', why: 'App Mesh did not answer.' }
          : { state: 'read', why: `App Mesh described the mesh ${name}.` },
      ),
    turns: {
      read: (_cluster, name, owner) => life.read('turns.read', 'taskReads', () => turnOf(scene, name, owner)),
      startGreen: ({ name }, count) =>
        life.mutate({ api: 'turns.startGreen', what: name }, undefined, () => setDesired(scene, name, count)),
      stopGreen: ({ name }) =>
        life.mutate({ api: 'turns.stopGreen', what: name }, undefined, () => setDesired(scene, name, 0)),
      restartBlue: ({ name }) =>
        life.mutate({ api: 'turns.restartBlue', what: name }, undefined, () =>
          setDesired(scene, name, BLUE_COUNTS.get(name) ?? 0),
        ),
    },
    // No blue of these schedules has a scaling.
    raiseFloor: async () => undefined,
    releaseScaling: async () => {},
    scalingReleased: async () => pass('green has no scaling'),
  };
}

/** As the router of load balancers does it: no weight for a green that has nobody healthy; back to blue it asks for nothing. */
async function writeRule(
  scene: Scene,
  life: Caller,
  { greenTargetGroup }: RuleResource,
  route: Route,
  resolved: Resolved,
): Promise<void> {
  const wanted = ruleFor(route);
  if (wanted.green !== undefined && !resolved.has(greenTargetGroup.ref))
    throw refusal('GreenTargetGroupUnknown', 'green has no target group yet');
  if ((wanted.green ?? 0) > 0 && !scene.hasHealthyTarget('green'))
    throw refusal('NoHealthyTarget', 'green has no healthy target');
  await life.mutate({ api: 'router.write', what: JSON.stringify(route) }, 'ruleWrites', () => {
    // What names a target group that is gone is refused: AWS's own fence.
    if (wanted.green !== undefined && !scene.made.has(greenTargetGroup.ref))
      throw refusal('TargetGroupNotFound', 'green has no target group any more');
    scene.rule = seams.breakage.rule?.(wanted) ?? wanted;
  });
}

const knows = (resolved: Resolved): boolean => [...resolved.keys()].some((id) => id.startsWith('targetGroup/'));

/** Who does not know green's target group takes a rule that names it for another's. */
const lookWithoutGreen = (rule: Rule): RouterReading['route'] =>
  isOriginal(rule) ? { kind: 'blueOnly' } : { kind: 'foreign', why: 'an unknown target group', sendsToGreen: false };

export function ruleFor(route: Route): Rule {
  switch (route.kind) {
    case 'blueOnly':
      return { ...ORIGINAL };
    case 'greenOnly':
      return { blue: undefined, green: 100, isForeign: false };
    case 'split':
      return { blue: 100 - route.greenWeight, green: route.greenWeight, isForeign: false };
  }
}

function routeOf(rule: Rule): RouterReading['route'] {
  const { blue, green, isForeign } = rule;
  if (isOriginal(rule)) return { kind: 'blueOnly' };
  const sendsToGreen = (green ?? 0) > 0;
  if (isForeign || green === undefined) return { kind: 'foreign', why: 'something else', sendsToGreen };
  if (blue === undefined) return { kind: 'greenOnly' };
  return blue + green === 100
    ? { kind: 'split', greenWeight: green }
    : { kind: 'foreign', why: `${blue} and ${green}`, sendsToGreen };
}

const isSame = (one: Rule, other: Rule): boolean =>
  one.blue === other.blue && one.green === other.green && one.isForeign === other.isForeign;

const changes = (was: Rule, is: Rule): string[] => [
  ...(was.blue === is.blue ? [] : [`weight of blue ${was.blue} → ${is.blue}`]),
  ...(was.green === is.green ? [] : [`weight of green ${was.green} → ${is.green}`]),
  ...(was.isForeign === is.isForeign ? [] : ['something else']),
];

const arnOf = ({ id }: StackResource): string => `arn:${id}`;

const familyOf = ({ kind }: StackResource) => (kind === 'rule' ? 'ruleWrites' : undefined);

function observed(scene: Scene, resource: StackResource, { uid }: Owner): Observed {
  const arn = arnOf(resource);
  if (resource.kind === 'rule') {
    const route = routeOf(scene.rule);
    if (route.kind === 'blueOnly') return { status: 'absent' };
    if (route.kind === 'foreign') return { status: 'foreign', arn, why: 'it was changed by others' };
    return { status: 'ready', arn, why: JSON.stringify(scene.rule) };
  }
  const made = scene.made.get(resource.id);
  if (made === undefined) return { status: 'absent' };
  if (made.uid !== uid) return { status: 'foreign', arn, why: 'it carries other tags' };
  if (made.status === 'differs') return { status: 'differs', arn, why: 'its desired count was changed' };
  if (made.readyAt > scene.now) return { status: 'waiting', arn, why: 'it is being made' };
  return { status: 'ready', arn, why: 'as it should be' };
}

function make(scene: Scene, resource: StackResource, { uid }: Owner): void {
  if (resource.kind === 'rule') {
    scene.rule = ruleFor({ kind: 'split', greenWeight: 0 });
    return;
  }
  const isService = resource.kind === 'service';
  scene.made.set(resource.id, { uid, status: 'ready', readyAt: scene.now + (isService ? START_MS : 0) });
  if (!isService) return;
  const there = scene.green.get(resource.name);
  const desired = resource.input.desiredCount ?? 0;
  const tasks: Tasks = there ?? { desired, healthy: 0, isStarting: true, taskDefinition: 'green:1' };
  scene.green.set(resource.name, { ...tasks, desired: Math.max(desired, tasks.desired) });
}

function unmake(scene: Scene, resource: StackResource): void {
  if (resource.kind === 'rule') scene.rule = { ...ORIGINAL };
  else scene.made.delete(resource.id);
  if (resource.kind === 'service') scene.green.delete(resource.name);
}

function setDesired(scene: Scene, name: string, desired: number): void {
  const tasks = scene.blue.get(name) ?? scene.green.get(name);
  if (tasks !== undefined) tasks.desired = desired;
}

/** Who is to stop is there until time has passed. */
function turnOf(scene: Scene, service: string, owner: Owner | undefined): TurnReading {
  const tasks = owner === undefined ? scene.blue.get(service) : scene.green.get(service);
  const { desired = 0, healthy: alive = 0 } = tasks ?? {};
  return {
    service,
    exists: tasks !== undefined,
    desired,
    alive,
    steady: tasks !== undefined && alive === desired,
    failed: undefined,
    scaling: 'none',
    why: `${alive} of ${desired} tasks run`,
  };
}

function alarmOf(scene: Scene, name: string): AlarmReading {
  const { state, transitionedAt } = scene.alarms.get(name) ?? { state: 'missing', transitionedAt: 0 };
  return {
    name,
    state,
    stateReason: 'a drill',
    transitionedAt: state === 'missing' ? null : transitionedAt,
    basis: { kind: 'metrics', metrics: [METRIC], periodMs: 60_000, datapointsToAlarm: 1 },
  };
}

function healthOf(scene: Scene, service: string): ServiceHealth {
  const tasks = scene.blue.get(service) ?? scene.green.get(service);
  if (tasks === undefined) {
    const absent = { exists: false, desired: 0, running: 0, healthy: 0, checked: true, steady: false };
    return { service, ...absent, taskDefinition: '', why: 'it does not exist' };
  }
  const { desired, healthy: running, taskDefinition } = tasks;
  const side = service === ENTRY ? 'blue' : isGreenOf(service, ENTRY) ? 'green' : undefined;
  // In no rule, nobody checks it.
  const isChecked = side === undefined || scene.rule[side] !== undefined;
  const healthy = isChecked ? running : 0;
  const checked = isChecked || running === 0;
  return { service, exists: true, desired, running, healthy, checked, steady: true, taskDefinition, why: 'a drill' };
}

const refusal = (code: string, message: string): AwsCallError =>
  new AwsCallError('elasticloadbalancing:ModifyRule', code, 'invalid', message);
