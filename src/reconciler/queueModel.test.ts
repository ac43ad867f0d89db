import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVERY_OLDEST, PRIORITY, WorkQueue, type Priority } from './queue.ts';
import { manualTimers } from './manualTimers.ts';

const PRIORITIES = Object.values(PRIORITY);
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** What is handed out at once; a key that is not ready would be waited for, for ever where it was lost. */
const handed = (queue: WorkQueue): Promise<string | undefined> =>
  Promise.race([queue.next(), new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))]);

type Step =
  | { kind: 'add' | 'addAfter'; key: string; priority: Priority }
  | { kind: 'due' | 'next' }
  | { kind: 'done'; which: number };

const key = fc.constantFrom(...KEYS);
const priority = fc.constantFrom(...PRIORITIES);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), key, priority }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('addAfter' as const), key, priority }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('due' as const, 'next' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('next' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('done' as const), which: fc.nat(7) }) },
);

/** The queue's words as plainly as they can be written: lists that are searched from end to end. */
class NaiveQueue {
  waiting: { key: string; priority: Priority; came: number; joined: number }[] = [];
  inWork: string[] = [];
  again: { key: string; priority: Priority }[] = [];
  delayed: { key: string; priority: Priority }[] = [];
  #time = 0;
  #handed = 0;

  add(name: string, wanted: Priority): void {
    const early = this.delayed.find((one) => one.key === name);
    this.delayed = this.delayed.filter((one) => one.key !== name);
    this.#put(name, Math.min(wanted, early?.priority ?? wanted) as Priority);
  }

  #put(name: string, best: Priority): void {
    this.#time += 1;
    const waiting = this.waiting.find((one) => one.key === name);
    const again = this.again.find((one) => one.key === name);
    if (this.inWork.includes(name)) {
      if (again === undefined) this.again.push({ key: name, priority: best });
      else again.priority = Math.min(again.priority, best) as Priority;
    } else if (waiting === undefined) {
      this.waiting.push({ key: name, priority: best, came: this.#time, joined: this.#time });
    } else if (best < waiting.priority) Object.assign(waiting, { priority: best, joined: this.#time });
  }

  addAfter(name: string, wanted: Priority): void {
    this.delayed = [...this.delayed.filter((one) => one.key !== name), { key: name, priority: wanted }];
  }

  due(): void {
    for (const one of this.delayed) this.add(one.key, one.priority);
  }

  next(): string | undefined {
    const byUrgency = this.waiting.toSorted((a, b) => a.priority - b.priority || a.joined - b.joined)[0];
    if (byUrgency === undefined) return undefined;
    let chosen = byUrgency;
    if (byUrgency.priority !== PRIORITY.rollback) {
      this.#handed += 1;
      if (this.#handed % EVERY_OLDEST === 0) chosen = this.waiting.toSorted((a, b) => a.came - b.came)[0] ?? chosen;
    }
    this.waiting = this.waiting.filter((one) => one !== chosen);
    this.inWork.push(chosen.key);
    return chosen.key;
  }

  done(name: string): void {
    this.inWork = this.inWork.filter((one) => one !== name);
    const again = this.again.find((one) => one.key === name);
    this.again = this.again.filter((one) => one !== again);
    // A delay that was asked for after the key was added again is not over by that.
    if (again !== undefined) this.#put(name, again.priority);
  }
}

test('the queue does what the naive one does, whatever is asked of both: nothing is lost, nothing is handed out twice at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
      const { timers, fire } = manualTimers();
      const queue = new WorkQueue(timers, () => 0);
      const naive = new NaiveQueue();
      const take = async () => {
        const expected = naive.next();
        if (expected === undefined) return false;
        expect(await handed(queue)).toBe(expected);
        expect(new Set(naive.inWork).size).toBe(naive.inWork.length);
        return true;
      };
      const finish = (name: string | undefined) => {
        if (name === undefined) return;
        naive.done(name);
        queue.done(name);
      };
      for (const one of steps) {
        switch (one.kind) {
          case 'add':
            naive.add(one.key, one.priority);
            queue.add(one.key, one.priority);
            break;
          case 'addAfter':
            naive.addAfter(one.key, one.priority);
            queue.addAfter(one.key, 1_000, one.priority);
            break;
          case 'due':
            naive.due();
            fire();
            break;
          case 'next':
            await take();
            break;
          case 'done':
            finish(naive.inWork[one.which % Math.max(1, naive.inWork.length)]);
            break;
        }
        expect(queue.depth).toBe(naive.waiting.length);
        for (const [name, at] of Object.entries(PRIORITY)) {
          const expected = naive.waiting.filter((waiting) => waiting.priority === at).length;
          expect(queue.depths[name as keyof typeof PRIORITY]).toBe(expected);
        }
      }
      // Whatever was added is handed out in the end.
      naive.due();
      fire();
      while (naive.waiting.length + naive.inWork.length > 0) if (!(await take())) finish(naive.inWork[0]);
      expect(queue.depth).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test('no plan starves another: however many more urgent ones come, a key is handed out within the bound', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 6 }),
      fc.constantFrom(PRIORITY.ramp, PRIORITY.verify, PRIORITY.inventory, PRIORITY.sweep),
      fc.array(fc.constantFrom(PRIORITY.ramp, PRIORITY.verify), { minLength: 1, maxLength: 5 }),
      async (before, priorityOfIt, flood) => {
        const queue = new WorkQueue();
        for (let index = 0; index < before; index += 1) queue.add(`before-${index}`, PRIORITY.sweep);
        queue.add('it', priorityOfIt);
        let count = 0;
        for (let came = 0; ; came += 1) {
          for (const [index, urgent] of flood.entries()) queue.add(`flood-${came}-${index}`, urgent);
          const name = await handed(queue);
          count += 1;
          if (name === 'it') break;
          expect(name).toBeDefined();
          expect(count).toBeLessThan(EVERY_OLDEST * (before + 1));
          queue.done(String(name));
        }
      },
    ),
  );
});

test('rollbacks go before all, also before those whose turn it is', async () => {
  const queue = new WorkQueue();
  queue.add('sweep', PRIORITY.sweep);
  for (let index = 0; index < 3 * EVERY_OLDEST; index += 1) queue.add(`rollback-${index}`, PRIORITY.rollback);
  for (let index = 0; index < 3 * EVERY_OLDEST; index += 1) expect(await handed(queue)).toBe(`rollback-${index}`);
  expect(await handed(queue)).toBe('sweep');
});
