import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { LimitTable } from '../lab/wire/limits/table.ts';
import { limitsOf } from '../test/witness/botocore/modelLimits.ts';
import { limitScopes } from '../test/witness/botocore/servedLimits.ts';
import { readServiceModel } from '../test/witness/botocore/serviceModels.ts';

/**
 * Writes the lab's tables of limits from the service models of the installed botocore: what they say of the operations that the
 * lab serves. A model may be older than a table was; so look at what changed before it is kept.
 */
for (const [service, scope] of await limitScopes()) {
  const table = limitsOf(readServiceModel(service), scope);
  const path = `lab/wire/limits/${service}.json`;
  writeFileSync(path, `{${section('shapes', table)},${section('structures', table)}}`);
  const { status } = spawnSync('biome', ['format', '--write', path], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${path} could not be formatted`);
  const sizes = `${Object.keys(table.shapes).length} shapes, ${Object.keys(table.structures).length} structures`;
  process.stdout.write(`${path}: ${sizes}\n`);
}

/** One entry a line, as far as it fits. */
function section(name: keyof LimitTable, table: LimitTable): string {
  const entries = Object.entries(table[name]).map(
    ([key, limits]) => `\n${JSON.stringify(key)}: ${JSON.stringify(limits)}`,
  );
  return `\n${JSON.stringify(name)}: {${entries.join(',')}}`;
}
