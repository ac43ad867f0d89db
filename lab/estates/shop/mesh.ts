import type { AppMeshClient } from '@aws-sdk/client-app-mesh';
import {
  CreateMeshCommand,
  CreateRouteCommand,
  CreateVirtualNodeCommand,
  CreateVirtualRouterCommand,
  CreateVirtualServiceCommand,
} from '@aws-sdk/client-app-mesh';
import { MESH, NAMESPACE, PORT, SERVICES, USER_NAME } from './names.ts';

const USER_ROUTER = 'user-vr';

/** The mesh: a node for each service, a router with one route before the user API, the other names straight to their nodes. */
export async function createMesh(appMesh: AppMeshClient): Promise<void> {
  const meshName = MESH;
  await appMesh.send(new CreateMeshCommand({ meshName, spec: { egressFilter: { type: 'ALLOW_ALL' } } }));
  for (const service of SERVICES) {
    await appMesh.send(
      new CreateVirtualNodeCommand({
        meshName,
        virtualNodeName: service.virtualNode,
        spec: {
          listeners: [{ portMapping: { port: PORT, protocol: 'http' } }],
          serviceDiscovery:
            service.registry === undefined
              ? { dns: { hostname: service.virtualService } }
              : { awsCloudMap: { namespaceName: NAMESPACE, serviceName: service.registry } },
          backends: service.calls.map(({ virtualService }) => ({
            virtualService: { virtualServiceName: virtualService },
          })),
        },
      }),
    );
  }
  await appMesh.send(
    new CreateVirtualRouterCommand({
      meshName,
      virtualRouterName: USER_ROUTER,
      spec: { listeners: [{ portMapping: { port: PORT, protocol: 'http' } }] },
    }),
  );
  await appMesh.send(
    new CreateRouteCommand({
      meshName,
      virtualRouterName: USER_ROUTER,
      routeName: 'all',
      spec: {
        httpRoute: {
          match: { prefix: '/' },
          action: { weightedTargets: [{ virtualNode: 'user-vn', weight: 100, port: PORT }] },
          timeout: { perRequest: { value: 10, unit: 's' } },
        },
      },
    }),
  );
  for (const service of SERVICES) {
    await appMesh.send(
      new CreateVirtualServiceCommand({
        meshName,
        virtualServiceName: service.virtualService,
        spec: {
          provider:
            service.virtualService === USER_NAME
              ? { virtualRouter: { virtualRouterName: USER_ROUTER } }
              : { virtualNode: { virtualNodeName: service.virtualNode } },
        },
      }),
    );
  }
}
