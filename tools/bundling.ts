import { rm } from 'node:fs/promises';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { PROGRAMS } from '../lab/dataplane/programs.ts';
import { bundleOptions } from './bundleOptions.ts';

/**
 * Bundles what is shipped: Node does not strip types inside `node_modules`, and an image should not carry what it does not
 * run. One file for the command line, split where it loads lazily, and one for each program of the lab's data plane.
 *
 * @param outdir emptied before
 * @param changes what is to be otherwise than in the sources; for tests. Default nothing
 */
export async function bundleInto(outdir: string, changes: readonly Plugin[] = []): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  const common = {
    ...bundleOptions,
    outdir,
    sourcemap: 'linked',
    plugins: [...bundleOptions.plugins, ...changes],
  } satisfies BuildOptions;
  await build({ ...common, entryPoints: { meshlift: 'src/cli/main.ts' }, splitting: true });
  await build({ ...common, entryPoints: PROGRAMS, external: [] });
}
