import { RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { expect, test, vi } from 'vitest';
import { CLUSTER } from './manifest.ts';
import type { OperatorWorld } from './operatorWorld.ts';
import { worldOfTurns } from './turns.ts';

vi.setConfig({ testTimeout: 60_000 });

/** What is asked of services that take turns is broken by an operator's own clients, as the rest is in referee.test.ts. */
const seen = (world: OperatorWorld) => world.referee.breaches.map((breach) => breach.slice(0, breach.indexOf(':')));

const update = (world: OperatorWorld, service: string, change: { desiredCount?: number; forceNewDeployment?: true }) =>
  world.operator.clients.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service, ...change }));

test('I3: blue that has the turn stopped before all traffic is on green', async () => {
  const { world } = await worldOfTurns();
  await world.untilState('ramp.bake', 0);
  expect(seen(world)).toEqual([]);
  await update(world, 'worker', { desiredCount: 0 });
  expect(seen(world)).toEqual(['I3']);
  await world.close();
});

test('I17: green started, or woken, or its scaling with it, while blue has the turn', async () => {
  const { world } = await worldOfTurns();
  await world.untilState('ramp.bake', 0);
  await update(world, 'worker-sc', { forceNewDeployment: true });
  expect(seen(world), 'a deployment of nothing starts nothing').toEqual([]);
  await world.operator.clients.autoScaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ResourceId: `service/${CLUSTER}/worker-sc`,
      ScalableDimension: 'ecs:service:DesiredCount',
      SuspendedState: { DynamicScalingOutSuspended: false },
    }),
  );
  expect(seen(world)).toEqual(['I17']);
  await update(world, 'worker-sc', { desiredCount: 1 });
  expect(seen(world)).toEqual(['I17', 'I17']);
  await world.close();
});

test('I17: blue started beside a green that has the turn, or that has been stopped and has not ended', async () => {
  const { world } = await worldOfTurns();
  await world.untilState('soak');
  expect(seen(world)).toEqual([]);
  await update(world, 'worker', { desiredCount: 2 });
  expect(seen(world)).toEqual(['I17']);
  await update(world, 'worker', { desiredCount: 0 });
  await update(world, 'worker-sc', { desiredCount: 0 });
  world.referee.breaches.length = 0;
  await update(world, 'worker', { desiredCount: 2 });
  expect(seen(world), 'its tasks finish what they have in hand').toEqual(['I17']);
  await world.close();
});
