import { describe, expect, test } from 'vitest';
import { SourceError } from '../reading.ts';
import { readTerraformState } from './readTerraform.ts';

const MESH = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop';
const node = (name: string) => ({
  arn: `${MESH}/virtualNode/${name}`,
  name,
  mesh_name: 'shop',
  spec: [{ listener: [{ port_mapping: [{ port: 8080, protocol: 'http' }] }] }],
});
const stateOf = (...resources: object[]) => JSON.stringify({ version: 4, terraform_version: '1.11.4', resources });
const read = (text: string) => readTerraformState(text, 'infra.tfstate');

describe('what is no state that can be read is refused whole, with what to do', () => {
  const encrypted = { serial: 3, lineage: 'a', meta: {}, encrypted_data: 'c2VjcmV0', encryption_version: 'v0' };
  const stub = { version: 3, serial: 1, lineage: 'a', backend: { type: 's3', config: { bucket: 'states' } } };
  const old = { version: 3, terraform_version: '0.11.14', modules: [{ path: ['root'], resources: {} }] };
  test.each([
    ['an empty file', '', '', 'the file is empty'],
    ['a file that ends early', stateOf({ type: 'aws_lb' }).slice(0, -3), /^line 1, column \d+$/, 'ends before'],
    ['a list', '[]', '', 'no Terraform state'],
    ['something else in JSON', '{"Resources": {}}', '', 'neither a version with resources nor a format_version'],
    ['where the state is kept', JSON.stringify(stub), 'backend', 'terraform state pull > terraform.tfstate'],
    ['an encrypted state', JSON.stringify(encrypted), 'encrypted_data', 'tofu state pull > terraform.tfstate'],
    ['version 3', JSON.stringify(old), 'version', 'is of version 3'],
    ['version 5', '{"version": 5, "resources": []}', 'version', 'terraform show -json > state.json'],
    ['a plan', '{"format_version": "1.2", "planned_values": {}}', '', 'this is a plan and no state'],
    ['an empty state', '{"format_version": "1.0"}', '', 'this state is empty'],
    ['resources that are no list', '{"version": 4, "resources": {}}', 'resources', 'should be a list'],
    ['a resource without a type', stateOf({ name: 'a' }), 'resources[0]', 'should have a type'],
    ['a resource that is a text', '{"version": 4, "resources": ["a"]}', 'resources[0]', 'should be an object'],
  ])('%s', (_what, text, place, why) => {
    let caught: unknown;
    try {
      read(text);
    } catch (error) {
      caught = error;
    }
    if (!(caught instanceof SourceError)) throw new Error(`not a SourceError: ${String(caught)}`);
    expect(caught.where).toBe('infra.tfstate');
    expect(caught.place).toMatch(place instanceof RegExp ? place : new RegExp(`^${place.replace(/[[\]]/g, '\\$&')}$`));
    expect(caught.message).toContain(why);
  });

  test('the file that says where the state is kept says nothing of what is in it', () => {
    expect(() => read(JSON.stringify(stub))).not.toThrow(/states/);
  });
});

test('a state without resources is an empty reading', () => {
  const { exported, unresolved } = read(stateOf());
  expect(exported.ecs.services).toEqual([]);
  expect(exported.caller).toEqual({ account: '', region: '' });
  expect(unresolved).toEqual([]);
});

const provider = 'provider["registry.terraform.io/hashicorp/aws"]';
const type = 'aws_appmesh_virtual_node';

const resource = (address: string, name: string, mode = 'managed') => ({ address, mode, type, values: node(name) });

const cluster = (account: string, region: string, name: string) => ({
  type: 'aws_ecs_cluster',
  name,
  mode: 'managed',
  instances: [{ attributes: { arn: `arn:aws:ecs:${region}:${account}:cluster/${name}`, name } }],
});

const nodeState = (attributes: object, resourceType = type) =>
  read(stateOf({ mode: 'managed', type: resourceType, name: 'user', instances: [{ attributes }] }));

describe('every instance is read, and its address is kept', () => {
  const { exported, unresolved } = read(
    stateOf(
      { mode: 'managed', type, name: 'plain', provider, instances: [{ attributes: node('plain') }] },
      {
        mode: 'managed',
        type,
        name: 'counted',
        provider,
        instances: [
          { index_key: 0, attributes: node('counted-0') },
          { index_key: 1, attributes: node('counted-1') },
          { index_key: 1, deposed: '4f2a6c1e', attributes: node('deposed') },
        ],
      },
      {
        module: 'module.shop["eu"].module.mesh[0]',
        mode: 'managed',
        type,
        name: 'each',
        provider: `module.shop.${provider}.frankfurt`,
        instances: [{ index_key: 'user "api"', attributes: node('each') }],
      },
      { module: 'module.shop', mode: 'data', type, name: 'known', instances: [{ attributes: node('known') }] },
      { mode: 'managed', type, name: 'tainted', instances: [{ status: 'tainted', attributes: node('tainted') }] },
      { mode: 'managed', type: 'aws_vpc', name: 'other', instances: [{ attributes: { id: 'vpc-1' } }] },
    ),
  );

  test('in modules, under count and for_each, of data sources; not deposed ones', () => {
    const addresses = exported.appMesh.virtualNodes.map(
      (one) => exported.readFrom?.[one.metadata?.arn ?? '']?.address ?? '?',
    );
    expect(addresses).toEqual([
      'aws_appmesh_virtual_node.plain',
      'aws_appmesh_virtual_node.counted[0]',
      'aws_appmesh_virtual_node.counted[1]',
      'module.shop["eu"].module.mesh[0].aws_appmesh_virtual_node.each["user \\"api\\""]',
      'module.shop.data.aws_appmesh_virtual_node.known',
      'aws_appmesh_virtual_node.tainted',
    ]);
    expect(exported.appMesh.virtualNodes.map((one) => one.virtualNodeName)).not.toContain('deposed');
    expect(unresolved).toEqual([]);
  });

  test('account and region are those of the ARNs', () => {
    expect(exported.caller).toEqual({ account: '111122223333', region: 'eu-west-1' });
    expect(exported.description).toBe('Terraform state infra.tfstate: account 111122223333 in eu-west-1');
  });

  test('what `terraform show -json` writes says the same', () => {
    const shown = read(
      JSON.stringify({
        format_version: '1.0',
        values: {
          root_module: {
            resources: [
              resource('aws_appmesh_virtual_node.plain', 'plain'),
              resource('aws_appmesh_virtual_node.counted[0]', 'counted-0'),
              resource('aws_appmesh_virtual_node.counted[1]', 'counted-1'),
              { ...resource('aws_appmesh_virtual_node.counted[1]', 'deposed'), deposed_key: '4f2a6c1e' },
            ],
            child_modules: [
              {
                address: 'module.shop["eu"]',
                child_modules: [
                  {
                    address: 'module.shop["eu"].module.mesh[0]',
                    resources: [
                      resource(
                        'module.shop["eu"].module.mesh[0].aws_appmesh_virtual_node.each["user \\"api\\""]',
                        'each',
                      ),
                    ],
                  },
                ],
              },
              {
                address: 'module.shop',
                resources: [resource('module.shop.data.aws_appmesh_virtual_node.known', 'known', 'data')],
              },
              { resources: [resource('aws_appmesh_virtual_node.tainted', 'tainted')] },
            ],
          },
        },
      }),
    );
    expect(shown).toEqual(read(JSON.stringify(JSON.parse(stateOf(...EACH)))));
  });
});

/** The same resources again, for the comparison of both forms. */
const EACH = [
  ['', 'managed', 'plain', undefined, 'plain'],
  ['', 'managed', 'counted', 0, 'counted-0'],
  ['', 'managed', 'counted', 1, 'counted-1'],
  ['module.shop["eu"].module.mesh[0]', 'managed', 'each', 'user "api"', 'each'],
  ['module.shop', 'data', 'known', undefined, 'known'],
  ['', 'managed', 'tainted', undefined, 'tainted'],
].map(([module, mode, name, index, called]) => ({
  ...(module === '' ? {} : { module }),
  mode,
  type,
  name,
  instances: [{ ...(index === undefined ? {} : { index_key: index }), attributes: node(String(called)) }],
}));

describe('several accounts and regions in one state', () => {
  const text = stateOf(cluster('111122223333', 'eu-west-1', 'shop'), cluster('444455556666', 'us-east-1', 'billing'));

  test.each([
    [undefined, '111122223333', 'eu-west-1'],
    ['billing', '444455556666', 'us-east-1'],
    ['arn:aws:ecs:us-east-1:444455556666:cluster/billing', '444455556666', 'us-east-1'],
  ])('the caller is the owner of the cluster %s', (asked, account, region) => {
    const { exported } = readTerraformState(text, 'x', asked === undefined ? {} : { cluster: asked });
    expect(exported.caller).toEqual({ account, region });
    expect(exported.description).toBe(
      'Terraform state x: account 111122223333 in eu-west-1, account 444455556666 in us-east-1',
    );
    expect(exported.ecs.clusters).toHaveLength(2);
  });
});

describe('what is not known is named and left out', () => {
  test('an attribute of a newer provider', () => {
    const spec = [
      { listener: [{ port_mapping: [{ port: 80, protocol: 'http', zone: 'a' }], rate_limit: [{ value: 3 }] }] },
    ];
    const { exported, unresolved } = nodeState({ ...node('user'), spec });
    expect(unresolved.map((one) => one.place)).toEqual([
      'aws_appmesh_virtual_node.user.spec[0].listener[0].rate_limit',
      'aws_appmesh_virtual_node.user.spec[0].listener[0].port_mapping[0].zone',
    ]);
    expect(exported.appMesh.virtualNodes[0]?.spec).toEqual({
      listeners: [{ portMapping: { port: 80, protocol: 'http' } }],
    });
  });

  test('but not one that says nothing, and not the region that newer providers store', () => {
    const empty = { nothing: null, none: [], no: false, zero: 0, text: '', blocks: [{ a: '', b: [null] }] };
    expect(nodeState({ ...node('user'), ...empty, region: 'eu-west-1' }).unresolved).toEqual([]);
  });

  test('an attribute of another form', () => {
    const spec = [{ listener: [{ port_mapping: [{ port: { number: 80 }, protocol: 'http' }] }], backend: 'none' }];
    const { exported, unresolved } = nodeState({ ...node('user'), spec });
    expect(unresolved.map((one) => `${one.place}: ${one.why}`)).toEqual([
      'aws_appmesh_virtual_node.user.spec[0].listener[0].port_mapping[0].port: It should be a number and is an object, so it is left out.',
      'aws_appmesh_virtual_node.user.spec[0].backend: It should be a block and is a string, so it is left out.',
    ]);
    expect(exported.appMesh.virtualNodes[0]?.spec).toEqual({ listeners: [{ portMapping: { protocol: 'http' } }] });
  });

  test('two blocks where there is one', () => {
    const mapping = { port: 80, protocol: 'http' };
    const { unresolved } = nodeState({ ...node('user'), spec: [{ listener: [{ port_mapping: [mapping, mapping] }] }] });
    expect(unresolved.map((one) => one.place)).toEqual([
      'aws_appmesh_virtual_node.user.spec[0].listener[0].port_mapping',
    ]);
  });

  test.each(['aws_appmesh_virtual_tunnel', 'aws_ecs_express_gateway_service', 'awscc_ecs_service'])(
    'a resource of the type %s',
    (unknown) => {
      const { unresolved } = nodeState({ arn: 'x' }, unknown);
      expect(unresolved).toEqual([
        { place: `${unknown}.user`, why: `Meshlift does not read the type ${unknown}; the live API would tell.` },
      ]);
    },
  );

  test('it quotes no value', () => {
    const { unresolved } = nodeState({ ...node('user'), secret: 'hunter2', name: { password: 'hunter2' } });
    expect(unresolved).toHaveLength(2);
    expect(JSON.stringify(unresolved)).not.toContain('hunter2');
  });
});
