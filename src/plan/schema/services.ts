import { z } from 'zod';
import { choice, section } from './building.ts';
import { ECS_NAME } from './names.ts';

const service = section({
  cutover: choice(['parallel'], {
    exclusive: '(one side stops before the other starts)',
    manual: '(a person cuts over)',
  })
    .default('parallel')
    .describe('How the service changes sides. Default parallel: both sides run at once.'),
});

export const services = z
  .record(
    z.string().regex(ECS_NAME, 'is no name of an ECS service: letters, digits, "-" and "_"'),
    service.prefault({}),
  )
  .default({})
  .describe(
    'Services with settings of their own. Empty takes every service of the closed subgraph; a list, with the entries, is the whole set that may move, and a called service that is not in it is refused.',
  );
