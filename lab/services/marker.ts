/** Where the next page begins, in a form that means nothing to the caller. */
export function markerAt(place: number | string): string {
  return btoa(`from:${place}`);
}

/** The place that {@link markerAt} was given; `undefined` for what it has not made. */
export function placeIn(marker: string): string | undefined {
  const isBase64 = marker.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(marker);
  return isBase64 ? /^from:(.+)$/.exec(atob(marker))?.[1] : undefined;
}

/** The same where places are numbers. */
export function indexIn(marker: string): number | undefined {
  const place = placeIn(marker) ?? '';
  return /^\d+$/.test(place) ? Number(place) : undefined;
}
