import { readFileSync, writeFileSync } from 'node:fs';
import { DASHBOARD_PATH, policyFiles, TEMPLATE_PATH } from './policyFiles.ts';

/** Writes the policies that are made from what the code declares. Ends with an error where code and policies do not agree. */
const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const files = policyFiles(read(TEMPLATE_PATH), read(DASHBOARD_PATH));
for (const [path, text] of Object.entries(files)) writeFileSync(new URL(path, root), text);
process.stdout.write(`written: ${Object.keys(files).join(', ')}\n`);
