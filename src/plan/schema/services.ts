import { z } from 'zod';
import { section } from './building.ts';
import { ECS_NAME } from './names.ts';

const service = section({
  cutover: z
    .enum(['parallel', 'exclusive', 'manual'])
    .default('parallel')
    .describe(
      'How the service changes sides. parallel: both run at once. exclusive: green has no task until all traffic is on green, then blue stops before green starts. manual: the same, after an approval. Default parallel.',
    ),
});

export const services = z
  .record(
    z.string().regex(ECS_NAME, 'is no name of an ECS service: letters, digits, "-" and "_"'),
    service.prefault({}),
  )
  .default({})
  .describe(
    'Services with settings of their own. One that is exclusive or manual moves whether it is called or not. Empty takes every service of the closed subgraph; a list, with the entries, is the whole set that may move, and a called service that is not in it is refused.',
  );
