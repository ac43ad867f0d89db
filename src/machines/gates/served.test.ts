import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { servedVerdict } from './served.ts';
import { minutesOf, side } from './testMinutes.ts';

const served = (blue: number, green: number, wantPercent: number, isSticky = false) =>
  servedVerdict(minutesOf(1, side(blue), side(green)), { wantPercent, isSticky });

describe('the share that is served', () => {
  test.each([
    ['as wanted', 900, 100, 10, 'pass', /100 of 1000 requests.*10 % of a wanted 10 %/],
    ['a little off', 875, 125, 10, 'pass', /12.5 %/],
    ['nothing of a tenth', 1_000, 0, 10, 'wait', /0 % of a wanted 10 %.*another rule/],
    ['far too much', 500, 500, 10, 'wait', /50 % of a wanted 10 %/],
    ['blue still served at the end', 200, 800, 100, 'wait', /80 % of a wanted 100 %/],
    ['off, in a sample that allows it', 54, 6, 5, 'pass', /10 % of a wanted 5 %/],
    ['too few to tell', 49, 0, 50, 'pass', /too few/],
  ] as const)('%s', (_what, blue, green, want, verdict, why) => {
    expect(served(blue, green, want)).toMatchObject({ verdict, why: expect.stringMatching(why) });
  });

  test('L12: of clients who stay by cookie it is for information only', () => {
    expect(served(1_000, 0, 10, true)).toMatchObject({ verdict: 'pass', why: expect.stringContaining('by cookie') });
  });

  test('dealt by turns as the weights say, it always passes; at twice the weight it is found in any large sample', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 100_000 }), (want, requests) => {
        const green = Math.round((requests * want) / 100);
        return served(requests - green, green, want).verdict === 'pass';
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 50 }), fc.integer({ min: 2_000, max: 100_000 }), (want, requests) => {
        const green = Math.round((requests * 2 * want) / 100);
        return served(requests - green, green, want).verdict === 'wait';
      }),
    );
  });
});
