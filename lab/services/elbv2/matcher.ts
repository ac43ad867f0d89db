import { validationError } from './errors.ts';

/** Whether a status of HTTP, or a code of gRPC, is among `200`, `200,202` or `200-299`. */
export function matchesCode(matcher: string, code: number): boolean {
  return parse(matcher).some(([low, high]) => code >= low && code <= high);
}

/** Refuses what is no list of codes and ranges, or lies outside 200 to 499. */
export function checkMatcher(matcher: string): void {
  if (!areWithin(matcher, 200, 499)) {
    throw validationError(`Health check matcher HTTP code '${matcher}' must be within '200-499'`);
  }
}

/** The same for gRPC, from 0 to 99 (row L35). */
export function checkGrpcMatcher(matcher: string): void {
  if (!areWithin(matcher, 0, 99)) {
    throw validationError(`Health check matcher GRPC code '${matcher}' must be within '0-99'`);
  }
}

function areWithin(matcher: string, min: number, max: number): boolean {
  return parse(matcher).every(([low, high]) => low >= min && high <= max && low <= high);
}

function parse(matcher: string): [number, number][] {
  return matcher.split(',').map((part) => {
    const [low = '', high = low] = part.trim().split('-');
    return [Number(low), Number(high)];
  });
}
