import { pass, wait, type Verdict } from '../../plan/verdict.ts';
import { type Counted, chanceUnderLimit, REQUESTS_LEVEL } from './significance.ts';
import { chanceWords, percentWords } from './words.ts';

/**
 * A green service behind the edge, by what its clients counted over Service Connect. It never fails: App Mesh publishes nothing of
 * blue's like, so nobody can tell a bad green from a bad day of both sides, and what users see of it is judged at the edge. It is held
 * instead, until it falls or a person says what it is. Few calls, or none, hold nothing: that they reach green at all is the
 * call graph's gate.
 */
export function insideVerdict(answers: Counted, max: number, requestsMin: number): Verdict {
  const { requests, errors } = answers;
  if (requests < requestsMin) return pass(`its clients counted ${requests} answers: too few to judge`);
  const words = `its clients counted ${errors} errors in ${requests} answers (${percentWords(errors / requests)}), at most ${percentWords(max)} may`;
  if (errors / requests <= max) return pass(words);
  const chance = chanceUnderLimit(answers, max);
  return chance >= REQUESTS_LEVEL
    ? wait(`${words}; it may be chance (${chanceWords(chance)}): more requests will tell`)
    : wait(
        `${words} (${chanceWords(chance)}); blue publishes nothing to compare it with, so the step is held and nothing is taken back: ` +
          'look at the service, or abort',
      );
}
