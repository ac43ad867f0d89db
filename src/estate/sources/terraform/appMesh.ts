import type * as AppMesh from '@aws-sdk/client-app-mesh';
import type { EstateExport, Json } from '../../export.ts';
import {
  GATEWAY_ROUTE_SPEC,
  MESH_SPEC,
  ROUTE_SPEC,
  VIRTUAL_GATEWAY_SPEC,
  VIRTUAL_NODE_SPEC,
  VIRTUAL_ROUTER_SPEC,
  VIRTUAL_SERVICE_SPEC,
} from '../shapes/appMesh.ts';
import { told, type Block } from './block.ts';
import { tagsOf, type Reader } from './reader.ts';
import { unfold } from './unfold.ts';
import { keep } from '../keptUnder.ts';

/**
 * What every object of a mesh has. A state knows neither the version nor the status of one; but for a mesh, whose id is its name,
 * the id is App Mesh's `uid`.
 */
function common(block: Block, kind: 'mesh' | 'inMesh'): { meshName: string; metadata: Json<AppMesh.ResourceMetadata> } {
  const id = block.text('id');
  const name = kind === 'mesh' ? block.text('name') : block.text('mesh_name');
  return {
    meshName: name ?? '',
    metadata: told({
      arn: block.text('arn'),
      uid: kind === 'mesh' ? undefined : id,
      createdAt: block.text('created_date'),
      lastUpdatedAt: block.text('last_updated_date'),
      meshOwner: block.text('mesh_owner'),
      resourceOwner: block.text('resource_owner'),
    }) as Json<AppMesh.ResourceMetadata>,
  };
}

/** A specification whose type the shape answers for; an object without one has an empty one. */
function spec(block: Block, shape: Parameters<typeof unfold>[1]): object {
  const found = block.one('spec');
  return found === undefined ? {} : unfold(found, shape);
}

type Lists = EstateExport['appMesh'];

/** Reads one type of resource into one list of the export. `status` is absent: a state does not know it. */
const into =
  <List extends Exclude<keyof Lists, 'tags'>>(list: List, read: (block: Block) => object): Reader =>
  (block, draft) => {
    const found = read(block) as Lists[List][number];
    (draft.appMesh[list] as (typeof found)[]).push(found);
    const tags = tagsOf(block);
    const arn = found.metadata?.arn;
    if (tags.length > 0 && arn !== undefined) keep(draft.appMesh.tags, arn, tags);
    return found;
  };

/** App Mesh, by Terraform's type. */
export const APP_MESH: Readonly<Record<string, Reader>> = {
  aws_appmesh_mesh: into('meshes', (block) => ({ ...common(block, 'mesh'), spec: spec(block, MESH_SPEC) })),
  aws_appmesh_virtual_node: into('virtualNodes', (block) => ({
    ...common(block, 'inMesh'),
    virtualNodeName: block.text('name'),
    spec: spec(block, VIRTUAL_NODE_SPEC),
  })),
  aws_appmesh_virtual_service: into('virtualServices', (block) => ({
    ...common(block, 'inMesh'),
    virtualServiceName: block.text('name'),
    spec: spec(block, VIRTUAL_SERVICE_SPEC),
  })),
  aws_appmesh_virtual_router: into('virtualRouters', (block) => ({
    ...common(block, 'inMesh'),
    virtualRouterName: block.text('name'),
    spec: spec(block, VIRTUAL_ROUTER_SPEC),
  })),
  aws_appmesh_route: into('routes', (block) => ({
    ...common(block, 'inMesh'),
    virtualRouterName: block.text('virtual_router_name'),
    routeName: block.text('name'),
    spec: spec(block, ROUTE_SPEC),
  })),
  aws_appmesh_virtual_gateway: into('virtualGateways', (block) => ({
    ...common(block, 'inMesh'),
    virtualGatewayName: block.text('name'),
    spec: spec(block, VIRTUAL_GATEWAY_SPEC),
  })),
  aws_appmesh_gateway_route: into('gatewayRoutes', (block) => ({
    ...common(block, 'inMesh'),
    virtualGatewayName: block.text('virtual_gateway_name'),
    gatewayRouteName: block.text('name'),
    spec: spec(block, GATEWAY_ROUTE_SPEC),
  })),
};
