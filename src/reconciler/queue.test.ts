import { afterEach, describe, expect, test, vi } from 'vitest';
import { manualTimers } from './manualTimers.ts';
import { EVERY_OLDEST, PRIORITY, WorkQueue } from './queue.ts';

describe('WorkQueue', () => {
  test('a key that is added several times before it is handed out is handed out once', async () => {
    const queue = new WorkQueue();
    queue.add('a', PRIORITY.ramp);
    queue.add('a', PRIORITY.ramp);
    expect(queue.depth).toBe(1);
    expect(await queue.next()).toBe('a');
    expect(queue.depth).toBe(0);
  });

  test('a key is never handed out twice at once; added while in work, it is handed out again when that is done', async () => {
    const queue = new WorkQueue();
    queue.add('a', PRIORITY.ramp);
    await queue.next();
    queue.add('a', PRIORITY.ramp);
    queue.add('b', PRIORITY.ramp);
    expect(await queue.next()).toBe('b');
    const again = queue.next();
    let handed = false;
    void again.then(() => {
      handed = true;
    });
    await Promise.resolve();
    expect(handed).toBe(false);
    queue.done('a');
    expect(await again).toBe('a');
  });

  test('rollback goes before what a person changed, that before ramp, and ramp before everything else, whoever came first', async () => {
    const queue = new WorkQueue();
    queue.add('sweep', PRIORITY.sweep);
    queue.add('inventory', PRIORITY.inventory);
    queue.add('ramp', PRIORITY.ramp);
    queue.add('changed', PRIORITY.changed);
    queue.add('rollback', PRIORITY.rollback);
    const order: (string | undefined)[] = [];
    for (let handed = 0; handed < 5; handed += 1) order.push(await queue.next());
    expect(order).toEqual(['rollback', 'changed', 'ramp', 'inventory', 'sweep']);
  });

  test('a spared worker waits for a rollback, or for what a person has changed, whatever else there is to do', async () => {
    const queue = new WorkQueue(undefined, undefined, 1);
    const handed: (string | undefined)[] = [];
    const worker = () => void queue.next().then((key) => handed.push(key));
    for (let count = 0; count < 2; count += 1) worker();
    for (const name of ['a', 'b']) queue.add(name, PRIORITY.ramp);
    await Promise.resolve();
    expect(handed).toEqual(['a']);
    queue.add('changed', PRIORITY.changed);
    await Promise.resolve();
    expect(handed).toEqual(['a', 'changed']);
    worker();
    queue.add('back', PRIORITY.rollback);
    await Promise.resolve();
    expect(handed).toEqual(['a', 'changed', 'back']);
    // The turn of the one that waits longest is none of a spared worker's.
    worker();
    for (let count = 0; count < 2 * EVERY_OLDEST; count += 1) queue.add(`more-${count}`, PRIORITY.sweep);
    await Promise.resolve();
    expect(handed).toHaveLength(3);
    worker();
    await Promise.resolve();
    expect(handed.at(-1)).toBe('b');
  });

  test('a key that is added again keeps the better of its priorities', async () => {
    const queue = new WorkQueue();
    queue.add('a', PRIORITY.sweep);
    queue.add('b', PRIORITY.ramp);
    queue.add('a', PRIORITY.rollback);
    queue.add('a', PRIORITY.sweep);
    expect(await queue.next()).toBe('a');
  });

  test('a later delay replaces an earlier one; nothing is handed out before it is due', async () => {
    const { timers, fire, delays } = manualTimers();
    const queue = new WorkQueue(timers);
    queue.addAfter('a', 1_000, PRIORITY.ramp);
    queue.addAfter('a', 50, PRIORITY.ramp);
    expect(queue.depth).toBe(0);
    expect(delays()).toEqual([50]);
    fire();
    expect(queue.depth).toBe(1);
    expect(await queue.next()).toBe('a');
  });

  test('a key that is added while it waits for its time is handed out now, and not once more when that comes', async () => {
    const { timers, fire, delays } = manualTimers();
    const queue = new WorkQueue(timers);
    queue.addAfter('a', 10_000, PRIORITY.ramp);
    queue.add('b', PRIORITY.verify);
    queue.add('a', PRIORITY.sweep);
    expect(delays()).toEqual([]);
    expect(await queue.next()).toBe('a');
    queue.done('a');
    fire();
    expect(queue.depth).toBe(1);
    expect(await queue.next()).toBe('b');
  });

  test('a key that is always added again while in work keeps no other of its priority waiting', async () => {
    const queue = new WorkQueue();
    queue.add('busy', PRIORITY.ramp);
    queue.add('patient', PRIORITY.ramp);
    expect(await queue.next()).toBe('busy');
    queue.add('busy', PRIORITY.ramp);
    queue.done('busy');
    expect(await queue.next()).toBe('patient');
  });

  test('tells how many wait with which priority, and how long the first of them has', async () => {
    let nowMs = 300;
    const queue = new WorkQueue(manualTimers().timers, () => nowMs);
    expect(queue.oldestWaitMs).toBe(0);
    queue.add('a', PRIORITY.sweep);
    nowMs = 1_000;
    queue.add('b', PRIORITY.rollback);
    queue.add('c', PRIORITY.ramp);
    nowMs = 1_300;
    expect(queue.depths).toEqual({ rollback: 1, changed: 0, ramp: 1, verify: 0, inventory: 0, sweep: 1 });
    expect(queue.oldestWaitMs).toBe(1_000);
    // It rises to be next, and has still waited since it came.
    queue.add('a', PRIORITY.ramp);
    expect(queue.oldestWaitMs).toBe(1_000);
    for (const name of ['b', 'c', 'a']) expect(await queue.next()).toBe(name);
    expect(queue.oldestWaitMs).toBe(0);
  });

  test('a delay that is over leaves nothing behind: not its priority either', async () => {
    const { timers } = manualTimers();
    const queue = new WorkQueue(timers);
    queue.addAfter('a', 1_000, PRIORITY.rollback);
    queue.add('a', PRIORITY.sweep);
    expect(queue.depths).toMatchObject({ rollback: 1, sweep: 0 });
    queue.done(String(await queue.next()));
    queue.add('a', PRIORITY.sweep);
    expect(queue.depths).toMatchObject({ rollback: 0, sweep: 1 });
  });

  test('a worker that waits for a key does not bring the turn of the one that waits longest nearer', async () => {
    const queue = new WorkQueue();
    const waiting = queue.next();
    queue.add('first', PRIORITY.ramp);
    expect(await waiting).toBe('first');
    queue.add('patient', PRIORITY.sweep);
    const urgent = Array.from({ length: EVERY_OLDEST }, (_, index) => `urgent-${index}`);
    for (const name of urgent) queue.add(name, PRIORITY.ramp);
    const order: (string | undefined)[] = [];
    for (let handed = 1; handed < EVERY_OLDEST; handed += 1) order.push(await queue.next());
    expect(order).toEqual([...urgent.slice(0, EVERY_OLDEST - 2), 'patient']);
  });

  test('as many keys as there are workers are in work at once, each worker with another', async () => {
    const queue = new WorkQueue();
    const workers = [queue.next(), queue.next(), queue.next()];
    for (const name of ['a', 'b', 'c', 'd']) queue.add(name, PRIORITY.ramp);
    expect(await Promise.all(workers)).toEqual(['a', 'b', 'c']);
    expect(queue.depth).toBe(1);
  });

  test('a closed queue lets every worker go and takes nothing more', async () => {
    const queue = new WorkQueue();
    const waiting = queue.next();
    queue.close();
    expect(await waiting).toBeUndefined();
    queue.add('a', PRIORITY.ramp);
    expect(queue.depth).toBe(0);
    expect(await queue.next()).toBeUndefined();
  });

  test('a closed queue forgets what waits, what is in work and what has a time', async () => {
    const { timers, delays } = manualTimers();
    const queue = new WorkQueue(timers);
    queue.add('working', PRIORITY.ramp);
    await queue.next();
    queue.add('working', PRIORITY.ramp);
    queue.add('waiting', PRIORITY.ramp);
    queue.addAfter('late', 1_000, PRIORITY.ramp);
    queue.close();
    queue.addAfter('later', 1_000, PRIORITY.ramp);
    expect(delays()).toEqual([]);
    queue.done('working');
    expect(queue.depth).toBe(0);
    expect(await queue.next()).toBeUndefined();
  });
});

describe('without timers and a clock that are given', () => {
  afterEach(() => void vi.useRealTimers());

  test('a delay is real time, and so is how long a key has waited', () => {
    vi.useFakeTimers();
    const queue = new WorkQueue();
    queue.addAfter('a', 1_000, PRIORITY.ramp);
    vi.advanceTimersByTime(999);
    expect(queue.depth).toBe(0);
    vi.advanceTimersByTime(1);
    expect(queue.depth).toBe(1);
    vi.advanceTimersByTime(700);
    expect(queue.oldestWaitMs).toBe(700);
  });

  test('a delay that is taken away never comes due', async () => {
    vi.useFakeTimers();
    const queue = new WorkQueue();
    queue.addAfter('a', 1_000, PRIORITY.ramp);
    queue.add('a', PRIORITY.ramp);
    queue.done(String(await queue.next()));
    vi.advanceTimersByTime(1_000);
    expect(queue.depth).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
