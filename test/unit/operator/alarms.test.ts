import {
  DeleteAlarmsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { expect, test, vi } from 'vitest';
import { loadBalancerDimension, targetGroupDimension } from '../../../src/aws/arns.ts';
import type { Verdict } from '../../../src/plan/verdict.ts';
import { expectRolledBack, expectUntouched } from './endStates.ts';
import { OperatorWorld, type WorldOptions } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const MINUTE_MS = 60_000;
/** Fewer looks, so that a bake of ten minutes is soon over. */
const SELDOM = { tickMs: MINUTE_MS };
const STEPS = [
  { weight: 10, bake: '10m' },
  { weight: 100, bake: '10m' },
];

/** A plan in its first bake, which lasts ten minutes. */
async function inFirstBake(options: WorldOptions = {}, alarms?: string[]): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: SELDOM, ...options });
  await world.apply({ steps: STEPS, ...(alarms === undefined ? {} : { alarms }) });
  await world.untilState('ramp.bake', 0);
  return world;
}

const gate = async (world: OperatorWorld, name: string): Promise<Verdict> => {
  const found = (await world.status()).report.gates.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no gate ${name}`);
  return found;
};

async function restFor(world: OperatorWorld, durationMs: number): Promise<void> {
  const stop = world.clock.now() + durationMs;
  while (world.clock.now() < stop) await world.pass();
}

test('an alarm tells how old its data are, a counter without zeros by the requests of its load balancer', async () => {
  const world = await inFirstBake();
  await world.rest(3);
  for (const name of ['shop-latency', 'shop-5xx']) {
    expect(await gate(world, `alarm/${name}`)).toMatchObject({
      verdict: 'pass',
      why: expect.stringMatching(new RegExp(`^alarm ${name} is OK, data \\d+s old$`)),
    });
  }
});

test('metrics that stop in a bake hold it, with the reason, until they are back; the alarms are OK all the while', async () => {
  const world = await inFirstBake();
  world.traffic.isCounted = false;
  await restFor(world, 15 * MINUTE_MS);
  const status = await world.status();
  expect(status.machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
  expect(status.report.waitingFor).toContain('alarm shop-latency is OK, but AWS/ApplicationELB TargetResponseTime has');
  for (const name of ['shop-latency', 'shop-5xx']) {
    expect(await gate(world, `alarm/${name}`)).toMatchObject({
      verdict: 'unknown',
      why: expect.stringContaining('CloudWatch may be late or the metric gone'),
    });
  }
  expect(status.conditions.find(({ type }) => type === 'AlarmsOK')?.status).toBe('Unknown');
  world.traffic.isCounted = true;
  await world.untilState('ramp.bake', 1);
});

test('a bake does not end on data of before it began, though they are not old yet', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 10_000 } });
  await world.apply({ steps: [{ weight: 100, bake: '2m' }] });
  await world.untilState('ramp.shift');
  world.traffic.isCounted = false;
  // To the next minute: what was counted in this one may be of before or after.
  await world.clock.advanceAsync(MINUTE_MS);
  const { machine } = await world.untilState('ramp.bake', 0);
  await restFor(world, (machine.context.verifiedAt ?? 0) + 2 * MINUTE_MS - world.clock.now());
  await world.pass();
  expect(await gate(world, 'alarm/shop-latency')).toMatchObject({
    verdict: 'unknown',
    why: expect.stringContaining('no datapoint since the step began'),
  });
  expect(await world.state()).toBe('ramp.bake');
  world.traffic.isCounted = true;
  await world.untilState('soak');
});

test('a breach while metrics stand still goes back with one call, and asks for no metric on the way', async () => {
  const asked: string[] = [];
  const world = await inFirstBake({ onCall: ({ operation }) => asked.push(operation) });
  world.traffic.isCounted = false;
  await restFor(world, 10 * MINUTE_MS);
  await world.fireAlarm();
  const before = world.referee.mutations.length;
  asked.length = 0;
  await world.pass();
  expect(world.referee.mutations.slice(before)).toEqual(['elasticloadbalancing:ModifyRule']);
  expect(asked).not.toContain('GetMetricData');
  expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
  await world.untilState('rolledBack');
  await expectRolledBack(world, 'AlarmBreach');
});

test('§8.2: a plan with a bake that is over before its alarms could have fired is not begun, and says what it lacks', async () => {
  const world = await OperatorWorld.create({ settings: SELDOM });
  const short = { steps: [{ weight: 100, bake: '3m' }], shortBakes: 'refuse' } as const;
  await world.apply({ ...short, steps: [...short.steps] });
  await world.rest(10);
  expect(await world.state()).toBe('inventory.preflight');
  expect((await world.status()).report.waitingFor).toContain(
    'spec.ramp.steps[0].bake: 3m at 100 % is over before alarm shop-latency could have fired',
  );
  expect((await world.status()).conditions.find(({ type }) => type === 'Ready')).toMatchObject({
    status: 'False',
    reason: 'BakeTooShort',
  });
  await expectUntouched(world);
  await world.apply({ ...short, steps: [{ weight: 100, bake: '4m' }] });
  await world.untilState('ramp.bake');
});

test('W2: an alarm that is deleted in mid-ramp holds the step, and the way back stays', async () => {
  const world = await inFirstBake();
  await world.person.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['shop-latency'] }));
  await restFor(world, 12 * MINUTE_MS);
  const status = await world.status();
  expect(status.machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
  expect(status.report.waitingFor).toContain('alarm shop-latency does not exist');
  await world.fireAlarm('shop-5xx');
  await world.untilState('rolledBack');
  await expectRolledBack(world, 'AlarmBreach');
});

/** An alarm on blue's target group alone. */
async function putBlindAlarm({ person, edge }: OperatorWorld): Promise<void> {
  await person.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'blue-only',
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'HTTPCode_Target_5XX_Count',
      Dimensions: [
        { Name: 'LoadBalancer', Value: loadBalancerDimension(edge.loadBalancerArn) },
        { Name: 'TargetGroup', Value: targetGroupDimension(edge.targetGroupArn) },
      ],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
}

test('an alarm that cannot see green keeps the plan from beginning', async () => {
  const world = await OperatorWorld.create({ settings: SELDOM });
  await putBlindAlarm(world);
  await world.clock.advanceAsync(2 * MINUTE_MS);
  await world.apply({ steps: STEPS, alarms: ['shop-5xx', 'blue-only'] });
  await world.rest(10);
  expect(await world.state()).toBe('inventory.preflight');
  expect((await world.status()).report.waitingFor).toContain('blue-only watches TargetGroup targetgroup/');
  await expectUntouched(world);
  await world.apply({ steps: STEPS, alarms: ['shop-5xx'] });
  await world.untilState('ramp.bake');
});

test('an alarm that cannot see green and comes into a plan in mid-ramp holds the step, and the way back stays', async () => {
  const world = await inFirstBake();
  await putBlindAlarm(world);
  await world.apply({ steps: STEPS, alarms: ['shop-5xx', 'blue-only'] });
  await restFor(world, 15 * MINUTE_MS);
  expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
  expect(await gate(world, 'alarm/blue-only')).toMatchObject({
    verdict: 'wait',
    why: expect.stringContaining('would never fire for green'),
  });
  await world.fireAlarm();
  await world.untilState('rolledBack');
  await expectRolledBack(world, 'AlarmBreach');
});

test('a composite alarm is as fresh as what is beneath it', async () => {
  const world = await OperatorWorld.create({ settings: SELDOM });
  const { cloudWatch } = world.person;
  const publish = () =>
    cloudWatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [{ MetricName: 'queue', Value: 0 }] }));
  await publish();
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'queue',
      Metrics: [
        {
          Id: 'm1',
          ReturnData: false,
          MetricStat: { Metric: { Namespace: 'Shop', MetricName: 'queue' }, Period: 60, Stat: 'Maximum' },
        },
        // Has a value whatever becomes of the metric.
        { Id: 'e1', Expression: 'FILL(m1, 0)', ReturnData: true },
      ],
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    }),
  );
  await cloudWatch.send(
    new PutCompositeAlarmCommand({ AlarmName: 'any', AlarmRule: 'ALARM("queue") OR ALARM("shop-5xx")' }),
  );
  await world.clock.advanceAsync(2 * MINUTE_MS);
  await publish();
  await world.apply({ steps: STEPS, alarms: ['any'] });
  await world.until('the data of the queue are old', ({ report }) =>
    report.gates.some(
      ({ name, verdict, why }) => name === 'alarm/any' && verdict === 'unknown' && why.includes('Shop queue'),
    ),
  );
  const held = (await world.status()).machine;
  await restFor(world, 5 * MINUTE_MS);
  expect((await world.status()).machine).toMatchObject({ value: held.value, context: { step: held.context.step } });
});
