import { describe, expect, test } from 'vitest';
import { PRIORITY, WorkQueue, type Timers } from './queue.ts';

/** Timers that fire when told. */
function manualTimers() {
  const pending: { delayMs: number; action: () => void; cancelled: boolean }[] = [];
  const timers: Timers = {
    set: (delayMs, action) => {
      const timer = { delayMs, action, cancelled: false };
      pending.push(timer);
      return {
        cancel: () => {
          timer.cancelled = true;
        },
      };
    },
  };
  const fire = () => {
    for (const timer of pending.splice(0)) if (!timer.cancelled) timer.action();
  };
  return { timers, fire, pending };
}

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

  test('rollback goes before ramp before everything else, whoever came first', async () => {
    const queue = new WorkQueue();
    queue.add('sweep', PRIORITY.sweep);
    queue.add('inventory', PRIORITY.inventory);
    queue.add('ramp', PRIORITY.ramp);
    queue.add('rollback', PRIORITY.rollback);
    const order = [await queue.next(), await queue.next(), await queue.next(), await queue.next()];
    expect(order).toEqual(['rollback', 'ramp', 'inventory', 'sweep']);
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
    const { timers, fire, pending } = manualTimers();
    const queue = new WorkQueue(timers);
    queue.addAfter('a', 1_000, PRIORITY.ramp);
    queue.addAfter('a', 50, PRIORITY.ramp);
    expect(queue.depth).toBe(0);
    expect(pending.filter((timer) => !timer.cancelled).map((timer) => timer.delayMs)).toEqual([50]);
    fire();
    expect(queue.depth).toBe(1);
    expect(await queue.next()).toBe('a');
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
});
