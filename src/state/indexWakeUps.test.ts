import { afterAll, beforeAll, expect, test } from 'vitest';
import { IndexWakeUps } from './indexWakeUps.ts';
import { specKey, wakeKey } from './keys.ts';
import { PlanRequestWriter } from './planRequests.ts';
import type { Table } from './table.ts';
import { startTestTable, testStatus, type TestTable } from './testing.ts';

const MANIFEST = { apiVersion: 'meshlift.dev/v1', spec: { paused: false } };
const ASKED = { by: 'ada', at: 1, why: 'a drill' };

let server: TestTable;
let table: Table;
let requests: PlanRequestWriter;
let plans = 0;
const newPlan = () => `plan-${(plans += 1)}`;

beforeAll(async () => {
  server = await startTestTable();
  table = server.table;
  requests = new PlanRequestWriter(table);
});
afterAll(() => server.close());

/** As an operator does it that reads the plan in between. */
async function hear(wakeUps: IndexWakeUps, plan: string): Promise<void> {
  const asked = await wakeUps.asked(plan);
  expect(asked).toBeDefined();
  expect(await wakeUps.heard(plan, String(asked))).toBe(true);
}

test('every change that a person makes is told once, whatever it is', async () => {
  const wakeUps = new IndexWakeUps(table);
  const plan = newPlan();
  const changes: [string, () => Promise<unknown>][] = [
    ['a new plan', () => requests.put(plan, MANIFEST, undefined)],
    ['another spec', async () => requests.put(plan, { ...MANIFEST, extra: 1 }, await requests.read(plan))],
    ['a pause', () => requests.setPaused(plan, true)],
    ['an approval', () => requests.approve(plan, 'beforeRetire', { ...ASKED, recordVersion: 1 })],
    [
      'a promotion',
      () => requests.promote(plan, { ...ASKED, forced: false, state: 'ramp.bake', step: 1, recordVersion: 1 }),
    ],
    ['an abort', () => requests.requestAbort(plan, ASKED)],
    ['a new attempt', () => requests.retry(plan, { ...ASKED, attempt: 1 })],
    ['a deletion', () => requests.requestDelete(plan, ASKED)],
  ];
  for (const [what, change] of changes) {
    await change();
    expect(await wakeUps.look(), what).toEqual({ plans: [plan], mayHaveMissed: false });
    expect((await wakeUps.look()).plans, `${what}, again`).toEqual([]);
    await hear(wakeUps, plan);
    expect((await wakeUps.look()).plans, `${what}, heard`).toEqual([]);
    expect(await wakeUps.asked(plan)).toBeUndefined();
  }
});

test('what changes nothing wakes nobody', async () => {
  const wakeUps = new IndexWakeUps(table);
  const plan = newPlan();
  await requests.put(plan, MANIFEST, undefined);
  await wakeUps.look();
  await hear(wakeUps, plan);
  expect(await requests.setPaused(plan, false)).toBe('unchanged');
  await expect(requests.put(plan, MANIFEST, undefined)).rejects.toThrow('changed by someone else');
  expect((await wakeUps.look()).plans).toEqual([]);
});

test('a change that comes between reading the plan and hearing of it stands, and who hears of the first is told so', async () => {
  const wakeUps = new IndexWakeUps(table);
  const plan = newPlan();
  await requests.put(plan, MANIFEST, undefined);
  await wakeUps.look();
  const asked = await wakeUps.asked(plan);
  await requests.setPaused(plan, true);
  expect((await wakeUps.look()).plans).toEqual([]);
  expect(await wakeUps.heard(plan, String(asked))).toBe(false);
  expect((await new IndexWakeUps(table).look()).plans).toEqual([plan]);
  await hear(wakeUps, plan);
  expect((await wakeUps.look()).plans).toEqual([]);
});

test('an operator that starts is told what nobody has heard, and each operator for itself', async () => {
  const plan = newPlan();
  await requests.put(plan, MANIFEST, undefined);
  const [one, other] = [new IndexWakeUps(table), new IndexWakeUps(table)];
  expect((await one.look()).plans).toEqual([plan]);
  expect((await other.look()).plans).toEqual([plan]);
  await hear(one, plan);
  expect(await other.asked(plan)).toBeUndefined();
  expect((await other.look()).plans).toEqual([]);
  await requests.setPaused(plan, true);
  expect((await other.look()).plans).toEqual([plan]);
  await hear(other, plan);
});

test('an item that a person puts by hand wakes too, and goes once it was heard', async () => {
  const wakeUps = new IndexWakeUps(table);
  const plan = newPlan();
  await table.putAgain(wakeKey(plan), {});
  expect((await wakeUps.look()).plans).toEqual([plan]);
  await hear(wakeUps, plan);
  expect(await table.get(wakeKey(plan))).toBeUndefined();
});

test('a change is made though it cannot be told of', async () => {
  const plan = newPlan();
  server.failNext('PutItem', 1);
  await requests.put(plan, MANIFEST, undefined);
  expect(await requests.read(plan)).toMatchObject({ name: plan });
  expect((await new IndexWakeUps(table).look()).plans).toEqual([]);
});

test('a plan that is removed leaves nothing that would wake anybody', async () => {
  const plan = newPlan();
  await requests.put(plan, MANIFEST, undefined);
  await requests.requestDelete(plan, ASKED);
  const store = server.store('op-a');
  const acquired = await store.acquire(plan, () => testStatus());
  if (acquired.kind !== 'acquired') throw new Error('the plan is held');
  await store.remove(acquired.lease);
  expect(await table.get(specKey(plan))).toBeUndefined();
  expect((await new IndexWakeUps(table).look()).plans).toEqual([]);
});
