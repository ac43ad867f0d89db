import type { EstateExport } from './export.ts';
import type { EstateMesh, MeshResource } from './model.ts';
import { by } from './order.ts';

interface Described {
  meshName: string | undefined;
  metadata?: { resourceOwner?: string | undefined } | undefined;
  status?: { status?: string | undefined } | undefined;
}

/** What the mesh holds beside names and calls: gateways, what other accounts made in it, and what serves no traffic. */
export function meshExtras(
  appMesh: EstateExport['appMesh'],
  meshName: string,
): Required<Pick<EstateMesh, 'gateways' | 'foreignResources' | 'inactiveResources'>> {
  const isOurs = (one: Described): boolean => one.meshName === meshName;
  const isActive = (one: Described): boolean => (one.status?.status ?? 'ACTIVE') === 'ACTIVE';
  const owner = appMesh.meshes.find(isOurs)?.metadata?.meshOwner;

  const resources: { kind: MeshResource['kind']; name: string; described: Described }[] = [
    ...appMesh.virtualNodes.map((one) => found('virtualNode', one.virtualNodeName, one)),
    ...appMesh.virtualServices.map((one) => found('virtualService', one.virtualServiceName, one)),
    ...appMesh.virtualRouters.map((one) => found('virtualRouter', one.virtualRouterName, one)),
    ...appMesh.routes.map((one) => found('route', `${one.virtualRouterName}/${one.routeName}`, one)),
    ...appMesh.virtualGateways.map((one) => found('virtualGateway', one.virtualGatewayName, one)),
    ...appMesh.gatewayRoutes.map((one) =>
      found('gatewayRoute', `${one.virtualGatewayName}/${one.gatewayRouteName}`, one),
    ),
    ...appMesh.meshes.map((one) => found('mesh', one.meshName, one)),
  ].filter(({ described }) => isOurs(described));

  return {
    gateways: appMesh.virtualGateways
      .filter((one) => isOurs(one) && isActive(one))
      .map((one) => ({
        name: one.virtualGatewayName ?? '',
        spec: one.spec ?? { listeners: [] },
        routes: appMesh.gatewayRoutes
          .filter((route) => isOurs(route) && isActive(route) && route.virtualGatewayName === one.virtualGatewayName)
          .map((route) => ({ name: route.gatewayRouteName ?? '', spec: route.spec ?? {} }))
          // A route without a priority comes last.
          .sort(
            by(
              (route) => route.spec.priority ?? 1001,
              (route) => route.name,
            ),
          ),
      }))
      .sort(by((gateway) => gateway.name)),
    foreignResources: resources.flatMap(({ kind, name, described }) => {
      const maker = described.metadata?.resourceOwner;
      return owner === undefined || maker === undefined || maker === owner ? [] : [{ kind, name, owner: maker }];
    }),
    inactiveResources: resources
      .filter(({ described }) => !isActive(described))
      .map(({ kind, name, described }) => ({ kind, name, status: described.status?.status ?? '' })),
  };
}

const found = (
  kind: MeshResource['kind'],
  name: string | undefined,
  described: Described,
): { kind: MeshResource['kind']; name: string; described: Described } => ({ kind, name: name ?? '', described });
