import { expect, test } from 'vitest';
import type { PlanStatus } from '../machines/record.ts';
import { withContested, writtenBefore } from './contested.ts';
import { emptyMemory } from './run.ts';

const NOW = 3_600_000;
const KEY = 'uid/1/1';
const ofTimes = (written: Record<string, number[]>) => ({
  ...emptyMemory(KEY),
  written: new Map(Object.entries(written)),
});
const status = { uid: 'uid' } as PlanStatus;

test('what was written again lately stands on the record, and is what a successor begins with', () => {
  const times = [NOW - 400_000, NOW - 30_000, NOW];
  const kept = withContested(status, ofTimes({ 'rule/a 50': times, 'rule/a 10': [NOW - 700_000, NOW] }), NOW);
  expect(kept.contested).toEqual({ of: KEY, writtenAt: { 'rule/a 50': times } });
  expect(writtenBefore(kept, KEY)).toEqual(new Map([['rule/a 50', times]]));
  expect(writtenBefore(kept, 'uid/2/1'), 'another attempt counts anew').toEqual(new Map());
  expect(writtenBefore(status, KEY)).toEqual(new Map());
});

test('the record keeps no more of it than is counted, and nothing once it is over', () => {
  const often = Array.from({ length: 50 }, (_, index) => NOW - 50 + index);
  const kept = withContested(status, ofTimes({ 'rule/a blueOnly': often }), NOW);
  expect(kept.contested?.writtenAt['rule/a blueOnly']).toEqual(often.slice(-4));
  expect(withContested(kept, ofTimes({ 'rule/a blueOnly': often }), NOW + 3_600_000)).toEqual(status);
});
