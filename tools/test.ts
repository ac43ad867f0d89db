import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

/** The quick tier: what a newcomer runs. Says at the end what it left to `npm run check`. Arguments go to vitest. */
const { status } = spawnSync('vitest', ['run', '--project', 'unit', '--project', 'quick', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
const skipped = globSync(['exhaustive', 'full', 'witness'].map((tier) => `test/${tier}/**/*.test.ts`)).toSorted();
process.stdout.write(
  `Skipped: ${skipped.length} files of the exhaustive and the full tier and of the witnesses (${skipped.join(', ')}), types, lint, format, dead code and the bundle. npm run check runs all of it.\n`,
);
process.exit(status ?? 1);
