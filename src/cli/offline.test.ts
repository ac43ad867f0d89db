import { describe, expect, test } from 'vitest';
import { planJsonSchema } from '../plan/jsonSchema.ts';
import { testCli } from './testing.ts';

/** Verbs that need no table: what is asked of this endpoint fails. */
const cli = testCli({ endpointUrl: 'http://127.0.0.1:1' });

describe('schema', () => {
  test('is the JSON Schema of a plan, and nothing else', async () => {
    const { exitCode, out, err } = await cli.run('schema');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    const printed = JSON.parse(out) as Record<string, unknown>;
    expect(printed).toEqual(planJsonSchema());
    expect(printed).toMatchObject({
      $schema: expect.stringContaining('json-schema.org') as string,
      title: 'MigrationPlan',
      required: expect.arrayContaining(['spec']) as string[],
      properties: { spec: { properties: { ramp: { description: expect.any(String) as string } } } },
    });
  });
});
