import { expect, test } from 'vitest';
import { CATALOGUE } from '../../src/assess/catalogue.ts';
import { SERVICE_CONNECT_FACTS } from '../../src/assess/serviceConnectFacts.ts';
import { findingsPage } from '../../tools/findingsPage.ts';

test('docs/findings.md is what the catalogue, the fields and the facts are', async () => {
  await expect(findingsPage()).toMatchFileSnapshot('../../docs/findings.md');
});

test('it has every code and every fact', () => {
  const page = findingsPage();
  for (const code of Object.keys(CATALOGUE)) expect(page).toContain(`### ${code}\n`);
  for (const { says } of Object.values(SERVICE_CONNECT_FACTS)) expect(page).toContain(says);
});
