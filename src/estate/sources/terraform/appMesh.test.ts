import { describe, expect, test } from 'vitest';
import { meshObject } from '../../../../test/fixtures/terraformResources.ts';
import { terraformStateOf } from '../../../../test/fixtures/terraformState.ts';
import type { EstateExport } from '../../export.ts';
import { emptyExport } from '../draft.ts';
import {
  GATEWAY_ROUTE_SPEC,
  MESH_SPEC,
  ROUTE_SPEC,
  VIRTUAL_GATEWAY_SPEC,
  VIRTUAL_NODE_SPEC,
  VIRTUAL_ROUTER_SPEC,
  VIRTUAL_SERVICE_SPEC,
} from '../shapes/appMesh.ts';
import type { Shape } from '../shapes/shape.ts';
import { readTerraformState } from './readTerraform.ts';

const MESH = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop';

type Lists = Omit<EstateExport['appMesh'], 'tags'>;

/** A value with every member of a shape. Unions have all of their members at once, which no mesh has. */
function everyMember(shape: Shape, name = ''): unknown {
  if (shape === 'text') return `some ${name}`;
  if (shape === 'number') return 7;
  if (shape === 'flag') return true;
  if (typeof shape === 'string') return { some: name };
  if (Array.isArray(shape)) return [everyMember(shape[0] as Shape, name)];
  return Object.fromEntries(Object.entries(shape).map(([member, inner]) => [member, everyMember(inner, member)]));
}

describe('every member that App Mesh has comes back from the state that the provider would store', () => {
  const cases: [keyof Lists, Shape][] = [
    ['meshes', MESH_SPEC],
    ['virtualNodes', VIRTUAL_NODE_SPEC],
    ['virtualServices', VIRTUAL_SERVICE_SPEC],
    ['virtualRouters', VIRTUAL_ROUTER_SPEC],
    ['routes', ROUTE_SPEC],
    ['virtualGateways', VIRTUAL_GATEWAY_SPEC],
    ['gatewayRoutes', GATEWAY_ROUTE_SPEC],
  ];
  test.each(cases)('%s', (list, shape) => {
    const exported = emptyExport({ account: '', region: '' });
    const spec = everyMember(shape);
    exported.appMesh[list] = [{ meshName: 'shop', metadata: { arn: `${MESH}/x` }, spec }] as never;
    const reading = readTerraformState(JSON.stringify(terraformStateOf(exported)), 'x.tfstate');
    expect(reading.unresolved).toEqual([]);
    expect(reading.exported.appMesh[list].map((one) => one.spec)).toEqual([spec]);
  });
});

test('a mesh without a filter has an empty specification, and whose it is', () => {
  const spec = [{ egress_filter: null, service_discovery: null }];
  const owned = { mesh_owner: '111122223333', resource_owner: '444455556666', id: 'shop', mesh_name: undefined };
  expect(meshObject('meshes', 'aws_appmesh_mesh', { name: 'shop', spec, ...owned })).toEqual({
    meshName: 'shop',
    metadata: { arn: `${MESH}/x`, meshOwner: '111122223333', resourceOwner: '444455556666' },
    spec: {},
  });
});

test('tags are those of the resource and the defaults of the provider', () => {
  const attributes = {
    arn: `${MESH}/virtualNode/x`,
    name: 'x',
    mesh_name: 'shop',
    tags: { team: 'identity' },
    tags_all: { team: 'identity', 'managed-by': 'terraform' },
  };
  const resource = { mode: 'managed', type: 'aws_appmesh_virtual_node', name: 'x', instances: [{ attributes }] };
  const { exported } = readTerraformState(JSON.stringify({ version: 4, resources: [resource] }), 'x');
  expect(exported.appMesh.tags).toEqual({
    [`${MESH}/virtualNode/x`]: [
      { key: 'managed-by', value: 'terraform' },
      { key: 'team', value: 'identity' },
    ],
  });
});
