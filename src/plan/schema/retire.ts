import { z } from 'zod';
import { section } from './building.ts';
import { HOUR_MS, longDuration } from './durations.ts';

export const retire = section({
  soak: longDuration
    .default(24 * HOUR_MS)
    .describe('How long blue stays at full count after the last bake. Default 24h.'),
  mesh: z.enum(['delete', 'keep']).default('keep').describe('What becomes of the App Mesh resources. Default keep.'),
  evidence: z
    .enum(['metrics', 'callGraph'])
    .default('metrics')
    .describe(
      'What must show that nobody calls blue any more: published metrics, or a recorded consent to believe the call graph. Default metrics.',
    ),
  registries: z
    .enum(['handOver', 'leave'])
    .default('handOver')
    .describe(
      "What becomes of blue's names in Cloud Map: green's tasks register there before blue leaves, or callers by DNS are left with nothing. Default handOver.",
    ),
}).prefault({});
