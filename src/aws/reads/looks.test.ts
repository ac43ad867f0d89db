import { describe, expect, test } from 'vitest';
import { FORGOTTEN_TICKS, Looks } from './looks.ts';

const TICK_MS = 10_000;

function setUp() {
  const state = { nowMs: 100_000, order: 7 };
  const told: string[] = [];
  const timers: { ms: number; action: () => void }[] = [];
  const looks = new Looks({
    tickMs: TICK_MS,
    now: () => state.nowMs,
    order: () => state.order,
    after: (ms, action) => {
      const timer = { ms, action };
      timers.push(timer);
      return { cancel: () => void timers.splice(timers.indexOf(timer), 1) };
    },
    onHeldBack: (plan, api, heldMs) => void told.push(`${plan} ${api} ${heldMs}`),
  });
  let count = 0;
  const look = (epoch = 1) => ({ plan: 'shop', id: `look-${(count += 1)}`, epoch });
  return { looks, state, look, told, timers };
}

describe('how fresh an answer must be', () => {
  test('a plan’s first look in this process shares nothing that was asked before it', () => {
    const { looks, look } = setUp();
    expect(looks.floorOf(look())).toEqual({ order: 7, atMs: 90_000 });
  });

  test('its next one may be given what was asked since the last one was over, at most a tick ago', () => {
    const { looks, state, look } = setUp();
    const first = look();
    looks.floorOf(first);
    state.order = 12;
    looks.given(first);
    state.order = 40;
    state.nowMs += TICK_MS;
    expect(looks.floorOf(look())).toEqual({ order: 12, atMs: 100_000 });
  });

  test('a look’s floor stays where it was when it began', () => {
    const { looks, state, look } = setUp();
    const one = look();
    const floor = looks.floorOf(one);
    state.order = 40;
    state.nowMs += 3_000;
    looks.given(one);
    expect(looks.floorOf(one)).toEqual(floor);
  });

  test('what the plan changed is asked after the change, by this look and the next', () => {
    const { looks, state, look } = setUp();
    const one = look();
    looks.floorOf(one);
    state.order = 30;
    looks.changed('shop');
    expect(looks.floorOf(one).order).toBe(30);
    const next = look();
    expect(looks.floorOf(next).order).toBe(30);
    expect(looks.changedBefore(next)).toBe(30);
  });

  test('a plan that waits for its next look for minutes, since all budgets are short, is no stranger for that; after an hour it is', () => {
    const { looks, state, look } = setUp();
    const first = look();
    looks.floorOf(first);
    state.order = 12;
    looks.given(first);
    state.order = 40;
    state.nowMs += 50 * TICK_MS;
    const second = look();
    expect(looks.floorOf(second).order).toBe(12);
    expect(looks.changedBefore(second)).toBe(7);
    state.nowMs += FORGOTTEN_TICKS * TICK_MS + 1;
    looks.floorOf({ plan: 'other', id: 'look-of-other', epoch: 1 });
    const third = look();
    expect(looks.floorOf(third).order).toBe(40);
    expect(looks.changedBefore(third)).toBe(40);
  });

  test('another plan’s change is no reason', () => {
    const { looks, state, look } = setUp();
    const one = look();
    looks.floorOf(one);
    state.order = 30;
    looks.changed('other');
    expect(looks.floorOf(one).order).toBe(7);
  });

  test('under a new lease nothing is shared that was asked before: another process may have acted', () => {
    const { looks, state, look } = setUp();
    looks.floorOf(look(1));
    state.order = 50;
    const taken = look(2);
    expect(looks.floorOf(taken).order).toBe(50);
    expect(looks.changedBefore(taken)).toBe(50);
  });
});

test('what an earlier look still asks is told too late to end, to freshen or to tire the one under way', () => {
  const { looks, state, look, told } = setUp();
  const [late, present] = [look(), look()];
  looks.floorOf(late);
  const floor = looks.floorOf(present);
  state.order = 50;
  let isReleased = false;
  looks.patienceOf(present).wait('ecs:DescribeServices', () => {
    isReleased = true;
  });
  looks.given(late);
  looks.waited(late, 'ecs:DescribeServices', 10 * TICK_MS);
  expect(looks.floorOf(late)).toEqual(floor);
  expect(looks.floorOf(present)).toEqual(floor);
  expect(told).toEqual([]);
  looks.hurry('shop');
  expect(isReleased).toBe(true);
});

describe('how long a look waits for the budget', () => {
  test('three ticks in all; what AWS takes to answer does not count, nor what it waited for at the same time', () => {
    const { looks, look, state, timers } = setUp();
    const patience = looks.patienceOf(look());
    const given: string[] = [];
    const isSent = patience.wait('ecs:DescribeServices', () => given.push('services'));
    const isSentToo = patience.wait('cloudwatch:DescribeAlarms', () => given.push('alarms'));
    state.nowMs += 2 * TICK_MS;
    isSent();
    isSentToo();
    state.nowMs += 10 * TICK_MS;
    expect(timers).toEqual([]);
    patience.wait('ecs:DescribeServices', () => given.push('services'));
    expect(timers.map(({ ms }) => ms)).toEqual([TICK_MS]);
    state.nowMs += TICK_MS;
    timers[0]?.action();
    expect([patience.isOver, given]).toEqual([true, ['services']]);
    patience.wait('cloudwatch:DescribeAlarms', () => given.push('alarms'));
    expect(given).toEqual(['services', 'alarms']);
    expect(looks.patienceOf(look()).isOver).toBe(false);
  });

  test('no longer once something is to be done about its plan; others do', () => {
    const { looks, look } = setUp();
    const [one, other] = [look(), { ...look(), plan: 'other' }];
    looks.floorOf(one);
    looks.floorOf(other);
    looks.hurry('shop');
    expect([looks.patienceOf(one).isOver, looks.patienceOf(other).isOver]).toEqual([true, false]);
  });

  test('is told once, where it is more than a tick in all', () => {
    const { looks, look, told } = setUp();
    const patience = looks.patienceOf(look());
    patience.waited('ecs:DescribeServices', TICK_MS);
    expect(told).toEqual([]);
    patience.waited('cloudwatch:DescribeAlarms', 1);
    patience.waited('cloudwatch:DescribeAlarms', TICK_MS);
    expect(told).toEqual([`shop cloudwatch:DescribeAlarms ${TICK_MS + 1}`]);
  });
});
