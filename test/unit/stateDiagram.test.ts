import { expect, test } from 'vitest';
import { machinePage } from '../../tools/machinePage.ts';

test('docs/machine.md is what the machine is', async () => {
  await expect(machinePage()).toMatchFileSnapshot('../../docs/machine.md');
});
