import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readTerraformState, TERRAFORM_TYPES } from '../../../src/estate/sources/terraform/readTerraform.ts';
import { witness } from '../witnesses.ts';
import { installProvider, Terraform } from './terraform.ts';

const { title, skip } = witness('Terraform');
const provider = skip ? undefined : await installProvider();

type AttributeType = string | readonly [kind: string, of: AttributeType | Record<string, AttributeType>];

interface BlockSchema {
  attributes?: Record<string, { type: AttributeType }>;
  block_types?: Record<string, { nesting_mode: string; block: BlockSchema }>;
}

type Schemas = Record<string, { block: BlockSchema }>;

async function providerSchemas(): Promise<{ resource_schemas: Schemas; data_source_schemas: Schemas }> {
  if (provider?.kind !== 'installed') throw new Error('there is no provider');
  const terraform = await Terraform.begin(provider, {});
  try {
    const { stdout } = await promisify(execFile)('terraform', ['providers', 'schema', '-json'], {
      cwd: terraform.directory,
      env: { ...process.env, TF_DATA_DIR: provider.data, CHECKPOINT_DISABLE: '1' },
      maxBuffer: 200_000_000,
    });
    const found = JSON.parse(stdout) as {
      provider_schemas: Record<string, Awaited<ReturnType<typeof providerSchemas>>>;
    };
    const aws = Object.entries(found.provider_schemas).find(([name]) => name.endsWith('/aws'))?.[1];
    if (aws === undefined)
      throw new Error(`no provider for AWS among ${Object.keys(found.provider_schemas).join(', ')}`);
    return aws;
  } finally {
    await terraform.end();
    await provider.remove();
  }
}

/** A value that says something, of a type; numbers as texts, since some attributes keep a number so. */
function something(type: AttributeType, name: string): unknown {
  if (name === 'container_definitions') return '[]';
  if (name === 'task_definition') return 'user-api:7';
  if (typeof type === 'string') return { number: 7, bool: true }[type] ?? '7';
  const [kind, of] = type;
  if (kind === 'object') return eachOf(of as Record<string, AttributeType>);
  const item = something(of as AttributeType, '');
  return kind === 'map' ? { some: item } : [item];
}

const eachOf = (types: Record<string, AttributeType>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(types).map(([name, type]) => [name, something(type, name)]));

/** Every attribute and every block that a resource may have, at once. */
const everything = ({ attributes = {}, block_types: blocks = {} }: BlockSchema): Record<string, unknown> => ({
  ...Object.fromEntries(Object.entries(attributes).map(([name, { type }]) => [name, something(type, name)])),
  ...Object.fromEntries(
    Object.entries(blocks).map(([name, { nesting_mode: nesting, block }]) => [
      name,
      nesting === 'single' ? everything(block) : [everything(block)],
    ]),
  ),
});

describe.skipIf(provider?.kind !== 'installed')(`${title}: what the provider may store`, () => {
  test('is known to the reader, attribute by attribute', { timeout: 120_000 }, async () => {
    const schemas = await providerSchemas();
    const resources = (['managed', 'data'] as const).flatMap((mode) =>
      TERRAFORM_TYPES.flatMap((type) => {
        const schema = schemas[mode === 'managed' ? 'resource_schemas' : 'data_source_schemas'][type];
        if (schema === undefined) return [];
        return [{ mode, type, name: 'x', instances: [{ attributes: everything(schema.block) }] }];
      }),
    );
    const types = new Set(resources.map((resource) => resource.type));
    expect(TERRAFORM_TYPES.filter((type) => !types.has(type))).toEqual([]);
    const { unresolved } = readTerraformState(JSON.stringify({ version: 4, resources }), 'x.tfstate');
    expect(unresolved.map((one) => one.place)).toEqual([
      // In the provider's schema, and in nothing that it sends to App Mesh or reads from it.
      'aws_appmesh_route.x.spec[0].grpc_route[0].match[0].prefix',
      'data.aws_appmesh_route.x.spec[0].grpc_route[0].match[0].prefix',
      // A data source does not tell the whole of a service.
      'data.aws_ecs_service.x',
    ]);
  });
});
