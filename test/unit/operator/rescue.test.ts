import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { StopTaskCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { expect, test, vi } from 'vitest';
import { targetGroupDimension } from '../../../src/aws/arns.ts';
import type { ConditionType } from '../../../src/machines/record.ts';
import { deploy } from './byHand.ts';
import { expectMigrated } from './endStates.ts';
import type { PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const MINUTE_MS = 60_000;
const CONFIRMED = [{ code: 'CALL_GRAPH_GUESSED', place: 'cluster/shop', choice: 'confirm' }];
const RESCUE = {
  strategy: 'rescue',
  steps: [
    { weight: 20, bake: '1m' },
    { weight: 50, bake: '1m' },
    { weight: 100, bake: '2m' },
  ],
  decisions: CONFIRMED,
} as const satisfies Partial<PlanChanges>;

/** App Mesh is gone, one of user-api's two tasks has died for good, and one answer in four of blue is an error: the alarm fires. */
async function worldOfAWreck(): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 15_000 } });
  world.simulated.faults.set('app-mesh-gone', true);
  const { ecs } = world.person;
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: 'shop', serviceName: 'user-api' }));
  await ecs.send(new StopTaskCommand({ cluster: 'shop', task: taskArns[0] ?? '' }));
  world.traffic.failEvery.blue = 4;
  world.referee.waivable.add('shop-5xx');
  await world.clock.advanceAsync(5 * MINUTE_MS);
  return world;
}

const condition = async (world: OperatorWorld, wanted: ConditionType) =>
  (await world.status()).conditions.find(({ type }) => type === wanted);

const eventsOf = async (world: OperatorWorld, wanted: string) =>
  (await world.events()).filter(({ reason }) => reason === wanted).map(({ message }) => message);

test('the same plan without a rescue waits in its preflight, and makes nothing', async () => {
  const world = await worldOfAWreck();
  await world.apply({ ...RESCUE, strategy: 'migrate' });
  await world.rest(40);
  expect(await world.state()).toBe('inventory.preflight');
  expect((await world.status()).report.waitingFor).toContain('alarm shop-5xx is in ALARM');
});

test('a rescue leaves a blue that has lost half and errs, and says at every step what it passed over for that', async () => {
  const world = await worldOfAWreck();
  await world.apply(RESCUE);
  const made = await world.untilState('provision');
  expect(made.report.wayBack).toMatch(/blue could carry 3\d % of all traffic: .*user-api 1\/2.*answers are errors/);
  const [started, ...others] = await eventsOf(world, 'RescueStarted');
  expect(others).toEqual([]);
  expect(started).toMatch(/blue could carry 3\d % of all traffic.*promises no way back beyond that/);
  for (const step of [0, 1]) {
    await world.untilState('ramp.bake', step);
    await world.rest(1);
    expect((await condition(world, 'Waived'))?.message).toMatch(/capacity\/blue: .*waived by strategy: rescue/);
  }
  await world.untilState('succeeded');
  await expectMigrated(world, { mesh: 'unreachable' });
  const waived = await eventsOf(world, 'Waived');
  for (const move of ['inventory.preflight → provision', 'verify → ramp.shift', 'ramp.bake → ramp.shift']) {
    const told = waived.filter((message) => message.startsWith(move));
    expect(told.join('\n')).toMatch(/alarm\/shop-5xx: .*waived by strategy: rescue/);
    expect(told.join('\n')).toMatch(/capacity\/blue: blue could carry \d+ % .*waived by strategy: rescue/);
  }
  expect(await eventsOf(world, 'AlarmBreach')).toEqual([]);
});

test('a green that is worse than its failing blue is taken back all the same', async () => {
  const world = await worldOfAWreck();
  await world.apply(RESCUE);
  await world.untilState('ramp.bake', 0);
  world.traffic.failEvery.green = 1;
  await world.untilState('rolledBack');
  expect((await world.status()).machine.context.backwardBecause).toMatchObject({
    reason: 'AlarmBreach',
    message: expect.stringContaining("by its own requests it is green's"),
  });
});

test('once blue serves nothing its failing is no excuse: an alarm that fires then takes everything back', async () => {
  const world = await worldOfAWreck();
  await world.apply({ ...RESCUE, soak: '2h' });
  await world.untilState('soak');
  expect(await condition(world, 'AlarmsOK')).toMatchObject({ status: 'True' });
  await world.fireAlarm();
  await world.untilState('rolledBack');
  expect((await world.status()).machine.context.backwardBecause?.reason).toBe('AlarmBreach');
});

test('an alarm that sees blue alone is passed over, but not where no other is left', async () => {
  const world = await worldOfAWreck();
  await world.person.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'blue-alone',
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'HTTPCode_Target_5XX_Count',
      Dimensions: [
        { Name: 'LoadBalancer', Value: world.edge.loadBalancerArn.slice(world.edge.loadBalancerArn.indexOf('app/')) },
        { Name: 'TargetGroup', Value: targetGroupDimension(world.edge.targetGroupArn) },
      ],
      Period: 60,
      EvaluationPeriods: 1,
      Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      TreatMissingData: 'notBreaching',
    }),
  );
  await world.clock.advanceAsync(5 * MINUTE_MS);
  await world.apply({ ...RESCUE, alarms: ['blue-alone'] });
  await world.rest(10);
  expect(await world.state()).toBe('inventory.preflight');
  expect((await world.status()).report.waitingFor).toContain('alarm blue-alone watches');
  await world.apply({ ...RESCUE, alarms: ['blue-alone', 'shop-5xx', 'shop-latency'] });
  await world.untilState('succeeded');
  expect((await eventsOf(world, 'Waived')).join('\n')).toContain('it sees blue alone: waived by strategy: rescue');
});

test('a deployment on blue does not hold a rescue, and comparisons with blue are not made', async () => {
  const world = await worldOfAWreck();
  world.traffic.seconds.green = 2;
  await world.apply({
    ...RESCUE,
    alarms: ['shop-5xx'],
    analysis: { latencyP50: { maxVsBlue: 1 }, requests: { min: 1 }, window: '1m' },
  });
  await world.untilState('ramp.bake', 0);
  await deploy(world, 'stock-api');
  await world.untilState('succeeded');
  const waived = (await eventsOf(world, 'Waived')).join('\n');
  expect(waived).toMatch(/source: service stock-api was deployed under the plan.*waived by strategy: rescue/);
  expect(waived).toContain('analysis: green is not compared with blue (maxVsBlue): waived by strategy: rescue');
});
