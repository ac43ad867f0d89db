import { expect, test } from 'vitest';
import { indexIn, markerAt, placeIn } from './marker.ts';

test.each([7, '/ecs/shop'])('a marker leads back to %s, and does not show it', (place) => {
  const marker = markerAt(place);
  expect(marker).not.toContain(String(place));
  expect(placeIn(marker)).toBe(String(place));
});

test('an index is a number and nothing else', () => {
  expect(indexIn(markerAt(7))).toBe(7);
  expect(indexIn(markerAt('/ecs/shop'))).toBeUndefined();
});

test.each(['', '7', 'from:7', '!!!!', 'AAAA', btoa('from:')])('%j is no marker', (text) => {
  expect(placeIn(text)).toBeUndefined();
  expect(indexIn(text)).toBeUndefined();
});
