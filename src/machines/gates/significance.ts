import { chanceOfAtLeast } from './binomial.ts';

/**
 * When a difference is taken for more than chance. All three tests are exact for small samples, none supposes a bell curve, and
 * each asks one side only: is green worse than it may be?
 *
 * The levels are what one look may be wrong at the very edge of what is allowed; a green that is as good as blue is far from that
 * edge. They are not corrected for looking once a minute, so a bake of hours at the edge will be wrong at some time: that is what the
 * distance between the limits and what the service normally does is for.
 */
export interface Counted {
  requests: number;
  errors: number;
}

/** A wrong rollback costs a migration, a missed one is caught by the next minute's data. */
export const REQUESTS_LEVEL = 0.01;
/** Minutes are few: five that agree have a chance of 1 in 32, and no five can have less. */
export const MINUTES_LEVEL = 0.05;

/**
 * The exact binomial test (Clopper and Pearson 1934): the chance of so many errors or more, were the true rate `max`.
 */
export const chanceUnderLimit = ({ errors, requests }: Counted, max: number): number =>
  chanceOfAtLeast(errors, requests, max);

/**
 * The chance that green has so many of both sides' errors or more, were its true rate `times` blue's. The conditional test of
 * Przyborowski and Wilenski (1940) for the ratio of two rates: given the errors of both sides together, green's are binomial, with
 * green's share of the requests, weighted by `times`, as the chance of each.
 *
 * Fisher's exact test answers the same for `times` 1 alone, and for other multiples only in odds. Errors that are counted as
 * events, and not as a share of fixed requests, vary a little more than they do, so this one errs towards finding no difference.
 */
export function chanceUnderRatio(green: Counted, blue: Counted, times: number): number {
  const weighted = green.requests * times;
  if (weighted + blue.requests === 0) return 1;
  return chanceOfAtLeast(green.errors, green.errors + blue.errors, weighted / (weighted + blue.requests));
}

/**
 * The sign test: the chance that in so many of the minutes green is over, were it over in half of them. CloudWatch gives a
 * percentile of a minute and no distribution, so neither a percentile's own confidence bound nor a rank test of the requests can be
 * had; a minute's percentile is one observation, and only on which side of the line it lies is used. Minutes that follow each other
 * are not quite independent: that is why every limit has a floor besides.
 */
export const chanceOfMinutes = (over: number, minutes: number): number => chanceOfAtLeast(over, minutes, 0.5);
