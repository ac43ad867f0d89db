import { RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test, vi } from 'vitest';
import type { ConditionType } from '../../../src/machines/record.ts';
import { expectMigrated, expectRolledBack } from './endStates.ts';
import type { PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const STEPS = [
  { weight: 50, bake: '3m' },
  { weight: 100, bake: '3m' },
];

async function baking(onDrift: PlanChanges['onDrift']): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  await world.apply({ steps: STEPS, ...(onDrift === undefined ? {} : { onDrift }) });
  await world.untilState('ramp.bake', 0);
  await world.clock.advanceAsync(5_000);
  return world;
}

const scale = (world: OperatorWorld, desiredCount: number, service = 'stock-api-sc') =>
  world.person.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service, desiredCount }));

async function desiredOf(world: OperatorWorld): Promise<number | undefined> {
  const { services } = await world.person.ecs.send(
    new DescribeServicesCommand({ cluster: 'shop', services: ['stock-api-sc'] }),
  );
  return services?.[0]?.desiredCount;
}

const DELAY = 'deregistration_delay.timeout_seconds';

async function groupOf(world: OperatorWorld): Promise<string> {
  const { TargetGroups } = await world.person.elbv2.send(new DescribeTargetGroupsCommand({ Names: ['frontend-sc'] }));
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
}

async function delayOf(world: OperatorWorld): Promise<string | undefined> {
  const { Attributes = [] } = await world.person.elbv2.send(
    new DescribeTargetGroupAttributesCommand({ TargetGroupArn: await groupOf(world) }),
  );
  return Attributes.find(({ Key }) => Key === DELAY)?.Value;
}

async function setDelay(world: OperatorWorld, Value: string | undefined): Promise<void> {
  await world.person.elbv2.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: await groupOf(world),
      Attributes: [{ Key: DELAY, Value }],
    }),
  );
}

const letScaleIn = (world: OperatorWorld, service: string) =>
  world.person.autoScaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ResourceId: `service/shop/${service}`,
      ScalableDimension: 'ecs:service:DesiredCount',
      SuspendedState: { DynamicScalingInSuspended: false },
    }),
  );

const conditionOf = async (world: OperatorWorld, type: ConditionType) =>
  (await world.status()).conditions.find((condition) => condition.type === type);

const CHANGES: [string, (world: OperatorWorld) => Promise<unknown>, RegExp][] = [
  ['green’s count', (world) => scale(world, 1), /service\/stock-api-sc was changed by others: desired count 2 → 1/],
  ['green’s target group', (world) => setDelay(world, '7'), /targetGroup\/frontend-sc .*timeout_seconds \d+ → 7/],
  ['green’s scaling', (world) => letScaleIn(world, 'frontend-sc'), /scaling\/frontend-sc .*InSuspended true → false/],
  ['the freeze on blue', (world) => letScaleIn(world, 'frontend'), /scalingFreeze\/frontend .*blue may scale in again/],
];

describe('what others change of the stack in a bake', () => {
  test.each(CHANGES)(
    '%s: holds the plan with onDrift: pause, and is told field by field',
    async (_what, change, words) => {
      const world = await baking('pause');
      await change(world);
      const before = world.referee.mutations.length;
      await world.rest(9);
      expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
      expect(world.referee.mutations.length).toBe(before);
      expect(await conditionOf(world, 'Drifted')).toMatchObject({
        status: 'True',
        reason: 'ResourceChanged',
        message: expect.stringMatching(words),
      });
      expect((await world.status()).report.waitingFor).toMatch(words);
      expect(await world.events()).toContainEqual(
        expect.objectContaining({ reason: 'Drifted', message: expect.stringMatching(words) }),
      );
    },
  );

  test.each(CHANGES)(
    '%s: is put back with onDrift: reassert, and the plan ends as it would have',
    async (_what, change, words) => {
      const world = await baking('reassert');
      await change(world);
      await world.untilState('succeeded');
      expect(await world.events()).toContainEqual(
        expect.objectContaining({ reason: 'Reasserted', message: expect.stringMatching(words) }),
      );
      await expectMigrated(world);
    },
  );
});

test('put back by hand, the plan goes on', async () => {
  const world = await baking('pause');
  await scale(world, 1);
  await world.rest(5);
  await scale(world, 2);
  await world.untilState('succeeded');
  await expectMigrated(world);
});

test('green that scales out by itself is no change, nor is the floor of blue that follows it', async () => {
  const world = await baking('pause');
  await scale(world, 3, 'frontend-sc');
  await world.untilState('ramp.bake', 1);
  expect(await conditionOf(world, 'Drifted')).toMatchObject({ status: 'False' });
});

test('with onDrift: adopt it is told, and let be', async () => {
  const world = await baking('adopt');
  await setDelay(world, '7');
  await world.until('it is told', ({ conditions }) =>
    conditions.some(({ type, status }) => type === 'Drifted' && status === 'True'),
  );
  await world.untilState('succeeded');
  expect(await delayOf(world)).toBe('7');
});

test('two that want different things of one resource: after three times it stays as the other one wrote it, and the plan holds', async () => {
  const world = await baking('reassert');
  for (let passes = 0; passes < 40; passes += 1) {
    await scale(world, 1);
    await world.pass();
  }
  const told = (await world.events()).filter(({ reason }) => reason === 'Reasserted');
  expect(told.length).toBeGreaterThanOrEqual(3);
  const hours = world.clock.now() - (told[0]?.at ?? 0);
  expect(told.length).toBeLessThanOrEqual(3 * Math.ceil(hours / 600_000));
  expect(await desiredOf(world)).toBe(1);
  expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
});

test.each(['pause', 'reassert', 'adopt'] as const)(
  'onDrift: %s; an alarm over a green that was changed takes everything back with one call and one reconcile',
  async (onDrift) => {
    const world = await baking(onDrift);
    await setDelay(world, '7');
    await letScaleIn(world, 'frontend');
    await world.fireAlarm();
    const before = world.referee.mutations.length;
    await world.pass();
    expect(world.referee.mutations.slice(before)).toEqual(['elasticloadbalancing:ModifyRule']);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
  },
);
