import { describe, expect, test } from 'vitest';
import { readPattern } from './filterPattern.ts';

const EVENT = JSON.stringify({ msg: 'started', level: 30, plan: { name: 'shop' }, list: ['a', 'b'], none: null });

describe('N72: a filter pattern', () => {
  test.each([
    ['', true],
    ['started', true],
    ['"level":30', undefined],
    [String.raw`"\"level\":30"`, true],
    ['started stopped', false],
    ['{ $.msg = "started" }', true],
    ['{ $.msg = started }', true],
    ['{$.msg="start*"}', true],
    ['{ $.msg = "start" }', false],
    ['{ $.msg != "stopped" }', true],
    ['{ $.other != "stopped" }', false],
    ['{ $.level >= 30 }', true],
    ['{ $.level > 30 }', false],
    ['{ $.level < 31 && $.level <= 30 }', true],
    ['{ $.plan.name = "shop" && $.list[1] = "b" }', true],
    ['{ $.msg = "stopped" || $.msg = "failed" || $.msg = "started" }', true],
    ['{ ($.msg = "started" || $.level = 1) && $.plan.name = "other" }', false],
    ['{ $.msg = "started" || $.level = 1 && $.plan.name = "other" }', true],
    ['{ $.none = "x" }', false],
    ['{ $.msg = }', undefined],
    ['{ $.msg = "started"', undefined],
    ['{ ($.msg = "started" }', undefined],
    ['{ $.msg IS NULL }', undefined],
    ['-started', undefined],
    ['[a, b]', undefined],
  ])('%s', (pattern, holds) => {
    expect(readPattern(pattern)?.(EVENT)).toBe(holds);
  });

  test('of members holds of no message that is no JSON', () => {
    expect(readPattern('{ $.msg != "x" }')?.('started')).toBe(false);
    expect(readPattern('{ $.msg != "x" }')?.('null')).toBe(false);
  });
});
