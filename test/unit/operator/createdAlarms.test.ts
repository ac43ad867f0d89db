import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, test, vi } from 'vitest';
import { mishapsOf, liveThrough, type Story } from './crash.ts';
import { expectMigrated, expectRolledBack, expectUntouched } from './endStates.ts';
import { PLAN, type PlanChanges } from './manifest.ts';
import { OperatorWorld, type WorldOptions } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const MINUTE_MS = 60_000;
const ERRORS = 'meshlift/shop/frontend-sc/errors';
const LATENCY = 'meshlift/shop/frontend-sc/latency';
const STEPS = [
  { weight: 50, bake: '6m' },
  { weight: 100, bake: '6m' },
];
/** No alarm of anybody's but the plan's own. */
const OWN: PlanChanges = { steps: STEPS, alarms: { create: { latencyP99: { max: '2s' } } } };

const worldWith = (options: WorldOptions = {}) => OperatorWorld.create({ settings: { tickMs: 30_000 }, ...options });

async function inFirstBake(changes: PlanChanges = {}): Promise<OperatorWorld> {
  const world = await worldWith();
  await world.apply({ ...OWN, ...changes });
  await world.untilState('ramp.bake', 0);
  return world;
}

const gatesOf = async (world: OperatorWorld) =>
  (await world.status()).report.gates.filter(({ name }) => name.startsWith('alarm/'));

describe('a plan that names no alarm and creates its own', () => {
  test('has them with green, tagged and OK before its first step, and goes by them', async () => {
    const world = await worldWith();
    await world.apply(OWN);
    await world.untilState('provision');
    expect(world.inside.createdAlarms()).toEqual([]);
    await world.untilState('ramp.bake', 0);
    expect(world.inside.createdAlarms()).toMatchObject([
      { name: ERRORS, state: 'OK' },
      { name: LATENCY, state: 'OK' },
    ]);
    const { MetricAlarms = [] } = await world.person.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [ERRORS] }),
    );
    const { Tags } = await world.person.cloudWatch.send(
      new ListTagsForResourceCommand({ ResourceARN: MetricAlarms[0]?.AlarmArn }),
    );
    expect(Tags).toEqual([
      { Key: 'meshlift.dev/plan', Value: PLAN },
      { Key: 'meshlift.dev/uid', Value: (await world.status()).uid },
    ]);
    await world.rest(3);
    expect(await gatesOf(world)).toEqual([
      { name: `alarm/${ERRORS}`, verdict: 'pass', why: expect.stringMatching(/is OK, data \d+s old$/) as string },
      { name: `alarm/${LATENCY}`, verdict: 'pass', why: expect.stringMatching(/is OK, data \d+s old$/) as string },
    ]);
  });

  test('succeeds with them, and leaves none', async () => {
    const world = await inFirstBake();
    await world.untilState('succeeded');
    await expectMigrated(world);
    expect(world.inside.createdAlarms()).toEqual([]);
  });

  test('is taken back by green’s errors, although no alarm of the user’s fires, and leaves none', async () => {
    const world = await inFirstBake();
    world.traffic.failEvery.green = 10;
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
    expect((await world.status()).machine.context.backwardBecause?.message).toContain(`${ERRORS} ALARM`);
    expect(world.inside.alarmStates(['shop-5xx'])).toMatchObject([{ state: 'OK' }]);
    expect(world.inside.createdAlarms()).toEqual([]);
  });

  test('is taken back by green’s slowness where it limits that', async () => {
    const world = await inFirstBake();
    world.traffic.seconds.green = 3;
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
    expect((await world.status()).machine.context.backwardBecause?.message).toContain(`${LATENCY} ALARM`);
  });

  test('is taken back by no errors of blue’s', async () => {
    const world = await inFirstBake({ viability: { below: 'goForward' } });
    world.traffic.failEvery.blue = 5;
    await world.untilState('ramp.bake', 1);
  });

  test('is not taken back by a minute with fewer requests than are wanted, however many of them fail', async () => {
    const world = await inFirstBake({ alarms: { create: { requests: { min: 40 } } } });
    world.traffic.failEvery.green = 10;
    await world.untilState('ramp.bake', 1);
    // At 100 % green has the requests.
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
  });

  test('holds the bake while nothing is counted', async () => {
    const world = await inFirstBake();
    world.traffic.isCounted = false;
    const until = world.clock.now() + 15 * MINUTE_MS;
    while (world.clock.now() < until) await world.pass();
    expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
    expect((await world.status()).report.waitingFor).toContain('CloudWatch may be late or the metric gone');
  });

  test('is not begun with a bake that is over before they could fire, though they do not exist yet', async () => {
    const world = await worldWith();
    const short = { ...OWN, shortBakes: 'refuse' } as const;
    await world.apply({ ...short, steps: [{ weight: 100, bake: '3m' }] });
    await world.rest(10);
    expect(await world.state()).toBe('inventory.preflight');
    expect((await world.status()).report.waitingFor).toContain(
      'spec.ramp.steps[0].bake: 3m at 100 % is over before an alarm that the plan creates could have fired',
    );
    await expectUntouched(world);
    await world.apply({ ...short, steps: [{ weight: 100, bake: '4m' }] });
    await world.untilState('ramp.bake');
  });

  test('refuses to touch an alarm of somebody else’s by that name', async () => {
    const world = await worldWith();
    await putElses(world);
    await world.apply(OWN);
    await world.rest(10);
    expect(await world.state()).toBe('inventory.preflight');
    expect((await world.status()).report.waitingFor).toContain(`alarm ${ERRORS} exists and was not made by Meshlift`);
    await world.person.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [ERRORS] }));
    await world.untilState('ramp.bake');
  });

  test('makes none later on, and leaves none out', async () => {
    const world = await inFirstBake();
    await world.apply({ ...OWN, alarms: ['shop-5xx'] });
    await world.rest(2);
    const ready = (await world.status()).conditions.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({
      reason: 'ChangeRefused',
      message: expect.stringContaining('spec.gates.alarms.create: cannot change once green is provisioned') as string,
    });
    expect(world.inside.createdAlarms()).toHaveLength(2);
  });
});

async function putElses({ person }: OperatorWorld): Promise<void> {
  await person.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: ERRORS,
      Namespace: 'Shop',
      MetricName: 'errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
}

const removeErrors = ({ person }: OperatorWorld) =>
  person.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [ERRORS] }));

describe('an alarm of the plan’s own that a person deletes in a bake', () => {
  test('holds the plan with onDrift: pause, and the way back stays', async () => {
    const world = await inFirstBake();
    await removeErrors(world);
    await world.rest(20);
    const status = await world.status();
    expect(status.machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
    expect(status.report.waitingFor).toContain(`alarm ${ERRORS}, which Meshlift had made, does not exist any more`);
    expect(status.report.gates.find(({ name }) => name === 'drift')?.why).toContain(
      `alarm/${ERRORS} was changed by others`,
    );
    await world.requests.requestAbort(PLAN, { by: 'someone', at: world.clock.now(), why: 'a drill' });
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
  });

  test('is made again with onDrift: reassert, and the step bakes again', async () => {
    const world = await inFirstBake({ onDrift: 'reassert' });
    await removeErrors(world);
    await world.until('it is there again', () => world.inside.createdAlarms().some(({ name }) => name === ERRORS));
    await world.untilState('ramp.bake', 1);
    expect(
      (await world.events()).some(({ reason, message }) => reason === 'Reasserted' && message.includes(ERRORS)),
    ).toBe(true);
  });

  test('is put back with onDrift: reassert where its threshold was changed', async () => {
    const world = await inFirstBake({ onDrift: 'reassert' });
    const read = async () =>
      (await world.person.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [ERRORS] }))).MetricAlarms?.[0];
    const { AlarmName, Metrics, EvaluationPeriods, ComparisonOperator } = (await read()) ?? {};
    await world.person.cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Metrics,
        EvaluationPeriods,
        ComparisonOperator,
        TreatMissingData: 'notBreaching',
        Threshold: 99,
      }),
    );
    await world.until('the change is told', ({ report }) =>
      report.gates.some(({ name, why }) => name === 'drift' && why.includes('Threshold 5 → 99')),
    );
    await world.untilState('ramp.bake', 1);
    expect(await read()).toMatchObject({ Threshold: 5, DatapointsToAlarm: 2 });
  });
});

const ONE: PlanChanges = { steps: [{ weight: 100, bake: '1m' }], alarms: { create: true } };

const MADE: Story = {
  name: 'a migration with alarms of its own',
  async tell(world) {
    await world.apply(ONE);
    await world.untilState('succeeded');
    await world.settle();
    await expectMigrated(world);
  },
};

const TAKEN_BACK: Story = {
  name: 'a rollback with alarms of its own',
  async tell(world) {
    await world.apply(ONE);
    await world.untilState('ramp.bake');
    await world.requests.requestAbort(PLAN, { by: 'someone', at: world.clock.now(), why: 'a drill' });
    await world.untilState('rolledBack');
    await world.settle();
    await expectRolledBack(world, 'Aborted');
  },
};

test.each([MADE, TAKEN_BACK])(
  '$name ends as it would, whatever befalls its operator at a call on an alarm',
  async (story) => {
    const mishaps = (await mishapsOf(story)).filter(({ api }) => api.startsWith('cloudwatch:'));
    expect(new Set(mishaps.map(({ api }) => api))).toEqual(
      new Set(['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms']),
    );
    await liveThrough(story, mishaps);
  },
);
