import { AwsError } from '../../errors.ts';
import { indexIn, markerAt } from '../marker.ts';

const PAGE_DEFAULT = 100;

/** `MaxItems` (default 100) and `Marker` of the List operations. The marker is opaque to the caller. */
export function page<T>(
  items: readonly T[],
  input: { MaxItems?: number | undefined; Marker?: string | undefined },
): { items: T[]; more: { IsTruncated: boolean; Marker?: string } } {
  const size = input.MaxItems ?? PAGE_DEFAULT;
  const start = input.Marker === undefined ? 0 : startOf(input.Marker);
  const end = start + size;
  const more = end < items.length ? { IsTruncated: true, Marker: markerAt(end) } : { IsTruncated: false };
  return { items: items.slice(start, end), more };
}

function startOf(marker: string): number {
  const start = indexIn(marker);
  if (start === undefined) throw new AwsError('InvalidInputException', `Invalid Marker: ${marker}`);
  return start;
}
