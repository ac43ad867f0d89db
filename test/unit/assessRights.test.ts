import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { WHOLE_INVENTORY_ACTIONS } from '../../src/aws/inventory/whole.ts';

test('docs/assess.md grants what reading AWS live needs, in a policy that can be pasted', async () => {
  const page = await readFile(new URL('../../docs/assess.md', import.meta.url), 'utf8');
  const [, policy = ''] = /^## Rights\n[\s\S]*?```json\n([\s\S]*?)```/m.exec(page) ?? [];
  const { Statement } = JSON.parse(policy) as { Statement: { Effect: string; Action: string[] }[] };
  expect(Statement.map((one) => one.Effect)).toEqual(['Allow']);
  expect(Statement.flatMap((one) => one.Action)).toEqual(WHOLE_INVENTORY_ACTIONS);
});
