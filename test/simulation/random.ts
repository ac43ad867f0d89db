import {
  DescribeAlarmsCommand,
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { Random } from '../../lab/random.ts';
import { PLAN } from '../unit/operator/manifest.ts';
import type { OperatorWorld } from '../unit/operator/operatorWorld.ts';
import { ruleActions, shiftByHand } from '../unit/operator/byHand.ts';
import { difference, endOf } from './end.ts';
import { type Call, type FaultKind, faultsOf } from './fault.ts';
import { MIGRATION, type Scenario } from './scenario.ts';
import { Simulation } from './simulate.ts';

/** One call in so many meets a fault. */
const FAULT_EVERY = 150;
/** One reconcile in so many is preceded by an incident. */
const INCIDENT_EVERY = 6;
const INCIDENTS_MAX = 8;
const FAULTS_MAX = 8;
/** Reconciles with faults and incidents; afterwards all is well. */
const STORMY_PASSES = 40;
const CALM_PASSES = 120;
const LAST_PASSES = 250;
const HOUR_MS = 3_600_000;
/** ECS puts a new task in a dead one's place. */
const RECOVERY_MS = 300_000;

/** What the operator cannot know to be untrue is not told to it here, where there is more than one thing to be wrong about. */
const NOT_DRAWN: ReadonlySet<FaultKind> = new Set<FaultKind>(['stale', 'absent']);

/** What a random run came to. */
export interface RandomRun {
  wrong: string[];
  /** What befell it, in order. */
  story: string[];
  end: string;
  faults: number;
  incidents: number;
}

/** What an incident leaves that is not the plan's to put right. */
interface Marks {
  /** Users' requests may fail: tasks died, or people turned weights. */
  mayFail: boolean;
  /** Blue is not as it was. */
  blueChanged: boolean;
}

interface Incident {
  name: string;
  happen: (world: OperatorWorld, random: Random, simulation: Simulation, marks: Marks) => unknown;
}

const NAMES = ['frontend', 'stock-api', 'user-api'];
const ALARM = 'shop-latency';

const INCIDENTS: readonly Incident[] = [
  {
    name: 'a task dies',
    happen: ({ simulated }, random, _, marks) => {
      const tasks = simulated.tasks.tasks().filter(({ state }) => state === 'running');
      const task = tasks[random.below(Math.max(1, tasks.length))];
      marks.mayFail = true;
      if (task !== undefined) simulated.tasks.kill(task.spec.taskArn);
    },
  },
  {
    name: 'a target flaps',
    happen: ({ simulated, clock }, random, _, marks) => {
      const tasks = simulated.tasks.tasks().filter(({ state }) => state === 'running');
      const task = tasks[random.below(Math.max(1, tasks.length))];
      if (task === undefined) return;
      marks.mayFail = true;
      const { taskArn } = task.spec;
      simulated.tasks.setHealth(taskArn, { kind: 'timeout' });
      clock.after(90_000, () => {
        const isThere = simulated.tasks.tasks().some(({ spec }) => spec.taskArn === taskArn);
        if (isThere) simulated.tasks.setHealth(taskArn, { kind: 'response', status: 200 });
      });
    },
  },
  { name: 'an alarm fires, and clears by itself', happen: (world) => world.fireAlarm().catch(() => undefined) },
  {
    name: 'an alarm is deleted by hand',
    happen: ({ person: { cloudWatch } }) =>
      cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [ALARM] })).catch(() => undefined),
  },
  {
    name: 'weights are turned by hand',
    happen: async (world, random, _, marks) => {
      const groups = (await ruleActions(world))[0]?.ForwardConfig?.TargetGroups ?? [];
      marks.mayFail = true;
      if (groups.length > 1) await shiftByHand(world, random.below(101));
    },
  },
  {
    name: 'blue is scaled by hand',
    happen: async ({ person }, random, _, marks) => {
      marks.blueChanged = true;
      const service = NAMES[random.below(NAMES.length)];
      await person.ecs
        .send(new UpdateServiceCommand({ cluster: 'shop', service, desiredCount: 1 + random.below(3) }))
        .catch(() => undefined);
    },
  },
  { name: 'an hour passes', happen: ({ clock }) => clock.advanceAsync(HOUR_MS, 10_000) },
  { name: 'the operator is restarted', happen: (_world, _random, simulation) => simulation.restart() },
  { name: 'the plan is paused', happen: ({ requests }) => requests.setPaused(PLAN, true) },
  { name: 'the plan goes on', happen: ({ requests }) => requests.setPaused(PLAN, false) },
  {
    name: 'a person aborts',
    happen: ({ requests, clock }) => requests.requestAbort(PLAN, { by: 'someone', at: clock.now(), why: 'a drill' }),
  },
];

export interface KnownEnds {
  succeeded: readonly string[];
  rolledBack: readonly string[];
}

/** A plan, faults of its operators' calls and incidents in the world, all drawn from the seed and the number; then calm. */
export async function playRandom(seed: number, number: number, ends: KnownEnds): Promise<RandomRun> {
  const random = new Random(seed * 1_000_003 + number);
  const story: string[] = [];
  let isStormy = true;
  let faults = 0;
  const draw = (call: Call, at: number): FaultKind | undefined => {
    if (!isStormy || faults >= FAULTS_MAX || random.below(FAULT_EVERY) > 0) return undefined;
    const kinds = faultsOf(call).filter((kind) => !NOT_DRAWN.has(kind));
    const kind = kinds[random.below(kinds.length)];
    if (kind === undefined) return undefined;
    faults += 1;
    story.push(`${kind} at call ${at}, ${call.api} in ${call.state}`);
    return kind;
  };
  const scenario: Scenario = { ...MIGRATION, name: `run ${number} of seed ${seed}` };
  const simulation = await Simulation.create(scenario, draw);
  const { world } = simulation;
  const marks: Marks = { mayFail: false, blueChanged: false };
  const { MetricAlarms = [] } = await world.person.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [ALARM] }));

  let incidents = 0;
  for (let pass = 0; pass < STORMY_PASSES; pass += 1) {
    if (incidents < INCIDENTS_MAX && random.below(INCIDENT_EVERY) === 0) {
      const incident = INCIDENTS[random.below(INCIDENTS.length)];
      incidents += 1;
      story.push(`${incident?.name} in ${await stateOf(world)}`);
      await incident?.happen(world, random, simulation, marks);
    }
    await simulation.pass();
  }

  isStormy = false;
  await calm(world, MetricAlarms[0]);
  story.push(`calm in ${await stateOf(world)}`);
  let isSettled = await simulation.settles(CALM_PASSES);
  if (!isSettled) {
    story.push(`a person gives the plan up in ${await stateOf(world)}`);
    await world.requests.requestAbort(PLAN, { by: 'someone', at: world.clock.now(), why: 'a drill' });
    isSettled = await simulation.settles(LAST_PASSES);
  }
  const wrong = [...world.referee.breaches];
  if (!isSettled) wrong.push(await simulation.unsettled());
  if (!marks.mayFail) wrong.push(...world.traffic.tally.failed.map((one) => `a user's request failed: ${one}`));
  // A plan that has settled waits for no task of others that has died.
  await world.clock.advanceAsync(RECOVERY_MS);
  if (isSettled) wrong.push(...leftBehind(await endOf(world), ends, marks));
  const end = await stateOf(world);
  await world.close();
  return { wrong, story, end, faults, incidents };
}

const stateOf = async (world: OperatorWorld): Promise<string> =>
  (await world.store.readStatus(PLAN))?.status.machine.value ?? 'nowhere';

/** People put right what they did, and what they may. */
async function calm({ requests, person }: OperatorWorld, alarm: MetricAlarm | undefined): Promise<void> {
  await requests.setPaused(PLAN, false);
  if (alarm !== undefined) await person.cloudWatch.send(new PutMetricAlarmCommand(definitionOf(alarm)));
}

/** What an alarm is made from, of what it is told with. */
function definitionOf(alarm: MetricAlarm): ConstructorParameters<typeof PutMetricAlarmCommand>[0] {
  const {
    AlarmArn: _arn,
    AlarmConfigurationUpdatedTimestamp: _updated,
    StateValue: _value,
    StateReason: _reason,
    StateReasonData: _data,
    StateUpdatedTimestamp: _stateUpdated,
    StateTransitionedTimestamp: _transitioned,
    AlarmName,
    EvaluationState: _evaluation,
    ...definition
  } = alarm;
  return { ...definition, AlarmName };
}

/** What is there and should not be, or the other way round. Of a blue that people changed only what is Meshlift's is looked at. */
function leftBehind(end: readonly string[], ends: KnownEnds, marks: Marks): string[] {
  const expected = end.includes('state succeeded') ? ends.succeeded : ends.rolledBack;
  const missed = difference(end, expected);
  if (!marks.blueChanged) return missed.filter((line) => !TWIN.test(line));
  return missed.filter((line) => /^[+-] (state|tagged|claimed|thing|mesh|endpoint)/.test(line) && !TWIN.test(line));
}

/** A revision more of what green keeps: `RegisterTaskDefinition` has no token. */
const TWIN = /^\+ .*task.definition.*-sc:\d+$/;
