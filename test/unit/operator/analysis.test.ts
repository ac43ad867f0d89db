import { describe, expect, test, vi } from 'vitest';
import { AwsError } from '../../../lab/errors.ts';
import { RequestMetrics } from '../../../lab/services/elbv2/requestMetrics.ts';
import { readPlan } from '../../../src/cli/planView.ts';
import { explainPlan } from '../../../src/cli/screens/explain.ts';
import { promote } from './byHand.ts';
import { expectMigrated, expectRolledBack } from './endStates.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const MINUTE_MS = 60_000;
const STEPS = [
  { weight: 50, bake: '8m' },
  { weight: 100, bake: '2m' },
];
const ANALYSIS = { errorRate: { max: '1%', maxVsBlue: 2 }, latencyP50: { max: '200ms', maxVsBlue: 1.5 } };
const SELDOM = { tickMs: 30_000 };

/** A plan with an analysis, whose first weight has just been read back. */
async function baking(analysis: Record<string, unknown> = ANALYSIS): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: SELDOM });
  await world.apply({ steps: STEPS, analysis });
  await world.untilState('ramp.bake', 0);
  return world;
}

const gateOf = async (world: OperatorWorld, name: string) =>
  (await world.status()).report.gates.find((gate) => gate.name === name);

/** For so long, the plan never leaves its first step. */
async function expectHeld(world: OperatorWorld, durationMs: number): Promise<void> {
  const until = world.clock.now() + durationMs;
  while (world.clock.now() < until) {
    await world.pass();
    expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
  }
}

describe('an analysis', () => {
  test('that finds nothing passes with its numbers, and the plan succeeds', async () => {
    const world = await baking();
    await world.until('the analysis passes', ({ report }) =>
      report.gates.some(
        ({ name, verdict, why }) => name === 'analysis/frontend' && verdict === 'pass' && why.includes('0 of'),
      ),
    );
    expect((await gateOf(world, 'analysis/frontend'))?.why).toMatch(
      /green failed 0 of \d+ requests \(0 %\).*blue 0 of \d+.*p50 is 20 ms, at most 200 ms/,
    );
    await world.untilState('succeeded');
    await expectMigrated(world);
  });

  test('takes a green back that errs below the threshold of every alarm', async () => {
    const world = await baking();
    world.traffic.failEvery.green = 10;
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AnalysisFailed');
    expect(world.inside.alarmStates(['shop-5xx', 'shop-latency']).map(({ state }) => state)).toEqual(['OK', 'OK']);
    const told = (await world.events()).find(({ reason }) => reason === 'AnalysisFailed');
    expect(told?.message).toMatch(/^analysis\/frontend: green failed \d+ of \d+ requests .*p (<|=) 0.0/);
  });

  test('takes a green back that is slow below the threshold of every alarm', async () => {
    const world = await baking();
    world.traffic.seconds.green = 0.4;
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AnalysisFailed');
    expect((await world.status()).machine.context.backwardBecause?.message).toMatch(/p50 is 400 ms, at most 200 ms/);
  });

  test('holds while both sides degrade together, and goes on when they are well again', async () => {
    const world = await baking();
    world.traffic.failEvery.green = 15;
    world.traffic.failEvery.blue = 15;
    await expectHeld(world, 20 * MINUTE_MS);
    expect(await gateOf(world, 'analysis/frontend')).toMatchObject({
      verdict: 'wait',
      why: expect.stringContaining('both sides degrade'),
    });
    world.traffic.failEvery.green = 0;
    world.traffic.failEvery.blue = 0;
    await world.untilState('ramp.bake', 1);
  });

  test('waits while there are too few requests, says so, and is passed over by force alone', async () => {
    const world = await baking({ ...ANALYSIS, requests: { min: 1_000_000 } });
    await expectHeld(world, 20 * MINUTE_MS);
    const view = await readPlan(world.store, 'shop', world.clock.now());
    expect(view && explainPlan(view).join('\n')).toMatch(/served \d+ requests in 5 minutes, and 1000000 are needed/);
    const { report } = await world.status();
    expect(report.waitingFor).toMatch(/green has served \d+ requests in 5 minutes, and 1000000 are needed/);
    expect(report.guards).toContainEqual(
      expect.objectContaining({ name: 'gates', verdict: 'wait', why: expect.stringContaining('1000000 are needed') }),
    );
    await promote(world, 'forced');
    await world.untilState('ramp.bake', 1);
  });

  test('waits without any traffic, and so do the alarms, which no force passes over', async () => {
    const world = await baking();
    world.traffic.isQuiet = true;
    await expectHeld(world, 10 * MINUTE_MS);
    expect(await gateOf(world, 'analysis/frontend')).toMatchObject({
      verdict: 'wait',
      why: expect.stringMatching(/served 0 requests in 0 minutes, and 50 are needed/),
    });
    await promote(world, 'forced');
    await expectHeld(world, 5 * MINUTE_MS);
  });

  test('of metrics that cannot be read is not known, holds the step and takes nothing back', async () => {
    const world = await baking();
    const before = world.referee.mutations.length;
    Object.assign(world.simulated.aws.services.cloudwatch.operations, {
      GetMetricData: () => {
        throw new AwsError('AccessDenied', 'not authorized to perform: cloudwatch:GetMetricData', { status: 403 });
      },
    });
    await expectHeld(world, 15 * MINUTE_MS);
    expect(await gateOf(world, 'analysis/frontend')).toMatchObject({ verdict: 'unknown' });
    expect(await gateOf(world, 'served/frontend')).toMatchObject({ verdict: 'unknown' });
    expect(world.referee.mutations.length).toBe(before);
  });

  test('holds a step whose services fail behind the edge, and takes nothing back for it', async () => {
    const world = await baking();
    world.traffic.insideStatus = '5XX';
    await expectHeld(world, 15 * MINUTE_MS);
    expect(await gateOf(world, 'analysis/frontend')).toMatchObject({ verdict: 'pass' });
    expect(await gateOf(world, 'analysis/inside/user-api')).toMatchObject({
      verdict: 'wait',
      why: expect.stringMatching(/its clients counted \d+ errors .*the step is held and nothing is taken back/),
    });
    world.traffic.insideStatus = '2XX';
    await world.untilState('ramp.bake', 1);
  });

  test('fails a step that a person has forced, too', async () => {
    const world = await baking();
    world.traffic.isQuiet = true;
    await world.rest(4);
    await promote(world, 'forced');
    await world.untilState('ramp.bake', 1);
    world.traffic.isQuiet = false;
    world.traffic.failEvery.green = 15;
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AnalysisFailed');
  });
});

describe('the share that is served', () => {
  test('is told beside the weight that was read back', async () => {
    const world = await baking();
    await world.until('enough was served', ({ report }) =>
      report.gates.some(({ name, why }) => name === 'served/frontend' && why.includes('of a wanted 50 %')),
    );
    expect(await gateOf(world, 'served/frontend')).toMatchObject({ verdict: 'pass' });
  });

  test('holds the step where another rule sends to blue as well', async () => {
    const world = await OperatorWorld.create({ settings: SELDOM });
    await world.apply({ steps: STEPS });
    await world.untilState('ramp.bake', 0);
    const metrics = new RequestMetrics({
      clock: world.clock,
      metrics: world.simulated.aws.services.cloudwatch,
    });
    const where = { loadBalancerArn: world.edge.loadBalancerArn, targetGroupArn: world.edge.targetGroupArn };
    for (let passes = 0; passes < 30; passes += 1) {
      for (let request = 0; request < 60; request += 1) metrics.forwarded(where, 2);
      await world.pass();
    }
    expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
    expect(await gateOf(world, 'served/frontend')).toMatchObject({
      verdict: 'wait',
      why: expect.stringMatching(/of a wanted 50 %\. .*it is not what is served/),
    });
  });
});
