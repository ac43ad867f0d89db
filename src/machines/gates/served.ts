import { pass, wait, type Verdict } from '../../plan/verdict.ts';
import type { EdgeMinute } from '../readings.ts';
import { chanceOfAtLeast, chanceOfAtMost } from './binomial.ts';
import { percentWords } from './words.ts';

/** Below this even a weight of a half says nothing. */
const REQUESTS_MIN = 50;

/**
 * What the share may be off besides chance: nodes of the load balancer that count for themselves, requests that a minute's border
 * cuts off, a weight that came into force a moment later at one node.
 */
const SLACK = 0.02;

/** It is looked at every minute of a bake, and a share that is right must not be called wrong in any of them. */
const LEVEL = 0.0001;

/**
 * Whether the load balancer serves what was written and read back. The tolerance fits the sample: a share is called wrong where so few
 * (or so many) of green's requests would come about by chance in one of ten thousand looks, were each request sent by itself at a
 * weight 2 points off the wanted one (an exact binomial bound). A load balancer that deals by turns varies less than that.
 *
 * @param wantPercent green's weight as it was read back.
 * @param isSticky clients stay with a target group by cookie, whatever the weights say (row L12).
 */
export function servedVerdict(
  minutes: readonly EdgeMinute[],
  { wantPercent, isSticky }: { wantPercent: number; isSticky: boolean },
): Verdict {
  const green = minutes.reduce((sum, minute) => sum + minute.green.requests, 0);
  const requests = minutes.reduce((sum, minute) => sum + minute.blue.requests, green);
  const words = `green was asked ${green} of ${requests} requests since the weight was read back`;
  if (requests < REQUESTS_MIN) return pass(`${words}: too few to tell its share`);
  const share = `${words}: ${percentWords(green / requests)} of a wanted ${wantPercent} %`;
  if (isSticky) return pass(`${share}; for information only, since clients stay with their target group by cookie`);
  const want = wantPercent / 100;
  const isLow = chanceOfAtMost(green, requests, Math.max(0, want - SLACK)) < LEVEL;
  const isHigh = chanceOfAtLeast(green, requests, Math.min(1, want + SLACK)) < LEVEL;
  if (!isLow && !isHigh) return pass(share);
  return wait(
    `${share}. The weight is written and was read back, but it is not what is served: another rule or listener sends to the same ` +
      'target group, or clients are kept where they were',
  );
}
