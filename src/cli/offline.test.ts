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

/** What a refusal says; nothing is printed beside it. */
async function refusalOf(line: string, stdin?: string): Promise<string> {
  const { exitCode, out, err } = await cli.run(line, stdin);
  expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
  return err;
}

describe('transform task-definition', () => {
  const size = { cpu: '512', memory: '1024' };
  const task = {
    family: 'web',
    ...size,
    containerDefinitions: [{ name: 'web', portMappings: [{ containerPort: 8080 }] }],
  };

  test('standard output is the input for RegisterTaskDefinition alone', async () => {
    const { exitCode, out, err } = await cli.run(
      'transform task-definition --port http=8080/http --family web-green',
      JSON.stringify(task),
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toEqual({
      family: 'web-green',
      ...size,
      containerDefinitions: [
        { name: 'web', portMappings: [{ containerPort: 8080, name: 'http', appProtocol: 'http' }] },
      ],
      tags: [],
    });
    expect(err).toContain('family web → web-green');
  });

  test('what cannot be read or used is an error, and nothing is printed', async () => {
    expect(await refusalOf('transform task-definition -f none.json')).toMatch(/^Error: cannot read none.json/);
    expect(await refusalOf('transform task-definition ', '{')).toMatch(/^Error: <stdin>, line 1/);
    expect(await refusalOf('transform task-definition --family web', JSON.stringify(task))).toContain(
      "--family web is blue's own",
    );
    expect(await refusalOf('transform task-definition --port 8080', JSON.stringify(task))).toContain(
      'It must be NAME=PORT',
    );
    expect(await refusalOf('transform task-definition --port a=1 --port b=1', JSON.stringify(task))).toContain(
      'was given already',
    );
  });
});
