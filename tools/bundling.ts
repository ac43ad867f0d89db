import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { PROGRAMS } from '../lab/dataplane/programs.ts';
import { billOfMaterials, type LockedPackage } from './billOfMaterials.ts';
import { bundleOptions } from './bundleOptions.ts';

/** What the bundle is made of, in its folder. */
export const BILL_OF_MATERIALS = 'meshlift.cdx.json';

/**
 * Bundles what is shipped: Node does not strip types inside `node_modules`, and an image should not carry what it does not
 * run. One file for the command line, split where it loads lazily, one for each program of the lab's data plane, and the list of the
 * packages that are in them.
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
    metafile: true,
    plugins: [...bundleOptions.plugins, ...changes],
  } satisfies BuildOptions;
  const built = [
    await build({ ...common, entryPoints: { meshlift: 'src/cli/main.ts' }, splitting: true }),
    await build({ ...common, entryPoints: PROGRAMS, external: [] }),
  ];
  // Of what was read, what is in a file that was written.
  const files = built.flatMap(({ metafile }) =>
    Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)),
  );
  const product = (await read('package.json')) as { name: string; version: string; license: string };
  const { packages } = (await read('package-lock.json')) as { packages: Record<string, LockedPackage> };
  const bill = billOfMaterials(product, files, packages);
  await writeFile(join(outdir, BILL_OF_MATERIALS), `${JSON.stringify(bill, undefined, 2)}\n`);
}

const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(name, 'utf8'));
