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
