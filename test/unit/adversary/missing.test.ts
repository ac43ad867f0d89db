import type { DescribeServicesCommandOutput } from '@aws-sdk/client-ecs';
import { describe, expect, test, vi } from 'vitest';
import { expectMigrated, expectRolledBack } from '../operator/endStates.ts';
import { OperatorWorld } from '../operator/operatorWorld.ts';
import { abort, worldOfTurns } from '../operator/turns.ts';
import { greenWeight, intervene } from './mishaps.ts';

vi.setConfig({ testTimeout: 120_000 });

/** ECS answers so many times that there is no such service, though there is; or, without a number, from now on. */
function leaveOut(world: OperatorWorld, service: string, times = Number.POSITIVE_INFINITY): void {
  let left = times;
  intervene(world.operator, 'ecs', 'DescribeServices', async (proceed) => {
    const answer = (await proceed()) as DescribeServicesCommandOutput;
    const found = answer.services?.find((one) => one.serviceName === service);
    if (found === undefined || left === 0) return answer;
    left -= 1;
    return {
      ...answer,
      services: answer.services?.filter((one) => one !== found),
      failures: [...(answer.failures ?? []), { arn: found.serviceArn, reason: 'MISSING' }],
    };
  });
}

const STEPS = [
  { weight: 10, bake: '1m' },
  { weight: 100, bake: '1m' },
];

async function worldInBake(): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 20_000 } });
  await world.apply({ steps: STEPS });
  await world.untilState('ramp.bake', 0);
  return world;
}

describe('E11: a service that ECS says is MISSING in a bake', () => {
  test.each(['frontend-sc', 'stock-api-sc', 'frontend'])(
    '(%s) once holds the step, says so, and sends nobody back',
    async (service) => {
      const world = await worldInBake();
      leaveOut(world, service, 1);
      await world.pass();
      expect((await world.status()).report.waitingFor).toContain(`does not name ${service} (MISSING)`);
      expect(await greenWeight(world)).toBe(10);
      await world.untilState('succeeded');
      await expectMigrated(world);
    },
  );

  test('(of green) twice is believed, and everything goes back', async () => {
    const world = await worldInBake();
    leaveOut(world, 'stock-api-sc', 2);
    await world.pass();
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'GreenSick');
  });
});

describe('E9: of services whose sides take turns, one that ECS says is MISSING while its tasks run', () => {
  test('(green) on the way back has not stopped: blue does not start beside it', async () => {
    const { world, together } = await worldOfTurns({}, 'App Mesh answers', false);
    await world.untilState('soak');
    await abort(world);
    await world.untilState('backward.cutBack');
    leaveOut(world, 'worker-sc', 1);
    await world.untilState('rolledBack');
    expect(together).toEqual([]);
    expect(world.referee.breaches).toEqual([]);
  });

  test('(blue) in the cutover has not stopped: green does not start beside it', async () => {
    const { world, together } = await worldOfTurns({}, 'App Mesh answers', false);
    await world.untilState('cutover.stopBlue');
    leaveOut(world, 'worker', 4);
    await world.untilState('succeeded');
    expect(together).toEqual([]);
    expect(world.referee.breaches).toEqual([]);
  });
});
