import { expect, test } from 'vitest';
import { Heartbeat } from './heartbeat.ts';
import type { OperatorRecord } from './ports.ts';

const OPERATOR = {
  name: 'op-1',
  uid: 'uid-1',
  version: '1.2.3',
  machineVersion: 1,
  host: 'host-1',
  region: 'eu-west-1',
  leaseMs: 30_000,
};

const refuse = () => Promise.reject(new Error('out of reach'));
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A register that may be out of reach, and a time that the test moves. */
function beating() {
  const stage = { now: 1_000, isReachable: true, register: new Map<string, OperatorRecord>(), warned: [] as string[] };
  let due: (() => void) | undefined;
  const held = new Set(['shop', 'cart']);
  const heartbeat = new Heartbeat({
    register: {
      beat: async (record) => (stage.isReachable ? void stage.register.set(record.name, record) : refuse()),
      leave: async (name) => (stage.isReachable ? void stage.register.delete(name) : refuse()),
    },
    operator: OPERATOR,
    plans: () => [...held],
    everyMs: 10_000,
    clock: { now: () => stage.now, realMs: (ms) => ms },
    log: { info: () => {}, error: () => {}, debug: () => {}, warn: (_, words) => void stage.warned.push(words) },
    timers: {
      set: (delayMs, action) => {
        expect(delayMs).toBe(10_000);
        due = action;
        return { cancel: () => (due = undefined) };
      },
    },
  });
  const pass = async () => {
    await settled();
    stage.now += 10_000;
    due?.();
    await settled();
  };
  return { stage, heartbeat, pass, held, isDue: () => due !== undefined };
}

test('an operator is on the register from its start to its end in order, with what it holds at each beat', async () => {
  const { stage, heartbeat, pass, held, isDue } = beating();
  heartbeat.start();
  expect(stage.register.get('op-1')).toEqual({
    ...OPERATOR,
    startedAt: 1_000,
    lastSeen: 1_000,
    planCount: 2,
    plans: ['cart', 'shop'],
  });
  held.delete('shop');
  await pass();
  await pass();
  expect(stage.register.get('op-1')).toMatchObject({
    startedAt: 1_000,
    lastSeen: 21_000,
    planCount: 1,
    plans: ['cart'],
  });
  await pass();
  await heartbeat.stop();
  expect(stage.register.size).toBe(0);
  expect(isDue()).toBe(false);
});

test('a register out of reach is tried again, and keeps no operator from ending', async () => {
  const { stage, heartbeat, pass } = beating();
  stage.isReachable = false;
  heartbeat.start();
  await pass();
  expect(stage.warned).toEqual(['heartbeatFailed', 'heartbeatFailed']);
  stage.isReachable = true;
  await pass();
  expect(stage.register.get('op-1')).toMatchObject({ lastSeen: 21_000 });
  stage.isReachable = false;
  await heartbeat.stop();
  expect(stage.warned.at(-1)).toBe('leaveFailed');
});
