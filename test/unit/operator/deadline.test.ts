import { expect, test } from 'vitest';
import { Deadline, DeadlineExceededError } from '../../../src/reconciler/deadline.ts';
import { intervene } from '../adversary/mishaps.ts';
import { CALL_MS_MAX } from './compose.ts';
import { PLAN } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

test('a reconcile that was given up changes nothing any more, neither in AWS nor in the table, when it goes on after all', async () => {
  const world = await OperatorWorld.create();
  await world.apply();
  await world.untilState('provision');
  const { operator } = world;
  const deadline = new Deadline();
  const version = await world.recordVersion();
  const begun = operator.begun.length;
  let waitsFor = '';
  const end = intervene(operator, 'ecs', 'DescribeServices', (proceed) => {
    waitsFor = deadline.waitsFor;
    deadline.exceed();
    return proceed();
  });
  await expect(operator.reconciler.reconcile(PLAN, deadline)).rejects.toThrow(DeadlineExceededError);
  end();
  expect(waitsFor).toMatch(/^what it observes/);
  expect(deadline.underWay.size).toBe(0);
  // The lease was renewed before, and nothing after.
  expect(operator.begun.slice(begun)).toEqual(['dynamodb:UpdateItem']);
  expect(await world.recordVersion()).toBe(version + 1);
  await world.untilState('ramp.bake');
});

test('a reconcile that was given up while it acts has done what it had sent, and no more', async () => {
  const world = await OperatorWorld.create();
  await world.apply();
  await world.untilState('provision');
  const deadline = new Deadline();
  const sent: string[] = [];
  let waitsFor = '';
  const operator = world.startOperator(undefined, ({ api }) => {
    if (api.startsWith('dynamodb:')) return;
    sent.push(api);
    waitsFor = deadline.waitsFor;
    deadline.exceed();
  });
  // The lease of the process before it is watched to its end, and whatever that may have sent is waited for.
  for (const untilMs of [60_000, CALL_MS_MAX]) {
    await operator.reconciler.reconcile(PLAN);
    await world.clock.advanceAsync(untilMs);
  }
  await operator.reconciler.reconcile(PLAN, deadline).catch(() => undefined);
  expect(sent).toHaveLength(1);
  expect(waitsFor).toMatch(/^what it does: \w+:Create\w+ \(attempt 1\)$/);
  expect(deadline.underWay.size).toBe(0);
  await world.untilState('ramp.bake');
});
