import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test, vi } from 'vitest';
import { AWS_LIKE_DELAYS } from '../../../lab/delays.ts';
import type { MachineState } from '../../../src/machines/record.ts';
import { expectMigrated, expectRolledBack, expectUntouched } from './endStates.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const ONE_STEP = [{ weight: 100, bake: '1m' }];
const TWO_STEPS = [
  { weight: 10, bake: '1m' },
  { weight: 100, bake: '1m' },
];
/** Fewer looks, so that many worlds fit into a test. */
const SELDOM = { tickMs: 30_000 };

/** A world whose plan has come to a state; to a step of the ramp where one is named, with a single step where not. */
async function worldIn(state: MachineState, step?: number): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: SELDOM });
  await world.apply({ steps: step === undefined ? ONE_STEP : TWO_STEPS });
  await world.untilState(state, step);
  return world;
}

const abort = (world: OperatorWorld) =>
  world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });

describe('an alarm that fires takes everything back', () => {
  test.each<{ where: string; state: MachineState; step?: number }>([
    { where: 'the first bake', state: 'ramp.bake', step: 0 },
    { where: 'the last bake', state: 'ramp.bake', step: 1 },
    { where: 'soak', state: 'soak' },
    { where: 'retire.drain', state: 'retire.drain' },
  ])('I8: in $where with one call and one reconcile', async ({ state, step }) => {
    const world = await worldIn(state, step);
    await world.fireAlarm();
    const before = world.referee.mutations.length;
    await world.pass();
    expect(world.referee.mutations.slice(before)).toEqual(['elasticloadbalancing:ModifyRule']);
    expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
  });

  test('in retire.handOver, where blue is put back into the rule and seen healthy before it takes traffic', async () => {
    const world = await worldIn('retire.handOver');
    await world.fireAlarm();
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
  });

  test('by errors that green answers users with, as CloudWatch counts them', async () => {
    const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS });
    await world.apply({
      steps: [
        { weight: 50, bake: '5m' },
        { weight: 100, bake: '5m' },
      ],
    });
    await world.untilState('ramp.bake');
    world.traffic.greenStatus = 500;
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
    expect((await world.events()).map(({ reason }) => reason)).toContain('AlarmBreach');
  });
});

describe('an abort is heard', () => {
  test.each<MachineState>(['inventory.preflight', 'provision', 'verify', 'ramp.shift', 'ramp.bake', 'soak'])(
    'in %s',
    async (state) => {
      const world = await worldIn(state);
      await abort(world);
      await world.untilState('rolledBack');
      await expectRolledBack(world, 'Aborted');
    },
  );

  test.each<MachineState>(['retire.prove', 'retire.drain', 'retire.handOver'])('in %s', async (state) => {
    const world = await worldIn(state);
    await abort(world);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
  });

  test('before anything was made', async () => {
    const world = await OperatorWorld.create({ settings: SELDOM });
    await world.apply();
    await abort(world);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
  });

  test('after the point of no return it is refused with a word, and the plan goes on', async () => {
    const world = await worldIn('retire.scaleDown');
    await abort(world);
    await world.untilState('succeeded');
    await expectMigrated(world);
    expect((await world.events()).filter(({ reason }) => reason === 'Refused').map(({ message }) => message)).toContain(
      'an abort came after the point of no return; the plan goes on',
    );
  });

  test('while the plan is paused', async () => {
    const world = await worldIn('ramp.bake', 0);
    await world.requests.setPaused('shop', true);
    await world.rest(2);
    await abort(world);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
  });
});

describe('green that cannot serve', () => {
  test.each([
    ['crash', /its last task stopped: .*exit code 1/],
    ['hang', /not ready after 1\d minutes: .*tasks run/],
  ] as const)('whose tasks %s never gets weight and leaves nothing behind', async (start, words) => {
    const world = await OperatorWorld.create({ settings: { tickMs: 60_000, provisionDeadlineMs: 10 * 60_000 } });
    world.simulated.tasks.behave(({ serviceName }) => ({ start: serviceName === 'frontend-sc' ? start : 'run' }));
    await world.apply();
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'GreenFailed');
    expect((await world.status()).machine.context.backwardBecause?.message).toMatch(words);
    expect(world.traffic.tally.green).toBe(0);
  });

  test('whose targets never become healthy never gets weight', async () => {
    const world = await OperatorWorld.create({ settings: { tickMs: 60_000, provisionDeadlineMs: 10 * 60_000 } });
    world.simulated.tasks.behave(({ serviceName }) => ({
      start: 'run',
      health: { kind: 'response', status: serviceName === 'frontend-sc' ? 503 : 200 },
    }));
    await world.apply();
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'GreenFailed');
    expect(world.traffic.tally.green).toBe(0);
  });

  test('that dies as a whole in a bake is left at once', async () => {
    const world = await worldIn('ramp.bake', 0);
    world.simulated.tasks.behave(({ serviceName }) => ({ start: serviceName === 'user-api-sc' ? 'hang' : 'run' }));
    for (const { spec } of world.simulated.tasks.of('user-api-sc')) world.simulated.tasks.kill(spec.taskArn);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'GreenSick');
  });

  test.each(['frontend-sc', 'user-api-sc'])(
    'whose %s somebody sets to no task in a bake is left before its users wait for an alarm',
    async (service) => {
      const world = await worldIn('ramp.bake', 0);
      await world.person.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service, desiredCount: 0 }));
      await world.untilState('rolledBack');
      // What failed until the operator's next look is that person's doing.
      world.traffic.tally.failed.length = 0;
      await expectRolledBack(world, 'GreenSick');
    },
  );

  test('that dies as a whole after the hand-over does not keep users from blue, which left the rule and still runs', async () => {
    const world = await worldIn('retire.handOver');
    world.simulated.tasks.behave(({ serviceName }) => ({ start: serviceName === 'frontend-sc' ? 'hang' : 'run' }));
    for (const { spec } of world.simulated.tasks.of('frontend-sc')) world.simulated.tasks.kill(spec.taskArn);
    await world.clock.advanceAsync(1_000);
    const before = world.traffic.tally.blue;
    await world.pass();
    await world.clock.advanceAsync(10_000);
    expect(world.traffic.tally.blue).toBeGreaterThan(before);
    // What failed while nobody was there to serve is green's doing.
    world.traffic.tally.failed.length = 0;
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'GreenSick');
  });
});

describe('a blue that cannot take the traffic', () => {
  test('is revived first: nobody is sent to a blue that a person had scaled to nothing', async () => {
    const world = await worldIn('ramp.bake', 1);
    await world.person.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'user-api', desiredCount: 0 }));
    await world.clock.advanceAsync(30_000);
    await world.fireAlarm();
    await world.pass();
    expect(await world.state()).toBe('backward.reviveBlue');
    expect((await world.lookAtBlue()).rule).not.toEqual(world.blue.rule);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
  });
});

describe('after a rollback', () => {
  test('E3, S3: a new attempt is numbered, since the names of the last one may still be draining', async () => {
    const world = await worldIn('ramp.bake', 0);
    await abort(world);
    await world.untilState('rolledBack');
    // As `meshlift apply` does it: the abort belonged to the attempt that is over.
    await world.requests.put('shop', world.manifest(), await world.requests.read('shop'), true);
    await world.untilState('ramp.bake');
    expect((await world.status()).attempt).toBe(2);
    expect((await world.status()).generation).toBe(2);
    await world.untilState('succeeded');
    await expectMigrated(world, { suffix: '-sc2' });
  });

  test('the record can be deleted, and nothing is left at all', async () => {
    const world = await worldIn('ramp.bake', 0);
    await world.requests.requestDelete('shop', { by: 'someone', at: world.clock.now() });
    while (await world.hasRecord()) await world.pass();
    await expectUntouched(world);
    expect(world.referee.breaches).toEqual([]);
    expect(world.traffic.tally.failed).toEqual([]);
  });
});
