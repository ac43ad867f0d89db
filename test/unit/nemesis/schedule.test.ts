import { expect, test } from 'vitest';
import { type Act, scheduleOf } from '../../nemesis/schedule.ts';

const OPTIONS = { durationMs: 300_000, slots: 3, leaseMs: 6_000, callTimeoutMs: 2_000 };
const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);

const hurts = (act: Act): { slot: number; ms: number } | undefined =>
  act.kind === 'throttle' ? undefined : { slot: act.slot, ms: 'deadMs' in act ? act.deadMs : act.ms };

test('a seed names the acts, and another names others', () => {
  expect(scheduleOf({ ...OPTIONS, seed: 7 })).toEqual(scheduleOf({ ...OPTIONS, seed: 7 }));
  expect(scheduleOf({ ...OPTIONS, seed: 7 })).not.toEqual(scheduleOf({ ...OPTIONS, seed: 8 }));
});

test('five minutes have every kind of act, one every few seconds, and each stop is longer than a lease', () => {
  for (const seed of SEEDS) {
    const schedule = scheduleOf({ ...OPTIONS, seed });
    const acts = schedule.map(({ act }) => act);
    expect(schedule.length).toBeGreaterThan(20);
    expect(acts.filter(({ kind }) => kind === 'kill').length).toBeGreaterThan(0);
    for (const act of acts) if (act.kind === 'stop') expect(act.ms).toBeGreaterThan(OPTIONS.leaseMs);
  }
  const kinds = new Set(SEEDS.flatMap((seed) => scheduleOf({ ...OPTIONS, seed }).map(({ act }) => act.kind)));
  expect([...kinds].toSorted()).toEqual(['clock', 'delay', 'kill', 'loseAnswers', 'partition', 'stop', 'throttle']);
});

test('nobody is hurt twice at a time, and one operator is always left alone', () => {
  for (const seed of SEEDS) {
    const spans = scheduleOf({ ...OPTIONS, seed }).flatMap(({ atMs, act }) => {
      const hurt = hurts(act);
      return hurt === undefined ? [] : [{ slot: hurt.slot, fromMs: atMs, toMs: atMs + hurt.ms }];
    });
    for (const { fromMs } of spans) {
      const slots = spans.filter((span) => span.fromMs <= fromMs && fromMs < span.toMs).map(({ slot }) => slot);
      expect(slots.length).toBe(new Set(slots).size);
      expect(slots.length).toBeLessThan(OPTIONS.slots);
    }
  }
});
