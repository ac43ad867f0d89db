/**
 * The chance that of `trials` independent trials, each of which succeeds with `chance`, at least `successes` succeed. Summed from
 * the nearest term outwards until nothing is added any more; good to about nine digits.
 */
export function chanceOfAtLeast(successes: number, trials: number, chance: number): number {
  if (successes <= 0) return 1;
  if (successes > trials || chance <= 0) return 0;
  if (chance >= 1) return 1;
  // From beyond the middle the terms only fall; on its near side the other tail is the one that can be summed.
  return successes > trials * chance
    ? outerTail(successes, trials, chance)
    : Math.max(0, 1 - outerTail(trials - successes + 1, trials, 1 - chance));
}

/** The chance that at most `successes` succeed. */
export const chanceOfAtMost = (successes: number, trials: number, chance: number): number =>
  chanceOfAtLeast(trials - successes, trials, 1 - chance);

const NEGLIGIBLE = 1e-14;

function outerTail(successes: number, trials: number, chance: number): number {
  const odds = chance / (1 - chance);
  let term = Math.exp(
    logFactorial(trials) -
      logFactorial(successes) -
      logFactorial(trials - successes) +
      successes * Math.log(chance) +
      (trials - successes) * Math.log1p(-chance),
  );
  let sum = 0;
  for (let count = successes; count <= trials && term > sum * NEGLIGIBLE; count += 1) {
    sum += term;
    term *= ((trials - count) / (count + 1)) * odds;
  }
  return Math.min(1, sum);
}

const EXACT_MAX = 20;

/** Stirling's series; below {@link EXACT_MAX}, where that is not good enough, the product itself. */
function logFactorial(number: number): number {
  if (number < EXACT_MAX) {
    let product = 1;
    for (let factor = 2; factor <= number; factor += 1) product *= factor;
    return Math.log(product);
  }
  const correction = 1 / (12 * number) - 1 / (360 * number ** 3);
  return number * Math.log(number) - number + Math.log(2 * Math.PI * number) / 2 + correction;
}
