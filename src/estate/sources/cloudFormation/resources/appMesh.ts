import type { EstateExport } from '../../../export.ts';
import type { Draft } from '../../draft.ts';
import * as shapes from '../../shapes/appMesh.ts';
import { ECS_TAGS } from '../../shapes/ecs.ts';
import type { Shape } from '../../shapes/shape.ts';
import { referenceTo } from '../identities.ts';
import { camelCase } from '../spelling.ts';
import type { Resource } from '../resource.ts';
import { added, type Reader } from './reader.ts';
import { keep } from '../../keptUnder.ts';

type Mesh = EstateExport['appMesh'];

/**
 * What every resource of a mesh has: its specification, and of its metadata what a template tells. Whether it is ACTIVE, its
 * version and its dates are told by the API alone.
 */
function described(resource: Resource, shape: Shape, draft: Draft, nameProperty: string): Record<string, unknown> {
  const arn = resource.told(referenceTo(resource), nameProperty);
  const { account } = resource.stack.world.place;
  const meshOwner = resource.property('MeshOwner') === undefined ? account : resource.text('MeshOwner');
  const tags = resource.fit('Tags', ECS_TAGS, camelCase());
  if (Array.isArray(tags) && tags.length > 0 && arn !== undefined)
    keep(draft.appMesh.tags, arn, tags as Mesh['tags'][string]);
  return {
    spec: resource.fit('Spec', shape, camelCase()) ?? {},
    metadata: {
      ...(arn === undefined ? {} : { arn }),
      ...(meshOwner === undefined ? {} : { meshOwner }),
      ...(account === undefined ? {} : { resourceOwner: account }),
    },
  };
}

const meshName = (resource: Resource): { meshName: string | undefined } => ({ meshName: resource.text('MeshName') });

export const APP_MESH: Readonly<Record<string, Reader>> = {
  'AWS::AppMesh::Mesh': (resource, draft) => {
    const name = resource.told(resource.named('MeshName'), 'MeshName');
    const rest = described(resource, shapes.MESH_SPEC, draft, 'MeshName');
    return added(draft.appMesh.meshes, { meshName: name, ...rest });
  },
  'AWS::AppMesh::VirtualNode': (resource, draft) => {
    const virtualNodeName = resource.told(resource.named('VirtualNodeName'), 'VirtualNodeName');
    const rest = described(resource, shapes.VIRTUAL_NODE_SPEC, draft, 'VirtualNodeName');
    const node = { ...meshName(resource), virtualNodeName, ...rest };
    return added(draft.appMesh.virtualNodes, node);
  },
  'AWS::AppMesh::VirtualService': (resource, draft) => {
    const virtualServiceName = resource.text('VirtualServiceName');
    const rest = described(resource, shapes.VIRTUAL_SERVICE_SPEC, draft, 'VirtualServiceName');
    const service = { ...meshName(resource), virtualServiceName, ...rest };
    return added(draft.appMesh.virtualServices, service);
  },
  'AWS::AppMesh::VirtualRouter': (resource, draft) => {
    const virtualRouterName = resource.told(resource.named('VirtualRouterName'), 'VirtualRouterName');
    const rest = described(resource, shapes.VIRTUAL_ROUTER_SPEC, draft, 'VirtualRouterName');
    const router = { ...meshName(resource), virtualRouterName, ...rest };
    return added(draft.appMesh.virtualRouters, router);
  },
  'AWS::AppMesh::Route': (resource, draft) => {
    const virtualRouterName = resource.text('VirtualRouterName');
    const routeName = resource.told(resource.named('RouteName'), 'RouteName');
    const rest = described(resource, shapes.ROUTE_SPEC, draft, 'RouteName');
    const route = { ...meshName(resource), virtualRouterName, routeName, ...rest };
    return added(draft.appMesh.routes, route);
  },
  'AWS::AppMesh::VirtualGateway': (resource, draft) => {
    const virtualGatewayName = resource.told(resource.named('VirtualGatewayName'), 'VirtualGatewayName');
    const rest = described(resource, shapes.VIRTUAL_GATEWAY_SPEC, draft, 'VirtualGatewayName');
    const gateway = { ...meshName(resource), virtualGatewayName, ...rest };
    return added(draft.appMesh.virtualGateways, gateway);
  },
  'AWS::AppMesh::GatewayRoute': (resource, draft) => {
    const virtualGatewayName = resource.text('VirtualGatewayName');
    const gatewayRouteName = resource.told(resource.named('GatewayRouteName'), 'GatewayRouteName');
    const rest = described(resource, shapes.GATEWAY_ROUTE_SPEC, draft, 'GatewayRouteName');
    const route = { ...meshName(resource), virtualGatewayName, gatewayRouteName, ...rest };
    return added(draft.appMesh.gatewayRoutes, route);
  },
};
