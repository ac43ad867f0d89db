import {
  CreateGatewayRouteCommand,
  CreateMeshCommand,
  CreateRouteCommand,
  CreateVirtualGatewayCommand,
  CreateVirtualNodeCommand,
  CreateVirtualRouterCommand,
  CreateVirtualServiceCommand,
} from '@aws-sdk/client-app-mesh';
import type { Shop } from '../../../src/aws/simulatedShop.ts';
import type { MeshResource } from '../../../src/estate/model.ts';

const meshName = 'shop';

/** One of each kind, in an order in which they can go (row A6). */
export const MESH: readonly MeshResource[] = [
  { kind: 'gatewayRoute', meshName, virtualGatewayName: 'edge', name: 'all' },
  { kind: 'virtualGateway', meshName, name: 'edge' },
  { kind: 'virtualService', meshName, name: 'frontend.local' },
  { kind: 'route', meshName, virtualRouterName: 'frontend', name: 'all' },
  { kind: 'virtualRouter', meshName, name: 'frontend' },
  { kind: 'virtualNode', meshName, name: 'frontend' },
  { kind: 'mesh', name: meshName },
];

/** The same, made anew. */
export async function makeMesh({ person }: Shop): Promise<void> {
  const client = await person.appMesh();
  const listeners = [{ portMapping: { port: 8080, protocol: 'http' as const } }];
  await client.send(new CreateMeshCommand({ meshName }));
  await client.send(
    new CreateVirtualNodeCommand({
      meshName,
      virtualNodeName: 'frontend',
      spec: { listeners, serviceDiscovery: { dns: { hostname: 'frontend.local' } } },
    }),
  );
  await client.send(new CreateVirtualRouterCommand({ meshName, virtualRouterName: 'frontend', spec: { listeners } }));
  await client.send(
    new CreateRouteCommand({
      meshName,
      virtualRouterName: 'frontend',
      routeName: 'all',
      spec: {
        httpRoute: { match: { prefix: '/' }, action: { weightedTargets: [{ virtualNode: 'frontend', weight: 1 }] } },
      },
    }),
  );
  await client.send(
    new CreateVirtualServiceCommand({
      meshName,
      virtualServiceName: 'frontend.local',
      spec: { provider: { virtualRouter: { virtualRouterName: 'frontend' } } },
    }),
  );
  await client.send(new CreateVirtualGatewayCommand({ meshName, virtualGatewayName: 'edge', spec: { listeners } }));
  await client.send(
    new CreateGatewayRouteCommand({
      meshName,
      virtualGatewayName: 'edge',
      gatewayRouteName: 'all',
      spec: {
        httpRoute: {
          match: { prefix: '/' },
          action: { target: { virtualService: { virtualServiceName: 'frontend.local' } } },
        },
      },
    }),
  );
}
