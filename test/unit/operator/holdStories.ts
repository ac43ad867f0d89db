import {
  TagResourceCommand,
  DescribeServicesCommand,
  ListTasksCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { AWS_LIKE_DELAYS } from '../../../lab/delays.ts';
import type { PlanStatus } from '../../../src/machines/record.ts';
import { deploy } from './byHand.ts';
import { CLUSTER, type PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';
import { addOrders, RETAIN_STOCK } from './orders.ts';
import { type Seen, seenOf } from './stories.ts';
import { abort, servicesOf, worldOfTurns } from './turns.ts';

const STEPS = [
  { weight: 10, bake: '1m' },
  { weight: 100, bake: '1m' },
];
const HOUR_MS = 3_600_000;
const CONFIRMED = [{ code: 'CALL_GRAPH_GUESSED', place: 'cluster/shop', choice: 'confirm' }];

/** What holds a plan, or takes it back, most often: each is told until a person would look. */
const STORIES: Readonly<Record<string, () => Promise<OperatorWorld>>> = {
  'a plan that is refused': async () => {
    const world = await worldWith({ alarms: ['shop-5xx'], traffic: [] });
    await world.rest(2);
    return world;
  },
  'an alarm that does not exist': async () => {
    const world = await worldWith({ alarms: ['nobody-made-this'] });
    await world.rest(10);
    return world;
  },
  'an approval before the ramp': async () => {
    const world = await worldWith({ approvals: ['beforeRamp'] });
    await world.untilState('verify');
    await world.rest(6);
    return world;
  },
  'a probe that fails': async () => {
    const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS });
    world.asked.answers.green.status = 500;
    await world.apply({ probes: [{ service: 'frontend', path: '/health' }] });
    await world.until('the probe fails', gateIs('probe/frontend/health', 'fail'));
    return world;
  },
  'a rehearsal': async () => {
    const world = await worldWith({ rehearse: true });
    await world.until('green has 1 %', hasGreen(1));
    return world;
  },
  'metrics that stop': async () => {
    const world = await OperatorWorld.create({ settings: { tickMs: 60_000 }, delays: AWS_LIKE_DELAYS });
    await world.apply({
      steps: [
        { weight: 10, bake: '10m' },
        { weight: 100, bake: '10m' },
      ],
    });
    await world.untilState('ramp.bake', 0);
    world.traffic.isCounted = false;
    await world.rest(12);
    return world;
  },
  'too few requests for the analysis': async () => {
    const world = await worldWith({ analysis: { errorRate: { max: '1%' }, requests: { min: 100_000 } } });
    await world.untilState('ramp.bake', 0);
    await world.rest(9);
    return world;
  },
  'a blue that has lost a task': async () => {
    const world = await inFirstBake();
    await world.person.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service: 'user-api', desiredCount: 1 }));
    await world.rest(9);
    return world;
  },
  'a freeze window': async () => {
    const world = await inFirstBake();
    await world.apply({ steps: STEPS, windows: [openNow(world.clock.now())] });
    await world.rest(9);
    return world;
  },
  'a deployment on blue': async () => {
    const world = await inFirstBake();
    await deploy(world, 'stock-api');
    await world.rest(9);
    return world;
  },
  'a deployment on blue without App Mesh': async () => {
    const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS });
    world.simulated.faults.set('app-mesh-gone', true);
    await world.apply({ steps: STEPS, decisions: CONFIRMED });
    await world.untilState('ramp.bake', 0);
    await deploy(world, 'stock-api');
    await world.rest(9);
    return world;
  },
  'a green that others changed': async () => {
    const world = await inFirstBake();
    await world.person.ecs.send(
      new UpdateServiceCommand({ cluster: CLUSTER, service: 'user-api-sc', desiredCount: 1 }),
    );
    await world.rest(9);
    return world;
  },
  'a rescue': async () => {
    const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS });
    world.simulated.faults.set('app-mesh-gone', true);
    await stopTasks(world, 'user-api', 1);
    world.traffic.failEvery.blue = 4;
    await world.clock.advanceAsync(300_000);
    await world.apply({ strategy: 'rescue', steps: STEPS, decisions: CONFIRMED });
    await world.untilState('ramp.bake', 0);
    await world.rest(3);
    return world;
  },
  'a cutover that waits for a person': async () => {
    const { world } = await worldOfTurns({ services: servicesOf('manual') });
    await world.untilState('cutover.stopBlue');
    await world.rest(3);
    return world;
  },
  'callers that no source tells of': async () => {
    const world = await worldWith({ evidence: 'metrics' });
    await world.untilState('retire.prove');
    await world.rest(9);
    return world;
  },
  'a blue that Terraform has made': async () => {
    const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS });
    const { services = [] } = await world.person.ecs.send(
      new DescribeServicesCommand({ cluster: CLUSTER, services: ['user-api'] }),
    );
    await world.person.ecs.send(
      new TagResourceCommand({
        resourceArn: services[0]?.serviceArn ?? '',
        tags: [{ key: 'ManagedBy', value: 'Terraform' }],
      }),
    );
    await world.apply({ steps: STEPS, accept: ['OPS_UNDER_TERRAFORM'] });
    await world.untilState('retire.prove');
    await world.rest(3);
    return world;
  },
  'an abort after the point of no return': async () => {
    const world = await worldWith();
    await world.untilState('retire.scaleDown');
    await abort(world);
    await world.rest(1);
    return world;
  },
  'a way back in steps': async () => {
    const world = await worldWith({ steps: [{ weight: 100, bake: '1m' }], soak: '2h', rollbackStrategy: 'gradual' });
    await world.untilState('soak');
    await abort(world);
    await world.until('three quarters are read back', hasGreen(75));
    await world.rest(2);
    return world;
  },
  'a way back that waits for a dead blue': async () => {
    const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS });
    world.simulated.faults.set('app-mesh-gone', true);
    await world.apply({ steps: STEPS, decisions: CONFIRMED });
    await world.untilState('ramp.bake', 0);
    await stopTasks(world, 'user-api', 2);
    await world.rest(3);
    await abort(world);
    await world.rest(24);
    return world;
  },
  'a green that is kept after a rollback': async () => {
    const world = await worldWith({ keepGreen: '24h' });
    await world.untilState('ramp.bake', 0);
    await abort(world);
    await world.untilState('backward.dismantle');
    await world.rest(3);
    return world;
  },
  'a blue that others still call': async () => {
    const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS });
    await addOrders(world);
    await world.clock.advanceAsync(120_000);
    await world.apply({ steps: STEPS, decisions: [RETAIN_STOCK] });
    await world.untilState('succeeded');
    return world;
  },
};

export const HOLDS = Object.keys(STORIES);

/** What the table holds of a plan in each story, where it ends. */
export async function* tellHolds(): AsyncGenerator<[name: string, seen: Seen]> {
  for (const [name, tell] of Object.entries(STORIES)) {
    const world = await tell();
    const seen = await seenOf(world);
    await world.close();
    if (seen === undefined) throw new Error(`${name}: the table holds nothing of the plan`);
    yield [name, seen];
  }
}

async function worldWith(changes: PlanChanges = {}): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS });
  await world.apply({ steps: STEPS, ...changes });
  return world;
}

async function inFirstBake(): Promise<OperatorWorld> {
  const world = await worldWith();
  await world.untilState('ramp.bake', 0);
  return world;
}

async function stopTasks({ person: { ecs } }: OperatorWorld, serviceName: string, count: number): Promise<void> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: CLUSTER, serviceName }));
  for (const task of taskArns.slice(0, count)) await ecs.send(new StopTaskCommand({ cluster: CLUSTER, task }));
}

const gateIs =
  (gate: string, wanted: string) =>
  ({ report }: PlanStatus): boolean =>
    report.gates.some(({ name, verdict }) => name === gate && verdict === wanted);

const hasGreen =
  (share: number) =>
  ({ report }: PlanStatus): boolean =>
    report.weights[0]?.readBack === share;

function openNow(now: number): { timeZone: string; freeze: string } {
  return { timeZone: 'UTC', freeze: `${hourOf(now)} - ${hourOf(now + 2 * HOUR_MS)}` };
}

const hourOf = (at: number): string => `${new Date(at).toISOString().slice(0, 13).replace('T', ' ')}:00`;
