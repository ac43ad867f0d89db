import { RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test, vi } from 'vitest';
import { expectMigrated, expectRolledBack } from './endStates.ts';
import { CLUSTER, type PlanChanges } from './manifest.ts';
import type { OperatorProcess } from './operatorProcess.ts';
import { OperatorWorld } from './operatorWorld.ts';
import { abort, scalingOf } from './turns.ts';

vi.setConfig({ testTimeout: 60_000 });

const STEPS = [
  { weight: 50, bake: '2m' },
  { weight: 100, bake: '2m' },
];

const scale = (world: OperatorWorld, service: string, desiredCount: number) =>
  world.person.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service, desiredCount }));

/** Half of the traffic is on green, and one of its services has come to more tasks than it was made with. */
async function worldInWhichLoadGrows(
  service = 'frontend',
  changes: PlanChanges = {},
  options: { appMesh?: 'gone'; greenTasks?: number } = {},
): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 15_000 } });
  if (options.appMesh === 'gone') world.simulated.faults.set('app-mesh-gone', true);
  await world.apply({ steps: STEPS, ...changes });
  await world.untilState('ramp.bake', 0);
  await scale(world, `${service}-sc`, options.greenTasks ?? 3);
  return world;
}

const REGISTER = 'application-autoscaling:RegisterScalableTarget';

const CONFIRMED = [{ code: 'CALL_GRAPH_GUESSED', place: 'cluster/shop', choice: 'confirm' }];

const minimumOf = async (world: OperatorWorld) => (await scalingOf(world, 'frontend'))?.min;

const blueHealthy = async (world: OperatorWorld) =>
  (await world.status()).conditions.find(({ type }) => type === 'BlueHealthy');

const untilBlueHas = (world: OperatorWorld, tasks: number) =>
  world.until(`${tasks} tasks of blue`, ({ report }) =>
    report.services.some(({ blue, blueHealthy }) => blue === 'frontend' && blueHealthy === tasks),
  );

describe('load grows in the ramp, and green scales out', () => {
  test('P2: blue’s minimum follows; an abort finds a blue that carries everything, and leaves its scaling as it was recorded', async () => {
    const world = await worldInWhichLoadGrows();
    await untilBlueHas(world, 4);
    expect(await scalingOf(world, 'frontend')).toMatchObject({ min: 4, max: 4, DynamicScalingInSuspended: true });
    expect(await blueHealthy(world)).toMatchObject({
      status: 'True',
      message: expect.stringContaining('load has grown since: frontend needs 4 tasks, 2 when it was recorded'),
    });
    expect(await world.events()).toContainEqual(
      expect.objectContaining({
        reason: 'Updated',
        message: expect.stringContaining('blue frontend: minimum of its scaling 2 → 4'),
      }),
    );
    await abort(world);
    await world.untilState('backward.dismantle');
    expect(await scalingOf(world, 'frontend'), 'the way back is done, and blue is still held').toMatchObject({
      min: 4,
      DynamicScalingInSuspended: true,
    });
    await world.untilState('rolledBack');
    expect((await world.lookAtBlue()).scaling).toEqual(world.blue.scaling);
    // From here on its own scaling decides, and there is little traffic.
    await world.clock.advanceAsync(30 * 60_000);
    await expectRolledBack(world, 'Aborted');
  });

  test('the plan waits while blue is coming up, asks for it once, and goes on to its end', async () => {
    const world = await worldInWhichLoadGrows();
    await world.untilState('ramp.bake', 1);
    expect(await minimumOf(world)).toBe(4);
    await scale(world, 'frontend-sc', 2);
    await world.untilState('succeeded');
    const raised = (await world.events()).filter(({ message }) => message.includes('minimum of its scaling'));
    expect(raised).toHaveLength(1);
    await expectMigrated(world);
  });

  test('what blue has come to once it keeps: with green back at its count the floor stays', async () => {
    const world = await worldInWhichLoadGrows();
    await untilBlueHas(world, 4);
    await scale(world, 'frontend-sc', 2);
    await world.rest(3);
    expect(await minimumOf(world)).toBe(4);
    expect((await world.status()).machine.context.load).toEqual({ frontend: { blue: 2, needed: 4 } });
  });

  test('its maximum is its maximum: the rest is told', async () => {
    const world = await worldInWhichLoadGrows('frontend', {}, { greenTasks: 2 });
    // Both sides come to three tasks by themselves: at half of the traffic each, everything needs six.
    await scale(world, 'frontend', 3);
    await world.rest(3);
    await scale(world, 'frontend-sc', 3);
    await world.rest(6);
    expect(await scalingOf(world, 'frontend')).toMatchObject({ min: 4, max: 4 });
    expect(await blueHealthy(world)).toMatchObject({
      status: 'False',
      message: expect.stringMatching(/could carry 66 % .*frontend 4\/6.*goes to 4: raise its maximum/),
    });
    expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
  });

  test('a paused plan raises nothing, and says what is lacking', async () => {
    const world = await worldInWhichLoadGrows('frontend', {}, { greenTasks: 2 });
    await world.requests.setPaused('shop', true);
    await world.pass();
    await scale(world, 'frontend-sc', 3);
    await world.rest(6);
    expect(await minimumOf(world)).toBe(2);
    expect(await blueHealthy(world)).toMatchObject({ status: 'False', message: expect.stringContaining('50 %') });
    expect(world.referee.breaches).toEqual([]);
    await world.requests.setPaused('shop', false);
    await untilBlueHas(world, 4);
  });

  test('a plan that would rather go back than wait does not go back from a blue that is growing', async () => {
    const world = await worldInWhichLoadGrows('frontend', { viability: { below: 'rollBackNow' } });
    await world.untilState('ramp.bake', 1);
    expect(await minimumOf(world)).toBe(4);
  });

  test.each(['diesBefore', 'diesAfter', 'answerLost'] as const)(
    'an operator that meets %s at the call is followed by one that has it done, and given back',
    async (kind) => {
      const world = await worldInWhichLoadGrows();
      const first: OperatorProcess = world.startOperator({
        kind,
        get call() {
          return first.begun.indexOf(REGISTER) + 1;
        },
      });
      await world.until('its call', () => first.begun.includes(REGISTER));
      expect(first.died?.api).toBe(kind === 'answerLost' ? undefined : REGISTER);
      await untilBlueHas(world, 4);
      await abort(world);
      await world.untilState('rolledBack');
      expect((await world.lookAtBlue()).scaling).toEqual(world.blue.scaling);
      expect(world.referee.breaches).toEqual([]);
    },
  );

  test('a minimum that a person lowers under the plan is theirs: nothing is raised again, and nothing is given back', async () => {
    const world = await worldInWhichLoadGrows();
    await untilBlueHas(world, 4);
    await world.person.autoScaling.send(
      new RegisterScalableTargetCommand({
        ServiceNamespace: 'ecs',
        ResourceId: `service/${CLUSTER}/frontend`,
        ScalableDimension: 'ecs:service:DesiredCount',
        MinCapacity: 1,
      }),
    );
    const before = world.referee.mutations.length;
    await world.rest(4);
    expect(world.referee.mutations.slice(before).filter((api) => api.includes('autoscaling'))).toEqual([]);
    expect(await minimumOf(world)).toBe(1);
    await abort(world);
    await world.untilState('rolledBack');
    expect(await scalingOf(world, 'frontend')).toMatchObject({ min: 1, max: 4, DynamicScalingInSuspended: false });
  });

  test('a count that a person lowers again and again is raised a few times, and then left', async () => {
    const world = await worldInWhichLoadGrows();
    await untilBlueHas(world, 4);
    const target = {
      ServiceNamespace: 'ecs' as const,
      ResourceId: `service/${CLUSTER}/frontend`,
      ScalableDimension: 'ecs:service:DesiredCount' as const,
    };
    for (let times = 0; times < 6; times += 1) {
      await world.person.autoScaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 2 }));
      await scale(world, 'frontend', 2);
      await world.rest(2);
    }
    const raised = (await world.events()).filter(({ message }) => message.includes('minimum of its scaling'));
    expect(raised).toHaveLength(3);
    expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
  });
});

describe('nothing can be raised', () => {
  test('with App Mesh gone: blue stays as it is, and the plan holds until a person says that it goes on', async () => {
    const world = await worldInWhichLoadGrows('frontend', { decisions: CONFIRMED }, { appMesh: 'gone' });
    await world.rest(8);
    expect(await minimumOf(world)).toBe(2);
    expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
    expect(await blueHealthy(world)).toMatchObject({
      status: 'False',
      message: expect.stringMatching(/could carry 50 %.*frontend needs 4 tasks.*App Mesh is gone/),
    });
    await world.apply({ steps: STEPS, decisions: CONFIRMED, viability: { below: 'goForward' } });
    await world.untilState('ramp.bake', 1);
    expect(await minimumOf(world)).toBe(2);
    world.simulated.faults.set('app-mesh-gone', false);
  });

  test('a service without a scaling: the plan holds, and names the command', async () => {
    const world = await worldInWhichLoadGrows('user-api');
    await world.rest(8);
    const { machine, report } = await world.status();
    expect(machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
    expect(report.waitingFor).toContain('aws ecs update-service --cluster shop --service user-api --desired-count 4');
    await scale(world, 'user-api', 4);
    await world.untilState('ramp.bake', 1);
  });

  test('and a plan that would rather go back does so', async () => {
    const world = await worldInWhichLoadGrows('user-api', { viability: { below: 'rollBackNow' } });
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'BlueFading');
  });
});

test('a breach waits for no blue to grow: with what was recorded it takes everything, with one call and one reconcile', async () => {
  const world = await worldInWhichLoadGrows('user-api');
  await world.rest(4);
  expect(await blueHealthy(world)).toMatchObject({ status: 'False' });
  await world.fireAlarm();
  const before = world.referee.mutations.length;
  await world.pass();
  expect(world.referee.mutations.slice(before)).toEqual(['elasticloadbalancing:ModifyRule']);
  await world.untilState('rolledBack');
  await expectRolledBack(world, 'AlarmBreach');
});
