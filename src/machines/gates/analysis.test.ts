import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Analysis, LatencyLimits } from '../../plan/model.ts';
import { fail, pass, type Verdict } from '../../plan/verdict.ts';
import type { EdgeMinute, SideMinute } from '../readings.ts';
import { analysisVerdict, type AnalysisUse } from './analysis.ts';
import { ERRORS_ONLY, minutesOf, side } from './testMinutes.ts';

const STEP: AnalysisUse = { as: 'step', blueServes: true };
const WATCH: AnalysisUse = { as: 'watch', blueServes: true };
const LAST: AnalysisUse = { as: 'step', blueServes: false };

const ratioOf = (maxVsBlue: number): Analysis => ({ ...ERRORS_ONLY, errorRate: { max: null, maxVsBlue } });
const latencyOf = (
  limits: Omit<LatencyLimits, 'percentile'>,
  percentile: LatencyLimits['percentile'] = 50,
): Analysis => ({
  ...ERRORS_ONLY,
  errorRate: null,
  latencies: [{ percentile, ...limits }],
});

describe('errors', () => {
  test.each<[string, Analysis, EdgeMinute[], AnalysisUse, Verdict['verdict'], RegExp]>([
    ['within the limit', ERRORS_ONLY, minutesOf(1, side(900), side(100, 1)), STEP, 'pass', /1 of 100 requests \(1 %\)/],
    [
      'over it, proven',
      ERRORS_ONLY,
      minutesOf(1, side(900), side(100, 8)),
      STEP,
      'fail',
      /8 of 100.*\(8 %\).*p < 0.0001.*blue failed 0 of 900/,
    ],
    [
      'over it, by chance perhaps',
      ERRORS_ONLY,
      minutesOf(1, side(900), side(60, 1)),
      STEP,
      'wait',
      /may be chance \(p = 0.45\)/,
    ],
    [
      'over it, and blue no better',
      ERRORS_ONLY,
      minutesOf(1, side(900, 80), side(100, 8)),
      STEP,
      'wait',
      /both sides degrade/,
    ],
    [
      'over it, and blue over it but better',
      ERRORS_ONLY,
      minutesOf(1, side(900, 18), side(100, 40)),
      STEP,
      'fail',
      /40 of 100/,
    ],
    [
      'over it, and of blue too little is known',
      ERRORS_ONLY,
      minutesOf(1, side(10, 3), side(100, 20)),
      STEP,
      'fail',
      /20 of 100/,
    ],
    [
      'too few requests',
      ERRORS_ONLY,
      minutesOf(2, side(900), side(24, 24)),
      STEP,
      'wait',
      /served 48 requests in 2 minutes, and 50 are needed/,
    ],
    [
      'too few where nobody waits for more',
      ERRORS_ONLY,
      [],
      WATCH,
      'pass',
      /served 0 requests in 0 minutes: too few to judge/,
    ],
    ['as many as blue', ratioOf(1), minutesOf(1, side(900, 9), side(100, 1)), STEP, 'pass', /blue 9 of 900/],
    ['more than blue, proven', ratioOf(2), minutesOf(1, side(900, 2), side(100, 9)), STEP, 'fail', /at most 2 times/],
    [
      'more than blue, by chance perhaps',
      ratioOf(2),
      minutesOf(1, side(900), side(100, 1)),
      STEP,
      'wait',
      /may be chance/,
    ],
    ['nothing of blue yet', ratioOf(2), minutesOf(1, side(0), side(100)), STEP, 'wait', /blue served nothing/],
    ['nothing of blue any more', ratioOf(2), minutesOf(1, side(0), side(100)), LAST, 'pass', /not compared/],
  ])('%s', (_what, limits, minutes, use, verdict, why) => {
    expect(analysisVerdict(limits, minutes, use)).toMatchObject({ verdict, why: expect.stringMatching(why) });
  });
});

/** A side whose requests all take as long. */
const fast = (requests: number, ms: number) => side(requests, 0, { 50: ms, 99: ms });

describe('latency', () => {
  const max = latencyOf({ maxMs: 100, maxVsBlue: null });
  const ratio = latencyOf({ maxMs: null, maxVsBlue: 1.2 });
  test.each<[string, Analysis, EdgeMinute[], AnalysisUse, Verdict['verdict'], RegExp]>([
    ['within the limit', max, minutesOf(5, fast(60, 20), fast(60, 90)), STEP, 'pass', /p50 is 90 ms, at most 100 ms/],
    [
      'over it in every minute',
      max,
      minutesOf(5, fast(60, 20), fast(60, 130)),
      STEP,
      'fail',
      /130 ms.*5 of 5 minutes; blue's is 20 ms/,
    ],
    [
      'over it in too few minutes',
      max,
      minutesOf(4, fast(60, 20), fast(60, 130)),
      STEP,
      'wait',
      /4 of 4 minutes, which may be chance/,
    ],
    [
      'over it in one minute of many',
      max,
      [...minutesOf(6, fast(60, 20), fast(60, 40)), ...minutesOf(1, fast(60, 20), fast(60, 900))],
      STEP,
      'pass',
      /p50/,
    ],
    [
      'over it, and blue no better',
      max,
      minutesOf(5, fast(60, 128), fast(60, 130)),
      STEP,
      'wait',
      /both sides degrade/,
    ],
    ['over it, and blue over it but faster', max, minutesOf(5, fast(60, 110), fast(60, 400)), STEP, 'fail', /400 ms/],
    [
      'slower than blue in every minute',
      ratio,
      minutesOf(5, fast(60, 50), fast(60, 90)),
      STEP,
      'fail',
      /blue's 50 ms.*p = 0.031/,
    ],
    ['slower by less than anybody feels', ratio, minutesOf(5, fast(60, 2), fast(60, 5)), STEP, 'pass', /blue's 2 ms/],
    [
      'slower in minutes that are too thin',
      latencyOf({ maxMs: null, maxVsBlue: 1.2 }, 99),
      minutesOf(5, fast(600, 50), fast(60, 90)),
      STEP,
      'wait',
      /no minute had the 500 requests that a p99/,
    ],
    [
      'no slower in minutes that are too thin',
      latencyOf({ maxMs: null, maxVsBlue: 1.2 }, 99),
      minutesOf(5, fast(600, 50), fast(60, 51)),
      STEP,
      'pass',
      /51 ms/,
    ],
    ['nothing of blue any more', ratio, minutesOf(5, side(0), fast(60, 90)), LAST, 'pass', /not compared/],
    ['not published', max, minutesOf(5, fast(60, 20), side(60)), STEP, 'wait', /no response time of green/],
  ])('%s', (_what, limits, minutes, use, verdict, why) => {
    expect(analysisVerdict(limits, minutes, use)).toMatchObject({ verdict, why: expect.stringMatching(why) });
  });
});

type Judge = typeof analysisVerdict;

const limits: Analysis = {
  errorRate: { max: 0.01, maxVsBlue: 2 },
  latencies: [
    { percentile: 50, maxMs: 100, maxVsBlue: 1.2 },
    { percentile: 99, maxMs: 800, maxVsBlue: null },
  ],
  requestsMin: 50,
  windowMs: 300_000,
};

const arbitrarySide = (requestsMax: number): fc.Arbitrary<SideMinute> =>
  fc.nat(requestsMax).chain((requests) =>
    fc.record({
      requests: fc.constant(requests),
      errors: fc.oneof(fc.constant(0), fc.nat(requests)),
      latencyMs: fc.oneof(fc.constant({}), fc.record({ 50: fc.nat(400), 99: fc.nat(3_000) })),
    }),
  );
const arbitraryMinutes = (requestsMax: number): fc.Arbitrary<EdgeMinute[]> =>
  fc.array(fc.record({ atMs: fc.nat(), blue: arbitrarySide(requestsMax), green: arbitrarySide(requestsMax) }), {
    maxLength: 8,
  });
const uses = fc.constantFrom(STEP, LAST);

/** What must hold of any judge, whatever the minutes. */
const LAWS = {
  'no verdict without requests': (judge: Judge) =>
    fc.property(arbitraryMinutes(5), uses, (minutes, use) => {
      const served = minutes.reduce((sum, { green }) => sum + green.requests, 0);
      return served >= limits.requestsMin || judge(limits, minutes, use).verdict === 'wait';
    }),
  'no rollback to a blue that did just as badly in the same minutes': (judge: Judge) =>
    fc.property(arbitraryMinutes(2_000), uses, (minutes, use) => {
      const alike = minutes.map((minute) => ({ ...minute, blue: minute.green }));
      return judge(limits, alike, use).verdict !== 'fail';
    }),
  'no rollback for one failed request, and none for four slow minutes': (judge: Judge) =>
    fc.property(
      fc.integer({ min: 13, max: 2_000 }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.nat(3_000),
      (requests, latencyMs, tailMs) => {
        const latencies = { 50: latencyMs, 99: tailMs };
        const minutes = minutesOf(4, side(1_000, 0, { 50: 1, 99: 1 }), side(requests, 0, latencies));
        const [first, ...others] = minutes;
        if (first === undefined) return false;
        const failedOnce = [{ ...first, green: { ...first.green, errors: 1 } }, ...others];
        return judge(limits, failedOnce, STEP).verdict !== 'fail';
      },
    ),
  'a green that only fails beside a blue that never does is always taken back': (judge: Judge) =>
    fc.property(fc.integer({ min: 50, max: 5_000 }), fc.integer({ min: 50, max: 5_000 }), (green, blue) => {
      const minutes = minutesOf(1, side(blue, 0), side(green, green));
      return judge({ ...limits, latencies: [] }, minutes, STEP).verdict === 'fail';
    }),
  'pass says the numbers': (judge: Judge) =>
    fc.property(arbitraryMinutes(2_000), uses, (minutes, use) => {
      const { verdict, why } = judge(limits, minutes, use);
      return verdict !== 'pass' || /\d+ of \d+ requests/.test(why);
    }),
};

const holds = (property: fc.IProperty<unknown>): boolean => !fc.check(property, { numRuns: 1_000, seed: 11 }).failed;
const LAW_NAMES = Object.keys(LAWS) as (keyof typeof LAWS)[];

test.each(LAW_NAMES)('whatever both sides were counted: %s', (law) => {
  fc.assert(LAWS[law](analysisVerdict) as fc.IProperty<unknown>, { numRuns: 1_000 });
});

const rate = ({ errors, requests }: SideMinute): number => (requests === 0 ? 0 : errors / requests);
const summed = (minutes: readonly EdgeMinute[]): SideMinute =>
  side(
    minutes.reduce((sum, { green }) => sum + green.requests, 0),
    minutes.reduce((sum, { green }) => sum + green.errors, 0),
  );

test.each<[string, keyof typeof LAWS, Judge]>([
  [
    'that takes no requests for no errors',
    'no verdict without requests',
    (given, minutes, use) => {
      const verdict = analysisVerdict(given, minutes, use);
      return /are needed/.test(verdict.why) ? pass('0 errors') : verdict;
    },
  ],
  [
    'that does not look at blue',
    'no rollback to a blue that did just as badly in the same minutes',
    (given, minutes, use) =>
      analysisVerdict(
        given,
        minutes.map((minute) => ({ ...minute, blue: side(minute.blue.requests, 0, { 50: 1, 99: 1 }) })),
        use,
      ),
  ],
  [
    'that takes any excess for proof',
    'no rollback for one failed request, and none for four slow minutes',
    (given, minutes, use) => {
      const verdict = analysisVerdict(given, minutes, use);
      return /may be chance/.test(verdict.why) ? fail(verdict.why) : verdict;
    },
  ],
  [
    'that never fails',
    'a green that only fails beside a blue that never does is always taken back',
    (given, minutes, use) => {
      const verdict = analysisVerdict(given, minutes, use);
      return verdict.verdict === 'fail' ? pass(verdict.why) : verdict;
    },
  ],
  [
    'that passes without a number',
    'pass says the numbers',
    (_given, minutes) => (rate(summed(minutes)) > 0.01 ? fail('errors') : pass('fine')),
  ],
])('a judge %s is caught', (_what, law, judge) => {
  expect(holds(LAWS[law](judge) as fc.IProperty<unknown>)).toBe(false);
});
