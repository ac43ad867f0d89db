import { expect, test, vi } from 'vitest';
import type { Deadline } from './deadline.ts';
import { manualTimers } from './manualTimers.ts';
import { Operator } from './operator.ts';
import { AwsCallError } from './ports.ts';
import { PRIORITY } from './queue.ts';
import type { Next } from './schedule.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import type { Changed, WakeUps } from './wakeUps.ts';

const { pollRealMs, sweepRealMs, tickMs, reconcileRealMsMax, stopRealMs } = DEFAULT_SETTINGS;
const TICK: Next = { kind: 'after', delayMs: tickMs, priority: PRIORITY.ramp };
const HELD: Next = { kind: 'after', delayMs: tickMs, priority: PRIORITY.sweep, heldBy: 'op-b' };
const SETTLED: Next = { kind: 'settled' };

/** Patient, and quick where it need not be. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, { interval: 1, timeout: 20_000 });

interface Stage {
  plans: string[];
  reconcile: (name: string, deadline: Deadline) => Promise<Next>;
  /** What each look finds to have changed; after the last of them nothing. */
  looks?: Changed[];
  idle?: string[];
  /** Whether a change that was heard was the last one, by the times that one was; then always. */
  heardLast?: boolean[];
  /** Which listings of all plans fail, from 1. Default none. */
  unlisted?: number[];
  /** Default 4. */
  workers?: number;
}

/** An operator whose plans do as they are told, and whose time passes when it is told to. */
function operatorOf({ plans, reconcile, looks, idle = [], heardLast = [], unlisted = [], workers = 4 }: Stage) {
  const clock = { nowMs: 0 };
  const { timers, fire, delays } = manualTimers();
  const reconciled: string[] = [];
  const read: string[] = [];
  const results: string[] = [];
  const heard: string[] = [];
  const logged: { msg: string; fields: Record<string, unknown> }[] = [];
  const log = (fields: object, msg: string) => void logged.push({ msg, fields: fields as Record<string, unknown> });
  const listed = { times: 0 };
  const released = { times: 0 };
  const hurried: string[] = [];
  let look = 0;
  const wakeUps: WakeUps = {
    look: async () => {
      look += 1;
      return looks?.[look - 1] ?? { plans: [], mayHaveMissed: false };
    },
    asked: async (plan) => `change of ${plan}`,
    heard: async (_plan, asked) => {
      heard.push(asked);
      return heardLast.shift() ?? true;
    },
  };
  const operator = new Operator({
    reconciler: {
      needsWork: async (name) => {
        read.push(name);
        if (name === 'unreadable') throw new Error('not one that Meshlift wrote');
        return !idle.includes(name);
      },
      reconcile: (name, deadline) => {
        reconciled.push(name);
        if (deadline === undefined) throw new Error('a reconcile without a deadline');
        return reconcile(name, deadline);
      },
      release: async () => {
        released.times += 1;
      },
    },
    store: {
      listPlans: async () => {
        listed.times += 1;
        if (unlisted.includes(listed.times)) throw new Error('the table does not answer');
        return plans;
      },
    },
    ...(looks === undefined ? {} : { wakeUps }),
    clock: { now: () => 0, realMs: (ms) => ms },
    settings: DEFAULT_SETTINGS,
    log: { info: log, warn: log, error: log, debug: log },
    random: () => 1,
    timers,
    workers,
    nowMs: () => clock.nowMs,
    hurry: (plan) => void hurried.push(plan),
    onReconcile: (plan, result) => results.push(`${plan} ${result}`),
  });
  /** The next look at the table, that long after the last. */
  const nextLook = async (afterMs = pollRealMs) => {
    await soon(() => expect(delays()).toContain(pollRealMs));
    clock.nowMs += afterMs;
    fire(pollRealMs);
    await soon(() => expect(delays()).toContain(pollRealMs));
  };
  const world = { operator, clock, fire, delays, nextLook };
  return { ...world, reconciled, read, results, heard, hurried, logged, listed, released };
}

const nothing: Changed = { plans: [], mayHaveMissed: false };

test('a look of a plan that somebody has changed is told to hurry, and the change is read as soon as it has ended', async () => {
  const { promise: looking, resolve: end } = Promise.withResolvers<void>();
  const { operator, reconciled, hurried, nextLook } = operatorOf({
    plans: ['shop', 'other'],
    looks: [nothing, { plans: ['shop'], mayHaveMissed: false }, nothing],
    reconcile: (name) => (name === 'shop' ? looking.then(() => TICK) : Promise.resolve(TICK)),
  });
  operator.start();
  await soon(() => expect(reconciled).toEqual(['shop', 'other']));
  expect(hurried).toEqual([]);
  await nextLook();
  expect(hurried).toEqual(['shop']);
  end();
  await soon(() => expect(reconciled).toEqual(['shop', 'other', 'shop']));
  await operator.stop();
});

test('a record that cannot be read keeps nobody from the other plans', async () => {
  const { operator, reconciled } = operatorOf({
    plans: ['unreadable', 'shop'],
    reconcile: (name) => (name === 'unreadable' ? Promise.reject(new Error('no')) : Promise.resolve(SETTLED)),
  });
  operator.start();
  await soon(() => expect(reconciled).toContain('shop'));
  await operator.stop();
});

test('a panic costs one reconcile, is counted as one, and is backed off from like any error', async () => {
  const errors = [new TypeError('x is not a function'), new AwsCallError('ecs:X', 'Denied', 'denied', 'no')];
  const { operator, results, delays, fire } = operatorOf({
    plans: ['shop'],
    reconcile: () => {
      const error = errors.shift();
      return error === undefined ? Promise.resolve(TICK) : Promise.reject(error);
    },
    looks: [],
  });
  operator.start();
  await soon(() => expect(delays()).toContain(250));
  fire(250);
  await soon(() => expect(delays()).toContain(500));
  fire(500);
  await soon(() => expect(delays()).toContain(tickMs));
  expect(results).toEqual(['shop panic', 'shop error', 'shop after']);
  await operator.stop();
});

test('errors are forgotten when the plan goes on or waits', async () => {
  const answers: Next[] = [
    { kind: 'backoff', priority: PRIORITY.inventory },
    TICK,
    { kind: 'backoff', priority: PRIORITY.inventory },
  ];
  const { operator, delays, fire } = operatorOf({
    plans: ['shop'],
    reconcile: async () => answers.shift() ?? SETTLED,
    looks: [],
  });
  operator.start();
  await soon(() => expect(delays()).toContain(250));
  fire(250);
  await soon(() => expect(delays()).toContain(tickMs));
  fire(tickMs);
  await soon(() => expect(delays()).toContain(250));
  await operator.stop();
});

test('a reconcile that exceeds its deadline is given up: its fence closes, its worker goes on, and its plan waits for its end', async () => {
  let end: ((next: Next) => void) | undefined;
  let inWork = 0;
  let inWorkAtMost = 0;
  let deadlineOfIt: Deadline | undefined;
  const { operator, fire, delays, reconciled, results, logged, nextLook } = operatorOf({
    plans: ['stuck', 'shop'],
    reconcile: (name, deadline) => {
      if (name !== 'stuck') return Promise.resolve(SETTLED);
      inWork += 1;
      inWorkAtMost = Math.max(inWorkAtMost, inWork);
      deadlineOfIt = deadline;
      deadline.underWay.add({ api: 'ecs:DescribeServices', attempt: 3 });
      return new Promise((resolve) => {
        end = (next) => {
          inWork -= 1;
          resolve(next);
        };
      });
    },
    looks: [nothing, nothing, { plans: ['stuck'], mayHaveMissed: false }, { plans: ['late'], mayHaveMissed: false }],
  });
  operator.start();
  await soon(() => expect(reconciled).toEqual(['stuck', 'shop']));
  expect(() => deadlineOfIt?.check()).not.toThrow();
  fire(reconcileRealMsMax);
  await soon(() => expect(results).toContain('stuck deadlineExceeded'));
  expect(() => deadlineOfIt?.check()).toThrow('was given up');
  expect(logged.find(({ msg }) => msg === 'deadlineExceeded')?.fields).toMatchObject({
    plan: 'stuck',
    waitsFor: 'its record: ecs:DescribeServices (attempt 3)',
  });
  // A change of the plan meanwhile does not get it worked on twice.
  await nextLook();
  await nextLook();
  expect(operator.queue.depths).toMatchObject({ changed: 0, inventory: 0 });
  expect(reconciled).toEqual(['stuck', 'shop']);
  // All four workers are there for others.
  await nextLook();
  await soon(() => expect(reconciled).toEqual(['stuck', 'shop', 'late']));
  end?.(TICK);
  await soon(() => expect(reconciled).toEqual(['stuck', 'shop', 'late', 'stuck']));
  end?.(TICK);
  await soon(() => expect(delays()).toContain(tickMs));
  // What an assertion in the reconcile itself throws would be taken for the reconcile's own error.
  expect(inWorkAtMost).toBe(1);
  await operator.stop();
});

test('a plan that somebody has changed is looked at though all others’ looks go on: some workers are spared for it', async () => {
  const plans = Array.from({ length: 20 }, (_, index) => `plan-${index}`);
  const { operator, reconciled, nextLook, fire } = operatorOf({
    plans,
    workers: 16,
    reconcile: () => new Promise(() => {}),
    looks: [nothing, { plans: ['plan-19'], mayHaveMissed: false }],
  });
  operator.start();
  await soon(() => expect(reconciled).toHaveLength(14));
  await nextLook();
  await soon(() => expect(reconciled).toHaveLength(15));
  expect(reconciled.at(-1)).toBe('plan-19');
  expect(operator.queue.depths).toMatchObject({ changed: 0, sweep: 5 });
  const stopped = operator.stop();
  fire(stopRealMs);
  await stopped;
});

test('an operator that is told to stop does not wait for what was given up', async () => {
  const { operator, fire, results, reconciled } = operatorOf({
    plans: ['stuck'],
    reconcile: () => new Promise(() => {}),
    looks: [],
  });
  operator.start();
  await soon(() => expect(reconciled).toEqual(['stuck']));
  fire(reconcileRealMsMax);
  await soon(() => expect(results).toEqual(['stuck deadlineExceeded']));
  await operator.stop();
});

test('nor for long for what is under way: it is given up, and the leases of all other plans are given back', async () => {
  let deadlineOfIt: Deadline | undefined;
  const { operator, fire, results, reconciled, released } = operatorOf({
    plans: ['stuck'],
    reconcile: (_name, deadline) => {
      deadlineOfIt = deadline;
      return new Promise(() => {});
    },
    looks: [],
  });
  operator.start();
  await soon(() => expect(reconciled).toEqual(['stuck']));
  const stopped = operator.stop();
  await new Promise((resolve) => setImmediate(resolve));
  expect([deadlineOfIt?.isOver, released.times]).toEqual([false, 0]);
  fire(stopRealMs);
  expect(await stopped, 'it has not ended').toBe(false);
  expect([deadlineOfIt?.isOver, released.times]).toEqual([true, 1]);
  expect(results).toEqual(['stuck deadlineExceeded']);
});

test('a plan that waits for its tick is looked at when it is changed, and the change counts as heard after that', async () => {
  const { operator, reconciled, heard, delays, nextLook } = operatorOf({
    plans: ['shop'],
    reconcile: async () => TICK,
    looks: [nothing, { plans: ['shop'], mayHaveMissed: false }],
  });
  operator.start();
  await soon(() => expect(delays()).toContain(tickMs));
  expect(heard).toEqual([]);
  await nextLook();
  await soon(() => expect(heard).toEqual(['change of shop']));
  expect(reconciled).toEqual(['shop', 'shop']);
  await soon(() => expect(delays().filter((delay) => delay === tickMs)).toHaveLength(1));
  await operator.stop();
});

test('a change that comes while the plan is in work is looked at next', async () => {
  const { operator, reconciled, heard, delays } = operatorOf({
    plans: [],
    reconcile: async () => TICK,
    looks: [{ plans: ['shop'], mayHaveMissed: false }],
    heardLast: [false, true],
  });
  operator.start();
  await soon(() => expect(heard).toEqual(['change of shop', 'change of shop']));
  await soon(() => expect(delays()).toContain(tickMs));
  expect(reconciled).toEqual(['shop', 'shop']);
  await operator.stop();
});

test('a change is not heard by a reconcile that failed, nor by one that found the plan with another operator', async () => {
  const answers = [() => Promise.reject(new Error('no')), () => Promise.resolve(HELD), () => Promise.resolve(TICK)];
  const { operator, heard, fire, delays } = operatorOf({
    plans: [],
    reconcile: () => (answers.shift() ?? (() => Promise.resolve(SETTLED)))(),
    looks: [{ plans: ['shop'], mayHaveMissed: false }],
  });
  operator.start();
  await soon(() => expect(delays()).toContain(250));
  fire(250);
  await soon(() => expect(delays()).toContain(tickMs));
  expect(heard).toEqual([]);
  fire(tickMs);
  await soon(() => expect(heard).toEqual(['change of shop']));
  await operator.stop();
});

test('a change of another operator’s plan is left to that operator', async () => {
  const { operator, reconciled, delays, nextLook } = operatorOf({
    plans: ['theirs'],
    reconcile: async () => HELD,
    looks: [nothing, { plans: ['theirs'], mayHaveMissed: false }, nothing],
  });
  operator.start();
  await soon(() => expect(delays()).toContain(tickMs));
  await nextLook();
  await nextLook();
  expect(reconciled).toEqual(['theirs']);
  await operator.stop();
});

test('a plan that another operator has settled meanwhile is let go, and its lease is not taken', async () => {
  const idle: string[] = [];
  const { operator, reconciled, read, delays, fire } = operatorOf({
    plans: ['theirs'],
    reconcile: async () => HELD,
    looks: [],
    idle,
  });
  operator.start();
  await soon(() => expect(delays()).toContain(tickMs));
  idle.push('theirs');
  fire(tickMs);
  await soon(() => expect(read).toEqual(['theirs', 'theirs']));
  await soon(() => expect(delays()).toEqual([pollRealMs]));
  expect(reconciled).toEqual(['theirs']);
  await operator.stop();
});

test('looks at the plans of others cost no more the more plans there are', async () => {
  const plans = Array.from({ length: 1_000 }, (_, index) => `plan-${index}`);
  const { operator, reconciled, delays } = operatorOf({ plans, reconcile: async () => HELD, looks: [] });
  operator.start();
  await soon(() => expect(reconciled).toHaveLength(1_000));
  await soon(() =>
    expect(delays().filter((delay) => delay >= tickMs && delay < reconcileRealMsMax)).toHaveLength(1_000),
  );
  const longest = Math.max(...delays().filter((delay) => delay < reconcileRealMsMax));
  expect(longest).toBe(1_000_000 / DEFAULT_SETTINGS.leaseLooksPerSecondMax);
  await operator.stop();
});

test('a thousand settled plans are read at the start, and then spread over the time between two sweeps', async () => {
  const plans = Array.from({ length: 1_000 }, (_, index) => `plan-${index}`);
  const { operator, read, listed, reconciled, nextLook } = operatorOf({
    plans,
    reconcile: async () => SETTLED,
    looks: [],
    idle: plans,
  });
  operator.start();
  await soon(() => expect(read).toHaveLength(1_000));
  const looks = sweepRealMs / pollRealMs;
  for (let look = 1; look < looks; look += 1) await nextLook();
  expect(read).toHaveLength(1_000);
  expect(listed.times).toBe(1);
  const share = Math.ceil(1_000 / looks);
  await nextLook();
  await soon(() => expect(read).toHaveLength(1_000 + share));
  await nextLook();
  await soon(() => expect(read).toHaveLength(1_000 + 2 * share));
  for (let look = 2; look < looks; look += 1) await nextLook();
  await soon(() => expect(read).toHaveLength(2_000));
  expect(new Set(read.slice(1_000)).size).toBe(1_000);
  expect(listed.times).toBe(2);
  expect(reconciled).toEqual([]);
  await operator.stop();
});

test('where changes may have been missed, all plans are looked at there and then', async () => {
  const { operator, read, nextLook } = operatorOf({
    plans: ['shop', 'other'],
    reconcile: async () => SETTLED,
    looks: [nothing, nothing, { plans: [], mayHaveMissed: true }],
    idle: ['shop', 'other'],
  });
  operator.start();
  await soon(() => expect(read).toEqual(['shop', 'other']));
  await nextLook();
  expect(read).toHaveLength(2);
  await nextLook();
  await soon(() => expect(read).toEqual(['shop', 'other', 'shop', 'other']));
  await operator.stop();
});

test('that changes may have been missed is not forgotten where the table does not answer then', async () => {
  const { operator, read, nextLook, listed } = operatorOf({
    plans: ['shop', 'other'],
    reconcile: async () => SETTLED,
    looks: [nothing, { plans: [], mayHaveMissed: true }],
    idle: ['shop', 'other'],
    unlisted: [2],
  });
  operator.start();
  await soon(() => expect(read).toEqual(['shop', 'other']));
  await nextLook();
  expect(listed.times).toBe(2);
  expect(read).toHaveLength(2);
  await nextLook();
  await soon(() => expect(read).toEqual(['shop', 'other', 'shop', 'other']));
  await operator.stop();
});

test('without wake-ups each look is at all plans, and leaves those alone that are known when they are due', async () => {
  const { operator, read, reconciled, delays, nextLook } = operatorOf({
    plans: ['settled', 'baking'],
    reconcile: async () => TICK,
    idle: ['settled'],
  });
  operator.start();
  await soon(() => expect(delays()).toContain(tickMs));
  await nextLook();
  await soon(() => expect(read).toEqual(['settled', 'baking', 'settled']));
  expect(reconciled).toEqual(['baking']);
  await operator.stop();
});

test('a reconcile that takes half a minute is a line in the log, and a quicker one is none', async () => {
  const tookMs: Record<string, number> = { quick: 29_999, slow: 30_001 };
  const { operator, clock, logged, results } = operatorOf({
    plans: ['quick', 'slow'],
    workers: 1,
    reconcile: async (name) => {
      clock.nowMs += tookMs[name] ?? 0;
      return SETTLED;
    },
  });
  operator.start();
  await soon(() => expect(results).toEqual(['quick settled', 'slow settled']));
  expect(logged.filter(({ msg }) => msg === 'slowReconcile').map(({ fields }) => fields)).toEqual([
    { plan: 'slow', ms: 30_001, result: 'settled' },
  ]);
  await operator.stop();
});
