import type { PlanSpec } from '../../plan/model.ts';
import { pass, wait, type Verdict } from '../../plan/verdict.ts';
import type { Breach } from '../facts.ts';
import type { ServiceHealth } from '../readings.ts';
import { type Growth, growthRemedy, growthWords } from './growth.ts';
import { WAIVED } from './waived.ts';

/** What blue answered at the edge lately. */
export interface BlueAnswers {
  requests: number;
  errors: number;
}

/** Of fewer requests than this a rate of errors says nothing. */
const REQUESTS_MIN = 50;

/** How much of the way back is left: how much of all traffic blue could carry now. */
export interface Viability {
  /** 0 to 100, rounded down. */
  percent: number;
  /** `frontend 2/2, user-api 1/2`: healthy of what all traffic needs. */
  words: string;
  /** What is done, or to be done, about a blue that lacks tasks because load has grown; absent where it lacks none for that. */
  remedy?: string;
}

/**
 * How much of all traffic blue could carry now: the least of its services, since a request needs every one that it comes through, and
 * of that the part that blue answers without an error of its own.
 *
 * @param needed how many tasks of each service all traffic needs
 * @param answers `undefined` where they could not be read, which takes nothing away: tasks and targets were read by themselves
 * @param growth of the services whose load has grown since they were recorded; `needed` counts it already
 */
export function blueViability(
  services: readonly ServiceHealth[],
  needed: ReadonlyMap<string, number>,
  answers: BlueAnswers | undefined,
  growth: readonly Growth[] = [],
): Viability {
  const parts = services.map((one) => ({ ...one, needed: needed.get(one.service) ?? one.desired }));
  const least = parts.reduce((found, one) => (one.needed === 0 ? found : Math.min(found, one.healthy / one.needed)), 1);
  const isTelling = answers !== undefined && answers.requests >= REQUESTS_MIN;
  const answered = isTelling ? 1 - answers.errors / answers.requests : 1;
  const words = parts.map((one) => `${one.service} ${one.healthy}/${one.needed}`).join(', ');
  const errors =
    isTelling && answers.errors > 0 ? `; ${answers.errors} of its ${answers.requests} answers are errors` : '';
  const grown = growthWords(growth);
  const remedy = growthRemedy(growth);
  return {
    percent: Math.floor(Math.max(0, least * answered) * 100),
    words: `${words}${errors}${grown === undefined ? '' : `; ${grown}`}`,
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/**
 * Whether blue carries what the plan wants of the way back (`rollback.viability`). Below that forward steps wait, or, where the plan
 * says so, go on with less of a way back.
 */
export function viabilityVerdict(
  { percent, words, remedy = 'set its count back, or let it recover' }: Viability,
  { min, below }: PlanSpec['rollback']['viability'],
  strategy: PlanSpec['strategy'],
): Verdict {
  const could = `blue could carry ${percent} % of all traffic: ${words}`;
  if (percent >= min) return pass(could);
  switch (below) {
    case 'goForward':
      return pass(
        `${could}; less than ${min} %, and the plan goes on all the same (rollback.viability)${strategy === 'rescue' ? `: ${WAIVED}` : ''}`,
      );
    case 'rollBackNow':
    case 'hold':
      return wait(`${could}; the plan wants ${min} %: ${remedy}`);
  }
}

/** Where the plan would rather go back while blue can still take it than wait until it cannot. A blue that carries nothing is nowhere to go. */
export function fadingBlue(
  { percent, words }: Viability,
  { min, below }: PlanSpec['rollback']['viability'],
): Breach | undefined {
  if (below !== 'rollBackNow' || percent >= min || percent === 0) return undefined;
  return {
    reason: 'BlueFading',
    message: `blue could carry only ${percent} % of all traffic, less than ${min} %: ${words}`,
  };
}
