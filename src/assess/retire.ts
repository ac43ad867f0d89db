import type { BlueService, Estate } from '../estate/model.ts';
import type { MigrationPlan } from '../plan/model.ts';
import type { SharedServiceResource, Stack } from './model.ts';
import { registriesToHandOver } from './registries.ts';
import { retainedBlue } from './retained.ts';

/** What retire takes away: blue's services, callers before those that they call, and the mesh where it is this plan's alone. */
export function retirement(
  plan: MigrationPlan,
  estate: Estate,
  services: readonly BlueService[],
  waves: readonly (readonly string[])[],
  greenName: (blue: string) => string,
  shared: ReadonlyMap<string, SharedServiceResource> = new Map(),
): Stack['retire'] {
  const retained = retainedBlue(plan, estate, services);
  const stays = new Set(retained.map(({ service }) => service));
  const leaving = services.filter(({ name }) => !stays.has(name));
  const meshSkipped = whyMeshStays(plan, estate, services, leaving);
  const retiring = waves
    .toReversed()
    .flat()
    .filter((name) => !stays.has(name));
  return {
    services: retiring,
    retained,
    registries: registriesToHandOver(plan, estate, retiring, greenName, shared),
    mesh: meshSkipped === undefined ? estate.meshResources : [],
    meshSkipped,
  };
}

/**
 * `undefined` where the mesh may go: nothing that does not leave with this plan runs as one of its nodes or gateways. A node that
 * only stands for a host outside goes with it.
 */
function whyMeshStays(
  plan: MigrationPlan,
  estate: Estate,
  services: readonly BlueService[],
  leaving: readonly BlueService[],
): string | undefined {
  const { mesh, caller } = estate;
  if (plan.spec.retire.mesh === 'keep') return `The plan keeps the mesh ${mesh.name}.`;
  if (mesh.answer.state !== 'read') return `App Mesh did not answer, so nothing of it is deleted: ${mesh.answer.why}`;
  if (mesh.owner !== undefined && mesh.owner !== caller.account) {
    return `The mesh ${mesh.name} belongs to account ${mesh.owner}.`;
  }
  const gone = new Set(leaving.map((service) => service.name));
  const staying = estate.services.filter(
    (service) => (service.virtualNode ?? service.virtualGateway)?.meshName === mesh.name && !gone.has(service.name),
  );
  if (staying.length > 0) {
    return `The mesh ${mesh.name} still serves ${staying.map((service) => service.name).join(', ')}.`;
  }
  const called = new Set(services.flatMap((service) => service.outsideCalls ?? []).map((call) => call.virtualNode));
  const foreign = (mesh.unmatchedNodes ?? []).filter((node) => node.kind === 'registered' || !called.has(node.name));
  const gateways = estate.meshResources.filter(
    (resource) =>
      resource.kind === 'virtualGateway' &&
      !estate.services.some((service) => service.virtualGateway?.name === resource.name),
  );
  const unknown = [...foreign, ...gateways].map((one) => one.name);
  if (unknown.length > 0) {
    return `Nobody knows what runs as ${unknown.join(', ')} of the mesh ${mesh.name}; it may be another cluster's.`;
  }
  return undefined;
}
