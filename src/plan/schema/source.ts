import { z } from 'zod';
import { choice, notYet, section } from './building.ts';
import { ECS_NAME } from './names.ts';

/** Where blue is, and what is known of it. */
export const source = section({
  cluster: z
    .string()
    .regex(ECS_NAME, 'must be the name of an ECS cluster (not its ARN): letters, digits, "-" and "_"')
    .describe('Name of the ECS cluster.'),
  mesh: z
    .string()
    .regex(ECS_NAME, 'must be the name of an App Mesh mesh: letters, digits, "-" and "_"')
    .describe('Name of the App Mesh mesh.'),
  export: notYet('a saved export as a source; the live APIs are read'),
  onSourceChange: choice(['pause', 'follow', 'ignore'], {})
    .default('pause')
    .describe(
      "What happens when blue's task definition changes under the plan: forward steps wait, green gets the same change, or it is told and passed over. Default pause.",
    ),
});
