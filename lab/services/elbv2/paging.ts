import { indexIn, markerAt } from '../marker.ts';
import { checkRange, validationError } from './errors.ts';

/** `PageSize` and `Marker` of the Describe operations. The marker is opaque to the caller; PageSize is 1 to 400 (row L15). */
export function page<T>(
  items: T[],
  input: { Marker?: string | undefined; PageSize?: number | undefined },
  defaultSize = 400,
): { items: T[]; marker: { NextMarker?: string } } {
  checkRange('PageSize', input.PageSize, 1, 400);
  const size = input.PageSize ?? defaultSize;
  const start = input.Marker === undefined ? 0 : decodeMarker(input.Marker);
  const end = start + size;
  return { items: items.slice(start, end), marker: end < items.length ? { NextMarker: markerAt(end) } : {} };
}

function decodeMarker(marker: string): number {
  const start = indexIn(marker);
  if (start === undefined) throw validationError(`'${marker}' is not a valid marker`);
  return start;
}
