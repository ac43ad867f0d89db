import { rm } from 'node:fs/promises';
import { build, type BuildOptions } from 'esbuild';
import { PROGRAMS } from '../lab/dataplane/programs.ts';

/**
 * Bundles what is shipped: Node does not strip types inside `node_modules`, and an image should not carry what it does not
 * run. One file for the command line, split where it loads lazily, and one for each program of the lab's data plane.
 */
const outdir = 'dist';
await rm(outdir, { recursive: true, force: true });
const common = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  // The SDK's packages in their ESM form: only what is used of them is carried, and lazy imports keep their named exports.
  mainFields: ['module', 'main'],
  format: 'esm',
  outdir,
  logLevel: 'warning',
  sourcemap: 'linked',
  // Packages in CommonJS ask for `require`; dynalite's store is a native module and stays outside.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
  },
  external: ['dynalite', 'classic-level'],
} satisfies BuildOptions;
await build({ ...common, entryPoints: { meshlift: 'src/cli/main.ts' }, splitting: true });
await build({ ...common, entryPoints: PROGRAMS, external: [] });
process.stdout.write(`bundled into ${outdir}/\n`);
