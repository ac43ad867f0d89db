import { expect, test } from 'vitest';
import { exposed } from './exposed.ts';
import { namesIn, rowsOf, section } from './page.ts';

const inOrder = (names: readonly string[]): string => names.toSorted().join(' ');

test('docs/observability.md has each metric that is exposed, with its kind and its labels, and no other', async () => {
  const rows = rowsOf(section('Metrics')).map(([name, kind = '', labels]) => [
    ...namesIn(name),
    kind,
    inOrder(namesIn(labels)),
  ]);
  const real = [...(await exposed())].map(([name, { kind, labels }]) => [name, kind, inOrder(labels)]);
  expect(real.length).toBeGreaterThan(15);
  expect(rows.map(String).toSorted()).toEqual(real.map(String).toSorted());
});
