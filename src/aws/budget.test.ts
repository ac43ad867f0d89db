import { describe, expect, test } from 'vitest';
import { Budget, familyOf } from './budget.ts';

/** A clock that sleeping moves. */
function simulated() {
  let nowMs = 0;
  const budget = new Budget({
    monotonicMs: () => nowMs,
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
  });
  return { budget, pass: (ms: number) => void (nowMs += ms) };
}

const REGISTER = familyOf('ecs:RegisterTaskDefinition');

/** Takes until one has to wait; how many did not. */
async function takeFree(budget: Budget, priority: 'normal' | 'rollback'): Promise<number> {
  for (let count = 0; ; count += 1) if ((await budget.take(REGISTER, priority)) > 0) return count;
}

describe('budget', () => {
  test('E31: task definitions are registered in a burst below 20, then one a second', async () => {
    const { budget } = simulated();
    expect(await takeFree(budget, 'normal')).toBe(16);
    expect(await budget.take(REGISTER, 'normal')).toBe(1000);
  });

  test('E71: what AWS lets tasks and container instances be read at together is shared, and not gone beyond', async () => {
    const family = familyOf('ecs:DescribeTasks');
    expect(familyOf('ecs:DescribeContainerInstances')).toBe(family);
    const { budget } = simulated();
    let taken = 0;
    while ((await budget.take(family, 'rollback')) === 0) taken += 1;
    expect(taken).toBeLessThanOrEqual(20);
  });

  test('L26: what describes load balancers has forty at once and ten a second, all of it together', async () => {
    const family = familyOf('elasticloadbalancing:DescribeRules');
    expect(familyOf('elasticloadbalancing:DescribeTargetHealth')).toBe(family);
    const { budget, pass } = simulated();
    let taken = 0;
    while ((await budget.take(family, 'rollback')) === 0) taken += 1;
    expect(taken).toBe(40);
    pass(1_000);
    const [state] = budget.state();
    expect(state?.perSecond).toBe(10);
    expect(state?.tokens).toBeCloseTo(9.9, 0);
  });

  test('there is plenty until half of what may be used is, and not while AWS throttles', async () => {
    const family = familyOf('elasticloadbalancing:DescribeRules');
    const { budget } = simulated();
    let taken = 0;
    for (; budget.hasPlenty(family); taken += 1) await budget.take(family, 'normal');
    expect(taken).toBe(17);
    const other = simulated().budget;
    other.throttled(family);
    other.succeeded(family);
    expect(other.hasPlenty(family)).toBe(false);
  });

  test('nor for many who ask at the same moment: each counts on what the others leave', async () => {
    const family = familyOf('elasticloadbalancing:DescribeTargetHealth');
    const { budget } = simulated();
    const taken: Promise<number>[] = [];
    for (let asked = 0; asked < 100; asked += 1)
      if (budget.hasPlenty(family)) taken.push(budget.take(family, 'normal'));
    expect(await Promise.all(taken)).toEqual(Array.from({ length: 17 }, () => 0));
  });

  test('who came first is served first, though there is a call when another comes; rollback waits behind nobody', async () => {
    let nowMs = 0;
    const sleepers: (() => void)[] = [];
    const sleep = (): Promise<void> => new Promise((resolve) => sleepers.push(resolve));
    const budget = new Budget({ monotonicMs: () => nowMs, sleep });
    for (let calls = 0; calls < 16; calls += 1) await budget.take(REGISTER, 'normal');
    const served: string[] = [];
    const take = async (name: string, priority: 'normal' | 'rollback') => {
      await budget.take(REGISTER, priority);
      served.push(name);
    };
    const first = take('first', 'normal');
    await expect.poll(() => sleepers.length).toBe(1);
    nowMs += 2_000;
    const second = take('second', 'normal');
    await take('back', 'rollback');
    sleepers.shift()?.();
    await first;
    nowMs += 2_000;
    for (const wake of sleepers.splice(0)) wake();
    await second;
    expect(served).toEqual(['back', 'first', 'second']);
    expect(budget.state()).toMatchObject([{ waits: 2 }]);
  });

  test('of those who wait the smallest turn is served first, whoever came first, and though it became small only now', async () => {
    const { budget } = simulated();
    await takeFree(budget, 'normal');
    const served: string[] = [];
    const turns = new Map([
      ['third', 3],
      ['second', 2],
      ['late', Number.POSITIVE_INFINITY],
      ['first', 9],
    ]);
    const all = [...turns.keys()].map(async (name) => {
      await budget.take(REGISTER, 'normal', () => turns.get(name) ?? 0);
      served.push(name);
    });
    turns.set('first', 1);
    await Promise.all(all);
    expect(served).toEqual(['first', 'second', 'third', 'late']);
  });

  test('tells how many calls it held up, and for how long', async () => {
    const { budget } = simulated();
    await takeFree(budget, 'normal');
    expect(budget.state()).toMatchObject([{ family: REGISTER, waits: 1, waitedMs: 1000, perSecond: 1 }]);
  });

  test('what is saved up for rollback is not there for anything else', async () => {
    const { budget } = simulated();
    await takeFree(budget, 'normal');
    expect(await takeFree(budget, 'rollback')).toBe(4);
  });

  test('rollback waits a moment at most, and then asks AWS itself', async () => {
    const { budget } = simulated();
    await takeFree(budget, 'normal');
    await takeFree(budget, 'rollback');
    for (let i = 0; i < 20; i += 1) expect(await budget.take(REGISTER, 'rollback')).toBeLessThanOrEqual(250);
  });

  test('what rollback has asked beyond it, however long AWS refused it, others wait out for one burst at most', async () => {
    const { budget } = simulated();
    for (let i = 0; i < 1_000; i += 1) await budget.take(REGISTER, 'rollback');
    expect(budget.state()[0]?.tokens).toBeGreaterThanOrEqual(-20);
  });

  test('throttling slows a family down, success speeds it up again', async () => {
    const { budget } = simulated();
    budget.throttled(REGISTER);
    expect(await budget.take(REGISTER, 'normal')).toBe(2000);
    for (let i = 0; i < 30; i += 1) budget.succeeded(REGISTER);
    expect(await budget.take(REGISTER, 'normal')).toBe(1000);
  });

  test('one family’s throttling does not slow another', async () => {
    const { budget } = simulated();
    for (let i = 0; i < 10; i += 1) budget.throttled(REGISTER);
    expect(await budget.take(familyOf('elasticloadbalancing:ModifyRule'), 'normal')).toBe(0);
  });

  test.each([
    ['ecs:DescribeServices', 'ecs/service-read'],
    ['ecs:CreateService', 'ecs/service-write'],
    ['ecs:DescribeTaskDefinition', 'ecs/task-definition-read'],
    ['ecs:DeregisterTaskDefinition', 'ecs/task-definition-write'],
    ['ecs:TagResource', 'ecs/tag'],
    ['ecs:DescribeTasks', 'ecs/task'],
    ['cloudwatch:DescribeAlarms', 'cloudwatch/alarms'],
    ['cloudwatch:GetMetricData', 'cloudwatch/metrics'],
    ['elasticloadbalancing:DescribeTargetHealth', 'elasticloadbalancing/read'],
    ['appmesh:DeleteRoute', 'appmesh/write'],
  ])('%s draws on %s', (api, family) => expect(familyOf(api)).toBe(family));
});
