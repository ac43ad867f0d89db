import { expect, test } from 'vitest';
import type { LatencyLimits } from '../../plan/model.ts';
import type { EdgeMinute, SideMinute } from '../readings.ts';
import type { Comparison } from './comparison.ts';
import { latencyVerdicts } from './latency.ts';
import { minutesOf, side } from './testMinutes.ts';

const MAX: LatencyLimits = { percentile: 50, maxMs: 100, maxVsBlue: null };
const RATIO: LatencyLimits = { percentile: 50, maxMs: null, maxVsBlue: 2 };
const SILENT = side(0);

const of = (latencyMs: number, requests = 10): SideMinute => side(requests, 0, { 50: latencyMs });

function verdict(limits: LatencyLimits, minutes: readonly EdgeMinute[], given: Partial<Comparison> = {}) {
  const counted = { requests: 500, errors: 0 };
  return latencyVerdicts(limits, minutes, {
    green: counted,
    blue: counted,
    blueServes: true,
    requestsMin: 50,
    ...given,
  })[0];
}

test('no limit asks nothing, and both are asked one by one', () => {
  const given = {
    green: { requests: 1, errors: 0 },
    blue: { requests: 1, errors: 0 },
    blueServes: true,
    requestsMin: 1,
  };
  const minutes = minutesOf(5, of(90), of(90));
  expect(latencyVerdicts({ ...MAX, maxMs: null }, minutes, given)).toEqual([]);
  expect(latencyVerdicts({ ...MAX, maxVsBlue: 2 }, minutes, given).map(({ why }) => why)).toEqual([
    "green's p50 is 90 ms, at most 100 ms may be",
    "green's p50 is 90 ms, blue's 90 ms, at most 2 times blue's may be",
  ]);
});

test('a minute at the limit is not over it', () => {
  expect(verdict(MAX, minutesOf(5, of(50), of(100)))).toMatchObject({ verdict: 'pass' });
  expect(verdict(MAX, minutesOf(5, of(50), of(101)))).toEqual({
    verdict: 'fail',
    why: "green's p50 is 101 ms, at most 100 ms may be, and was in 5 of 5 minutes; blue's is 50 ms",
  });
  expect(verdict(MAX, minutesOf(5, SILENT, of(101)))?.why).toContain("blue's is not known");
});

test('minutes with too few requests for the percentile prove nothing, and are told together', () => {
  const thin = (latencyMs: number) => verdict(MAX, minutesOf(8, of(50), of(latencyMs, 9)));
  expect(thin(100)).toMatchObject({ verdict: 'pass' });
  expect(thin(150)).toEqual({
    verdict: 'wait',
    why: "green's p50 is 150 ms, at most 100 ms may be; no minute had the 10 requests that a p50 is told by, so it is waited for",
  });
  const withOne = [...minutesOf(8, of(50), of(150, 9)), ...minutesOf(1, of(50), of(20))];
  expect(verdict(MAX, withOne)).toMatchObject({ verdict: 'pass' });
});

const overIn = (over: number, all: number) => [
  ...minutesOf(over, of(50), of(120)),
  ...minutesOf(all - over, of(50), of(90)),
];

test('over in half of the minutes is within, in more may be chance until it is proven', () => {
  expect(verdict(MAX, overIn(2, 4))).toMatchObject({ verdict: 'pass' });
  expect(verdict(MAX, overIn(3, 4))?.why).toMatch(/it was over in 3 of 4 minutes, which may be chance \(p = 0\.31\)$/);
  expect(verdict(MAX, overIn(4, 4))).toMatchObject({ verdict: 'wait' });
  expect(verdict(MAX, overIn(5, 5))).toMatchObject({ verdict: 'fail' });
});

test('a blue that is over too is no reason to go back, where enough of it is known and green is not slower', () => {
  const both = minutesOf(5, of(140), of(140));
  expect(verdict(MAX, both)).toEqual({
    verdict: 'wait',
    why: "green's p50 is 140 ms, at most 100 ms may be, but blue's is 140 ms in the same minutes: both sides degrade, and going back would mend nothing",
  });
  const known = (requests: number) => verdict(MAX, both, { blue: { requests, errors: 0 } })?.verdict;
  expect([known(50), known(49)]).toEqual(['wait', 'fail']);
  expect(verdict(MAX, minutesOf(5, of(100), of(105)))).toMatchObject({ verdict: 'fail' });
  expect(verdict(MAX, minutesOf(5, of(140), of(200)))).toMatchObject({ verdict: 'fail' });
});

test('only minutes in which both sides published are compared', () => {
  const minutes = [...minutesOf(5, of(40), of(60)), ...minutesOf(3, SILENT, of(900)), ...minutesOf(3, of(1), SILENT)];
  expect(verdict(RATIO, minutes)).toEqual({
    verdict: 'pass',
    why: "green's p50 is 60 ms, blue's 40 ms, at most 2 times blue's may be",
  });
});

test('without one of the sides there is nothing to compare', () => {
  const alone = minutesOf(5, SILENT, of(60));
  expect(verdict(RATIO, alone)).toEqual({
    verdict: 'wait',
    why: "green's p50 is 60 ms; blue served nothing in the same minutes, so there is nothing to compare it with",
  });
  expect(verdict(RATIO, alone, { blueServes: false })).toMatchObject({ verdict: 'pass' });
  const unpublished = 'no response time of green was published in the window, so its p50 is not known';
  for (const limits of [RATIO, MAX])
    expect(verdict(limits, minutesOf(5, of(60), SILENT))).toEqual({ verdict: 'wait', why: unpublished });
  const apart = [...minutesOf(5, of(10), SILENT), ...alone];
  expect(verdict(RATIO, apart)?.why).toContain("green's p50 is 60 ms; blue served nothing");
});

test.each([
  ['as many times as may be', 40, 80, 'pass'],
  ['a little more', 40, 81, 'fail'],
  ['more times, by 9 ms', 8, 17, 'pass'],
  ['more times, by 10 ms', 8, 18, 'fail'],
  ['fewer times, by much', 400, 700, 'pass'],
])('a green that takes %s', (_what, blueMs, greenMs, word) => {
  expect(verdict(RATIO, minutesOf(5, of(blueMs), of(greenMs)))?.verdict).toBe(word);
});

test('a ratio that was exceeded says in how many minutes, and the chance of that', () => {
  expect(verdict(RATIO, minutesOf(5, of(40), of(90)))?.why).toBe(
    "green's p50 is 90 ms, blue's 40 ms, at most 2 times blue's may be, and was in 5 of 5 minutes (p = 0.031)",
  );
  const thinBlue = minutesOf(5, of(40, 9), of(90));
  expect(verdict(RATIO, thinBlue)).toMatchObject({ verdict: 'wait' });
});

test('minutes weigh by their requests, and one without any by one', () => {
  const minutes = [
    ...minutesOf(1, of(1), of(90, 30)),
    ...minutesOf(1, of(1), of(50, 10)),
    ...minutesOf(1, of(1), of(39, 0)),
  ];
  expect(verdict(MAX, minutes)?.why).toContain("green's p50 is 79 ms");
});
