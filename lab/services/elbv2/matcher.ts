import { validationError } from './errors.ts';

/** Whether a status is among `200`, `200,202` or `200-299`. */
export function matchesStatus(matcher: string, status: number): boolean {
  return parse(matcher).some(([low, high]) => status >= low && status <= high);
}

/** Refuses what is no list of codes and ranges, or lies outside 200 to 499. */
export function checkMatcher(matcher: string): void {
  const ranges = parse(matcher);
  if (ranges.length === 0 || ranges.some(([low, high]) => !(low >= 200 && high <= 499 && low <= high))) {
    throw validationError(`Health check matcher HTTP code '${matcher}' must be within '200-499'`);
  }
}

function parse(matcher: string): [number, number][] {
  return matcher.split(',').map((part) => {
    const [low = '', high = low] = part.trim().split('-');
    return [Number(low), Number(high)];
  });
}
