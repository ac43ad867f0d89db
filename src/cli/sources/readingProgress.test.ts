import { describe, expect, test } from 'vitest';
import { ReadingProgress } from './readingProgress.ts';

const WIDE = 200;

function progressAt() {
  let nowMs = 0;
  const progress = new ReadingProgress(() => nowMs);
  const make = (service: string, calls: number): void => {
    for (let call = 0; call < calls; call += 1) progress.made(service);
  };
  return { progress, make, pass: (ms: number) => void (nowMs += ms) };
}

const filledOf = (line: string): number => line.split('█').length - 1;

test('a step tells its calls alone until everything is listed, then how many of how many', () => {
  const { progress, make, pass } = progressAt();
  progress.begin('mesh shop');
  progress.listing('opened');
  progress.expect(5);
  make('appmesh', 1);
  expect(progress.line(WIDE)).toBe('reading mesh shop  1 call  appmesh 1');
  progress.expect(2305);
  progress.listing('closed');
  make('ecs', 32);
  make('appmesh', 379);
  pass(25_000);
  expect(progress.line(WIDE)).toBe(
    'reading mesh shop  ███░░░░░░░░░░░░░░░░░  412 of 2,310  appmesh 380, ecs 32  about 2 min left',
  );
  make('appmesh', 1800);
  expect(progress.line(WIDE)).toMatch(/2,212 of 2,310 .* {2}less than a minute left$/);
});

test('the bar does not go back for what turns up, and is never more than full', () => {
  const { progress, make } = progressAt();
  progress.begin('cluster shop');
  progress.expect(10);
  make('ecs', 8);
  const before = progress.line(WIDE);
  expect(filledOf(before)).toBe(16);
  progress.expect(90);
  const after = progress.line(WIDE);
  expect(filledOf(after)).toBe(16);
  expect(after).toContain('8 of 100');
  make('ecs', 120);
  expect(progress.line(WIDE)).toBe('reading cluster shop  ████████████████████  128 of 128  ecs 128');
});

test('every step begins anew', () => {
  const { progress, make } = progressAt();
  progress.begin('cluster shop');
  progress.expect(2);
  make('ecs', 2);
  expect(filledOf(progress.line(WIDE))).toBe(20);
  progress.begin('mesh shop');
  expect(progress.line(WIDE)).toBe('reading mesh shop  0 calls');
  progress.expect(4);
  make('appmesh', 1);
  expect(filledOf(progress.line(WIDE))).toBe(5);
});

describe('a line is never wider than the terminal', () => {
  const { progress, make, pass } = progressAt();
  progress.begin('mesh shop');
  progress.expect(2310);
  make('ecs', 32);
  make('appmesh', 380);
  pass(25_000);
  const bar = '███░░░░░░░░░░░░░░░░░';

  test.each([
    [100, `reading mesh shop  ${bar}  412 of 2,310  appmesh 380, ecs 32  about 2 min left`],
    [85, `reading mesh shop  ${bar}  412 of 2,310  appmesh 380  about 2 min left`],
    [72, `reading mesh shop  ${bar}  412 of 2,310  about 2 min left`],
    [60, `reading mesh shop  ${bar}  412 of 2,310`],
    [40, 'reading mesh shop  412 of 2,310'],
    [12, 'reading mes…'],
    [0, ''],
  ])('of %i columns', (columns, line) => {
    expect(progress.line(columns)).toBe(line);
  });

  test('of any width', () => {
    for (let columns = 0; columns < 120; columns += 1) {
      expect(progress.line(columns).length).toBeLessThanOrEqual(columns);
    }
  });
});
