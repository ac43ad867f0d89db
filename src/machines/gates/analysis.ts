import type { Analysis, LatencyLimits } from '../../plan/model.ts';
import { all, fail, pass, wait, type Verdict } from '../../plan/verdict.ts';
import type { EdgeMinute, SideMinute } from '../readings.ts';
import { type Comparison, withoutBlue } from './comparison.ts';
import { type Counted, chanceUnderLimit, chanceUnderRatio, REQUESTS_LEVEL } from './significance.ts';
import { latencyVerdicts } from './latency.ts';
import { chanceWords, percentWords } from './words.ts';

/** What the plan's state makes of an analysis. */
export interface AnalysisUse {
  /**
   * `step`: a bake or the soak ends on it, so too few requests are waited for. `watch`: nobody chose this state for its traffic,
   * and no person could force it on; here it says too few and lets pass, but a failure is one as ever.
   */
  as: 'step' | 'watch';
  /** Whether blue is to have a share of the requests. Where it is to have none, there is nothing to compare with. */
  blueServes: boolean;
}

/**
 * Green's requests against the plan's limits, and against blue's in the same minutes.
 *
 * - Too few requests are neither good nor bad: `wait`.
 * - Over a limit, or over blue by the ratio, is `fail` only where chance does not explain it (`significance.ts`). Where it may, it is
 *   `wait`: more requests will tell.
 * - Over a limit while blue is over it too, and green is not proven worse, is `wait`: both sides degrade, and going back would
 *   mend nothing.
 * - Everything else is `pass`, with the numbers.
 */
export function analysisVerdict(limits: Analysis, minutes: readonly EdgeMinute[], use: AnalysisUse): Verdict {
  const green = countedOf(minutes, 'green');
  const blue = countedOf(minutes, 'blue');
  if (green.requests < limits.requestsMin) {
    const words = `green has served ${green.requests} requests in ${minutesWords(minutes.length)}`;
    return use.as === 'step'
      ? wait(`${words}, and ${limits.requestsMin} are needed to judge it (spec.gates.analysis.requests.min)`)
      : pass(`${words}: too few to judge, and nothing waits for more here`);
  }
  const comparison: Comparison = { green, blue, blueServes: use.blueServes, requestsMin: limits.requestsMin };
  return all(
    [
      ...errorVerdicts(limits.errorRate, comparison),
      ...limits.latencies.flatMap((latency: LatencyLimits) => latencyVerdicts(latency, minutes, comparison)),
    ],
    pass('the plan limits nothing'),
  );
}

function errorVerdicts(limits: Analysis['errorRate'], comparison: Comparison): Verdict[] {
  if (limits === null) return [];
  return [
    ...(limits.max === null ? [] : [errorLimitVerdict(limits.max, comparison)]),
    ...(limits.maxVsBlue === null ? [] : [errorRatioVerdict(limits.maxVsBlue, comparison)]),
  ];
}

function errorLimitVerdict(max: number, { green, blue, requestsMin }: Comparison): Verdict {
  const words = `green failed ${errorWords(green)}, at most ${percentWords(max)} may`;
  if (rateOf(green) <= max) return pass(words);
  const chance = chanceUnderLimit(green, max);
  if (chance >= REQUESTS_LEVEL)
    return wait(`${words}; it may be chance (${chanceWords(chance)}): more requests will tell`);
  const isBlueOver = blue.requests >= requestsMin && rateOf(blue) > max;
  return isBlueOver && chanceUnderRatio(green, blue, 1) >= REQUESTS_LEVEL
    ? wait(
        `${words}, but blue failed ${errorWords(blue)} in the same minutes: both sides degrade, and going back would mend nothing`,
      )
    : fail(`${words} (${chanceWords(chance)}); blue failed ${errorWords(blue)} in the same minutes`);
}

function errorRatioVerdict(times: number, { green, blue, blueServes }: Comparison): Verdict {
  if (blue.requests === 0) return withoutBlue(`green failed ${errorWords(green)}`, blueServes);
  const words = `green failed ${errorWords(green)}, blue ${errorWords(blue)}, at most ${times} times blue's share may`;
  if (rateOf(green) <= times * rateOf(blue)) return pass(words);
  const chance = chanceUnderRatio(green, blue, times);
  return chance < REQUESTS_LEVEL
    ? fail(`${words} (${chanceWords(chance)})`)
    : wait(`${words}; it may be chance (${chanceWords(chance)}): more requests will tell`);
}

function countedOf(minutes: readonly EdgeMinute[], side: 'blue' | 'green'): Counted {
  const sum = (what: (minute: SideMinute) => number) =>
    minutes.reduce((total, minute) => total + what(minute[side]), 0);
  return { requests: sum(({ requests }) => requests), errors: sum(({ errors }) => errors) };
}

const rateOf = ({ errors, requests }: Counted): number => (requests === 0 ? 0 : errors / requests);

const errorWords = (counted: Counted): string =>
  `${counted.errors} of ${counted.requests} requests (${percentWords(rateOf(counted))})`;

const minutesWords = (count: number): string => (count === 1 ? '1 minute' : `${count} minutes`);
