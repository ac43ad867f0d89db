import type { LatencyLimits, Percentile } from '../../plan/model.ts';
import { fail, pass, wait, type Verdict } from '../../plan/verdict.ts';
import type { EdgeMinute, SideMinute } from '../readings.ts';
import { type Comparison, withoutBlue } from './comparison.ts';
import { chanceOfMinutes, MINUTES_LEVEL } from './significance.ts';
import { chanceWords, millisecondsWords } from './words.ts';

/**
 * A difference below this is no one's loss, whatever the ratio: 3 ms are three times 1 ms. Green answers through another proxy in
 * another version, and that alone makes a millisecond.
 */
const DIFFERENCE_MS_MIN = 10;

/**
 * So many requests are wanted above a percentile before a minute's is taken for a measurement: of fewer the percentile is in truth
 * a lower one, and the side with fewer requests would look the faster.
 */
const BEYOND_MIN = 5;

/** As {@link BEYOND_MIN} asks it of one side's minute: 10 requests for a median, 500 for a 99th percentile. */
const requestsFor = (percentile: Percentile): number => Math.ceil((BEYOND_MIN * 100) / (100 - percentile));

/**
 * A percentile against its limits. CloudWatch gives one a minute and cannot join them, so each minute with enough requests is one
 * observation of a sign test. Where too few minutes have enough, nothing is proven: the mean of the minutes' percentiles, weighed by
 * their requests, is then compared as it stands, and over a limit it is waited for and never fails.
 */
export function latencyVerdicts(
  { percentile, maxMs, maxVsBlue }: LatencyLimits,
  minutes: readonly EdgeMinute[],
  comparison: Comparison,
): Verdict[] {
  return [
    ...(maxMs === null ? [] : [limitVerdict(percentile, maxMs, minutes, comparison)]),
    ...(maxVsBlue === null ? [] : [ratioVerdict(percentile, maxVsBlue, minutes, comparison)]),
  ];
}

function limitVerdict(
  percentile: Percentile,
  maxMs: number,
  minutes: readonly EdgeMinute[],
  { blue, requestsMin }: Comparison,
): Verdict {
  const greenMs = meanOf(minutes, 'green', percentile);
  if (greenMs === undefined) return unpublished(percentile);
  const words = `green's p${percentile} is ${millisecondsWords(greenMs)}, at most ${millisecondsWords(maxMs)} may be`;
  const judged = tally(
    minutes.filter(({ green }) => isMeasured(green, percentile)),
    ({ green }) => latencyOf(green, percentile) > maxMs,
  );
  switch (judgementOf(judged, greenMs > maxMs)) {
    case 'within':
      return pass(words);
    case 'chance':
      return wait(`${words}; ${notProven(judged, percentile)}`);
    case 'over': {
      const blueMs = meanOf(minutes, 'blue', percentile);
      const isBlueOver = blueMs !== undefined && blue.requests >= requestsMin && blueMs > maxMs;
      return isBlueOver && !isProven(slower(minutes, percentile, 1))
        ? wait(
            `${words}, but blue's is ${millisecondsWords(blueMs)} in the same minutes: both sides degrade, and going back would mend nothing`,
          )
        : fail(
            `${words}, and was in ${minutesOf(judged)}; blue's is ${blueMs === undefined ? 'not known' : millisecondsWords(blueMs)}`,
          );
    }
  }
}

function ratioVerdict(
  percentile: Percentile,
  times: number,
  minutes: readonly EdgeMinute[],
  { blueServes }: Comparison,
): Verdict {
  const shared = minutes.filter(
    ({ blue, green }) => blue.latencyMs[percentile] !== undefined && green.latencyMs[percentile] !== undefined,
  );
  const greenMs = meanOf(shared, 'green', percentile);
  const blueMs = meanOf(shared, 'blue', percentile);
  if (greenMs === undefined || blueMs === undefined) {
    const alone = meanOf(minutes, 'green', percentile);
    return alone === undefined
      ? unpublished(percentile)
      : withoutBlue(`green's p${percentile} is ${millisecondsWords(alone)}`, blueServes);
  }
  const words = `green's p${percentile} is ${millisecondsWords(greenMs)}, blue's ${millisecondsWords(blueMs)}, at most ${times} times blue's may be`;
  const judged = slower(minutes, percentile, times);
  switch (judgementOf(judged, isSlower(greenMs, blueMs, times))) {
    case 'within':
      return pass(words);
    case 'chance':
      return wait(`${words}; ${notProven(judged, percentile)}`);
    case 'over':
      return fail(
        `${words}, and was in ${minutesOf(judged)} (${chanceWords(chanceOfMinutes(judged.over, judged.of))})`,
      );
  }
}

/** In how many of the minutes that count green was over. */
interface Tally {
  over: number;
  of: number;
}

const tally = (minutes: readonly EdgeMinute[], isOver: (minute: EdgeMinute) => boolean): Tally => ({
  over: minutes.filter(isOver).length,
  of: minutes.length,
});

const slower = (minutes: readonly EdgeMinute[], percentile: Percentile, times: number): Tally =>
  tally(
    minutes.filter(({ blue, green }) => isMeasured(blue, percentile) && isMeasured(green, percentile)),
    ({ blue, green }) => isSlower(latencyOf(green, percentile), latencyOf(blue, percentile), times),
  );

const isSlower = (greenMs: number, blueMs: number, times: number): boolean =>
  greenMs > blueMs * times && greenMs - blueMs >= DIFFERENCE_MS_MIN;

const isProven = ({ over, of }: Tally): boolean => of > 0 && chanceOfMinutes(over, of) < MINUTES_LEVEL;

/** @param looksOver what the minutes say together, where they are too thin to be counted one by one. */
function judgementOf(judged: Tally, looksOver: boolean): 'within' | 'chance' | 'over' {
  if (isProven(judged)) return 'over';
  const isOver = judged.of === 0 ? looksOver : judged.over * 2 > judged.of;
  return isOver ? 'chance' : 'within';
}

const isMeasured = (side: SideMinute, percentile: Percentile): boolean =>
  side.latencyMs[percentile] !== undefined && side.requests >= requestsFor(percentile);

const latencyOf = (side: SideMinute, percentile: Percentile): number => side.latencyMs[percentile] ?? 0;

/** The mean of the minutes' percentiles, weighed by their requests; it lies where the whole window's percentile must lie, between the least and the greatest. */
function meanOf(minutes: readonly EdgeMinute[], side: 'blue' | 'green', percentile: Percentile): number | undefined {
  let weighted = 0;
  let requests = 0;
  for (const minute of minutes) {
    const latencyMs = minute[side].latencyMs[percentile];
    if (latencyMs === undefined) continue;
    const weight = Math.max(1, minute[side].requests);
    weighted += latencyMs * weight;
    requests += weight;
  }
  return requests === 0 ? undefined : weighted / requests;
}

const unpublished = (percentile: Percentile): Verdict =>
  wait(`no response time of green was published in the window, so its p${percentile} is not known`);

const minutesOf = ({ over, of }: Tally): string => `${over} of ${of} minutes`;

const notProven = (judged: Tally, percentile: Percentile): string =>
  judged.of === 0
    ? `no minute had the ${requestsFor(percentile)} requests that a p${percentile} is told by, so it is waited for`
    : `it was over in ${minutesOf(judged)}, which may be chance (${chanceWords(chanceOfMinutes(judged.over, judged.of))})`;
