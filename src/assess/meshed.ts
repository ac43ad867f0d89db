import type { BlueService, EstateMesh } from '../estate/model.ts';

/** Whether the service runs as a node or a gateway of this mesh. A cluster may hold services of several. */
export const isMeshed = (blue: BlueService, mesh: Pick<EstateMesh, 'name'>): boolean =>
  blue.virtualNode?.meshName === mesh.name || blue.virtualGateway?.meshName === mesh.name;

/** Whether it would have a green: a gateway is nothing but Envoy, and what runs in Kubernetes is no ECS service. */
export const canHaveGreen = (blue: BlueService): boolean =>
  blue.virtualGateway === undefined && blue.kubernetes === undefined;
