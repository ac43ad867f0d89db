import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { findWitness, WITNESS_NAMES } from '../test/witness/witnesses.ts';

/**
 * Everything: what `npm test` runs and what is too slow for it. Ends with 1 where a step fails, after running all.
 *
 * `--after-test`: straight after an `npm test` on the same tree, whose tiers are not run twice.
 */
const { values } = parseArgs({ options: { 'after-test': { type: 'boolean', default: false } } });
const tiers = values['after-test'] ? ['exhaustive', 'full', 'witness'].flatMap((tier) => ['--project', tier]) : [];

const STEPS: { name: string; command: string; arguments: string[] }[] = [
  { name: 'types', command: 'tsc', arguments: ['--noEmit'] },
  { name: 'lint', command: 'oxlint', arguments: ['--type-aware'] },
  { name: 'format', command: 'biome', arguments: ['format', '.'] },
  { name: 'dead code', command: 'knip', arguments: [] },
  { name: 'advisories', command: process.execPath, arguments: ['tools/audit.ts'] },
  { name: 'bundle', command: process.execPath, arguments: ['tools/bundle.ts'] },
  { name: 'tests', command: 'vitest', arguments: ['run', ...tiers] },
];

const failed: string[] = [];
for (const step of STEPS) {
  const startedAt = performance.now();
  process.stdout.write(`\n== ${step.name}\n`);
  const { status, error } = spawnSync(step.command, step.arguments, { stdio: 'inherit' });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (error !== undefined) process.stderr.write(`${step.command}: ${error.message}\n`);
  process.stdout.write(`== ${step.name}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s\n`);
  if (status !== 0) failed.push(step.name);
}
process.stdout.write('\n');
for (const witness of WITNESS_NAMES.map(findWitness)) {
  process.stdout.write(
    witness.kind === 'installed'
      ? `Witness ${witness.name}: ${witness.version}\n`
      : `Witness ${witness.name}: SKIPPED, since ${witness.why}\n`,
  );
}
if (values['after-test']) process.stdout.write('Skipped: the unit and quick tiers, which npm test has run before.\n');
process.stdout.write(`check: ${STEPS.length - failed.length} passed, ${failed.length} failed\n`);
if (failed.length > 0) {
  process.stderr.write(`failed: ${failed.join(', ')}\n`);
  process.exit(1);
}
