import { z } from 'zod';
import { manifestSchema } from './schema.ts';

/** The JSON Schema of a plan file, for editors. What only the parser can say (weights that rise) is not in it. */
export const planJsonSchema = (): Record<string, unknown> => ({
  ...z.toJSONSchema(manifestSchema, { io: 'input', unrepresentable: 'any' }),
  title: 'MigrationPlan',
});
