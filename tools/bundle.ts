import { bundleInto } from './bundling.ts';

const outdir = 'dist';
await bundleInto(outdir);
process.stdout.write(`bundled into ${outdir}/\n`);
