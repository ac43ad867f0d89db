import { writeFileSync } from 'node:fs';
import { findingsPage } from './findingsPage.ts';
import { labPage } from './labPage/labPage.ts';
import { machinePage } from './machinePage.ts';

/** Writes the pages that are made, not written. Ends with an error that says what is wrong where one of them cannot be made. */
const root = new URL('../', import.meta.url);
const PAGES = {
  'docs/findings.md': findingsPage(),
  'docs/lab.md': await labPage(root),
  'docs/machine.md': machinePage(),
};
for (const [path, text] of Object.entries(PAGES)) writeFileSync(new URL(path, root), text);
process.stdout.write(`written: ${Object.keys(PAGES).join(', ')}\n`);
