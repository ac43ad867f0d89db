import type { EstateExport } from './export.ts';
import type { MeshResource } from './model.ts';
import { by } from './order.ts';

const named = (resources: MeshResource[]): MeshResource[] => resources.sort(by((resource) => resource.name));

/**
 * The mesh's resources in the order in which App Mesh lets them go (row A6): what refers comes before what it refers to.
 * Within a kind they are ordered by name.
 */
export function meshResources(appMesh: EstateExport['appMesh'], meshName: string): MeshResource[] {
  const ours = <Item extends { meshName: string | undefined }>(items: readonly Item[]): Item[] =>
    items.filter((item) => item.meshName === meshName);
  return [
    ...named(
      ours(appMesh.gatewayRoutes).map((one) => ({
        kind: 'gatewayRoute',
        meshName,
        virtualGatewayName: one.virtualGatewayName ?? '',
        name: one.gatewayRouteName ?? '',
      })),
    ),
    ...named(
      ours(appMesh.virtualGateways).map((one) => ({
        kind: 'virtualGateway',
        meshName,
        name: one.virtualGatewayName ?? '',
      })),
    ),
    ...named(
      ours(appMesh.virtualServices).map((one) => ({
        kind: 'virtualService',
        meshName,
        name: one.virtualServiceName ?? '',
      })),
    ),
    ...named(
      ours(appMesh.routes).map((one) => ({
        kind: 'route',
        meshName,
        virtualRouterName: one.virtualRouterName ?? '',
        name: one.routeName ?? '',
      })),
    ),
    ...named(
      ours(appMesh.virtualRouters).map((one) => ({
        kind: 'virtualRouter',
        meshName,
        name: one.virtualRouterName ?? '',
      })),
    ),
    ...named(
      ours(appMesh.virtualNodes).map((one) => ({ kind: 'virtualNode', meshName, name: one.virtualNodeName ?? '' })),
    ),
    ...ours(appMesh.meshes).map((one): MeshResource => ({ kind: 'mesh', name: one.meshName ?? '' })),
  ];
}
