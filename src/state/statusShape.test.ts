import { expect, test } from 'vitest';
import { RecordVersionError } from '../reconciler/ports.ts';
import { RecordUnreadableError } from './errors.ts';
import { operatorKey, statusKey } from './keys.ts';
import { MemoryItems, MemoryTable } from './memoryTable.ts';
import { readOperator } from './operatorItems.ts';
import { readStatusRecord } from './statusItems.ts';
import { testStatus } from './testing.ts';

const NEVER = 1e100;

/** The record of a plan whose status item somebody has put into the table by hand. */
function readBack(status: unknown, beside: object = {}) {
  const table = new MemoryTable({ items: new MemoryItems(), newToken: () => 'token', name: 'meshlift' });
  const item = { uid: 'uid-1', version: 3, holder: 'op-1', epoch: 1, leaseMs: 30_000, renewals: 2, ...beside };
  return table.putAgain(statusKey('shop'), { ...item, status }).then(() => readStatusRecord(table, 'shop'));
}

const { machine } = testStatus();
const inContext = (change: object) => ({ ...machine, context: { ...machine.context, ...change } });

test.each([
  ['no machine', { machine: null }],
  ['a machine without a context', { machine: { ...machine, context: null } }],
  ['a time of its making that no calendar has', { createdAt: NEVER }],
  ['a time of its next look that is none', { nextCheckAt: 'soon' }],
])('a status with %s is not one that Meshlift wrote', async (_what, change) => {
  const read = readBack({ ...testStatus(), ...change });
  await expect(read).rejects.toThrow(RecordUnreadableError);
  await expect(read).rejects.toThrow('nothing was changed. Look at the item plan#shop / status and restore it');
});

test.each([
  ['machine.value', { ...machine, value: 'ramp.someday' }],
  ['machine.context.step', inContext({ step: -1 })],
  ['machine.context.enteredAt', inContext({ enteredAt: NEVER })],
  ['machine.context.verifiedAt', inContext({ verifiedAt: 'now' })],
  ['machine.context.rampedAt', inContext({ rampedAt: {} })],
])('one whose %s is none says so', async (place, spoiled) => {
  const read = readBack({ ...testStatus(), machine: spoiled });
  await expect(read).rejects.toThrow(RecordUnreadableError);
  await expect(read).rejects.toThrow(place);
});

test('a state that is not known is a newer machine’s where the record says so', async () => {
  const newer = { ...machine, machineVersion: machine.machineVersion + 1, value: 'ramp.someday' };
  await expect(readBack({ ...testStatus(), machine: newer })).rejects.toThrow(RecordVersionError);
});

test('what is only shown, and written anew by the next look, keeps nobody from the plan', async () => {
  const condition = { type: 'Ready', status: 'True', reason: 'Settled', message: 'it is', since: 5 };
  const event = { at: 7, type: 'Normal', reason: 'Accepted', message: 'it was', from: 'op-1' };
  const record = await readBack(
    {
      ...testStatus(),
      conditions: [null, { ...condition, message: 7 }, condition, { ...condition, since: NEVER }],
      report: { ...testStatus().report, gates: [{ name: 'alarms' }] },
    },
    { outbox: { version: 3, events: [null, 'x', { ...event, at: NEVER }, event] } },
  );
  expect(record?.status.conditions).toEqual([condition]);
  expect(record?.status.report).toMatchObject({ waitingFor: expect.stringMatching(/cannot be read/), gates: [] });
  expect(record?.outbox).toEqual({ version: 3, events: [event] });
});

test('an operator whose times no calendar has is shown as one of whom they are not known', async () => {
  const table = new MemoryTable({ items: new MemoryItems(), newToken: () => 'token', name: 'meshlift' });
  await table.putAgain(operatorKey('op-1'), { uid: 'uid', expiresAt: 9e9, startedAt: NEVER, lastSeen: NEVER });
  expect(await readOperator(table, 'op-1', 0)).toMatchObject({ name: 'op-1', startedAt: 0, lastSeen: 0 });
});
