import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { TRAITS, type TableTraits, type Trait } from '../../src/state/contract/traits.ts';

test('docs/state.md says where a stand-in is not DynamoDB as the contract says it', async () => {
  const page = await readFile(new URL('../../docs/state.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf('## Where a stand-in'), page.indexOf('What no test of the suite'));
  const rows = [...section.matchAll(/^\| (.*) \|$/gm)].map((match) => (match[1] ?? '').split(' | '));
  const [, , ...names] = rows[0] ?? [];
  const tables: readonly TableTraits[] = Object.values(TRAITS);
  expect(names).toEqual(tables.map(({ name }) => name));
  const traits: Trait[] = ['paths', 'wholeMaps', 'itemLimit', 'utf8', 'timeToLive'];
  const told = rows.slice(1).map(([, , ...cells]) => cells);
  expect(told).toEqual(traits.map((trait) => tables.map(({ lacks }) => lacks[trait] ?? 'yes')));
  for (const { care } of tables) if (care !== undefined) expect(page).toContain(care);
});
