import type { EstateExport } from '../export.ts';

/** An export with every list there, to be filled. */
export type Draft = EstateExport &
  Required<Pick<EstateExport, 'autoScaling'>> & {
    serviceDiscovery: Required<EstateExport['serviceDiscovery']>;
    elbv2: EstateExport['elbv2'] & Required<Pick<EstateExport['elbv2'], 'targetGroupAttributes'>>;
  };

/** A mesh of which nothing is known. */
export const emptyMesh = (): EstateExport['appMesh'] => ({
  meshes: [],
  virtualNodes: [],
  virtualServices: [],
  virtualRouters: [],
  routes: [],
  virtualGateways: [],
  gatewayRoutes: [],
  tags: {},
});

export const emptyExport = (caller: EstateExport['caller']): Draft => ({
  caller,
  appMesh: emptyMesh(),
  ecs: { clusters: [], services: [], taskDefinitions: [] },
  serviceDiscovery: { namespaces: [], services: [], instances: {} },
  elbv2: { loadBalancers: [], listeners: [], rules: [], targetGroups: [], targetGroupAttributes: {} },
  autoScaling: { targets: [], policies: [], scheduledActions: [] },
  errors: [],
});
