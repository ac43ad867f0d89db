import { describe, expect, test, vi } from 'vitest';
import { AWS_LIKE_DELAYS } from '../../../lab/delays.ts';
import { expectMigrated, expectRolledBack } from './endStates.ts';
import type { PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 180_000 });

const ONE_STEP = [{ weight: 100, bake: '1m' }];
const BLUE = ['user-api', 'user-api'];
const GREEN = ['user-api-sc', 'user-api-sc'];

/** Under a name of blue's, by turns of the machine: what a caller found there at each look. */
interface Found {
  state: string;
  tasks: string[];
}

async function watch(world: OperatorWorld, name: string): Promise<Found[]> {
  const found: Found[] = [];
  await world.until('it has settled', ({ machine }) => {
    found.push({ state: machine.value, tasks: world.inside.behind(name) });
    return machine.value === 'succeeded' || machine.value === 'rolledBack';
  });
  return found;
}

const abort = (world: OperatorWorld) =>
  world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });

/** A world whose plan has green in both of blue's names, and has not gone on. */
async function worldRegistered(changes: PlanChanges = {}): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 10_000 } });
  await world.apply({ steps: ONE_STEP, ...changes });
  await world.until('green registers', ({ machine }) => {
    const isThere = ['user', 'stock'].every((name) => world.inside.behind(name).length === 4);
    return machine.value === 'retire.drain' && isThere;
  });
  return world;
}

describe('callers that resolve blue’s names in Cloud Map', () => {
  test('S16, E40: find somebody there all the time: green joins blue once blue serves nothing, and is alone at the end', async () => {
    const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS });
    await world.apply({ steps: ONE_STEP });
    const found = await watch(world, 'user');
    expect(found.filter(({ tasks }) => tasks.length < 2)).toEqual([]);
    const before = found.slice(
      0,
      found.findIndex(({ state }) => state === 'retire.drain'),
    );
    expect(before.length).toBeGreaterThan(10);
    expect(before.filter(({ tasks }) => tasks.some((task) => task.endsWith('-sc')))).toEqual([]);
    const handingOver = found.filter(({ state }) => state === 'retire.handOver');
    expect(handingOver.length).toBeGreaterThan(0);
    for (const { tasks } of handingOver) expect(tasks).toEqual([...BLUE, ...GREEN]);
    expect(found.at(-1)).toEqual({ state: 'succeeded', tasks: GREEN });
    expect(world.inside.behind('stock')).toEqual(['stock-api-sc', 'stock-api-sc']);
    await expectMigrated(world);
  });

  test('find nobody any more where the plan leaves the names', async () => {
    const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
    await world.apply({ steps: ONE_STEP, registries: 'leave' });
    const found = await watch(world, 'user');
    expect(found.filter(({ tasks }) => tasks.some((task) => task.endsWith('-sc')))).toEqual([]);
    expect(found.at(-1)).toEqual({ state: 'succeeded', tasks: [] });
    await expectMigrated(world);
  });

  test('are not kept by a plan that goes back: the rules first, then the names, and green stays as long as it is to', async () => {
    const world = await worldRegistered({ keepGreen: '30m' });
    await abort(world);
    const before = world.referee.mutations.length;
    await world.pass();
    expect(world.referee.mutations.slice(before)).toEqual(['elasticloadbalancing:ModifyRule']);
    await world.until('green has left the names', () =>
      ['user', 'stock'].every((name) => world.inside.behind(name).length === 2),
    );
    expect(world.inside.behind('user')).toEqual(BLUE);
    expect(await world.state()).toBe('backward.dismantle');
    const after = world.referee.mutations.slice(before + 1);
    expect(after).toEqual(['ecs:UpdateService', 'ecs:UpdateService']);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
    expect(world.inside.behind('user')).toEqual(BLUE);
  });

  test('lose green with its tasks where a plan that goes back keeps none', async () => {
    const world = await worldRegistered();
    await world.fireAlarm();
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
    expect(world.inside.behind('user')).toEqual(BLUE);
    expect(world.inside.behind('stock')).toEqual(['stock-api', 'stock-api']);
  });

  test('wait, and with them the plan, while it is paused', async () => {
    const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
    await world.apply({ steps: ONE_STEP });
    await world.untilState('retire.drain');
    await world.apply({ steps: ONE_STEP, paused: true });
    await world.rest(20);
    expect(world.inside.behind('user')).toEqual(BLUE);
    await world.apply({ steps: ONE_STEP });
    await world.untilState('succeeded');
    expect(world.inside.behind('user')).toEqual(GREEN);
    await expectMigrated(world);
  });
});
