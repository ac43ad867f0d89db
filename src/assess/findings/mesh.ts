import { isMeshKnown } from '../../estate/meshKnown.ts';
import { missedByPlans } from '../unread.ts';
import { nodePlace, servicePlace, type FindingSet, type Scope } from './scope.ts';

/** What concerns the mesh as a whole, and what could not be read of it. */
export function meshFindings(scope: Scope, found: FindingSet): void {
  const { estate, services } = scope;
  const place = `mesh/${estate.mesh.name}`;
  found.add('SC_DEFAULT_RESILIENCE', place);
  for (const error of missedByPlans(estate.errors)) {
    if (!isForbidden(error.code)) continue;
    const unread = error.call.endsWith('ListTagsForResource') ? 'TAGS_UNREADABLE' : 'INVENTORY_FORBIDDEN';
    found.add(unread, error.subject ?? error.call, `${error.call}: ${error.message}`);
  }
  const { answer } = estate.mesh;
  if (answer.state === 'unreachable' || answer.state === 'refused')
    found.add('MESH_API_UNAVAILABLE', place, answer.why);
  if (!isMeshKnown(estate.mesh)) return;

  if (estate.mesh.spec?.egressFilter?.type === 'ALLOW_ALL') found.add('MESH_EGRESS_ALLOW_ALL', place);
  else {
    found.add('MESH_EGRESS_DROP_ALL', place);
    const restricted = services.some((service) => (service.nodeSpec?.backends?.length ?? 0) > 0);
    if (restricted) found.add('BACKEND_ACL_LOST', place);
  }
  const preference = estate.mesh.spec?.serviceDiscovery?.ipPreference;
  if (preference?.startsWith('IPv6') === true) found.add('MESH_IP_PREFERENCE_IPV6', place, `It is ${preference}.`);
  for (const service of services) {
    const discovery = service.nodeSpec?.serviceDiscovery;
    const own = discovery?.awsCloudMap?.ipPreference ?? discovery?.dns?.ipPreference;
    if (own?.startsWith('IPv6') === true) found.add('MESH_IP_PREFERENCE_IPV6', nodePlace(service), `It is ${own}.`);
  }
  sharing(scope, place, found);
  for (const { kind, name, status } of estate.mesh.inactiveResources ?? []) {
    found.add('RESOURCE_NOT_ACTIVE', `${kind}/${name}`, `It is ${status}.`);
  }
  for (const silent of estate.mesh.silentVirtualServices ?? []) {
    if (silent.reason === 'noProvider') found.add('VS_NO_PROVIDER', `virtualService/${silent.name}`);
    else found.add('ROUTER_NO_ROUTES', `virtualRouter/${silent.virtualRouter ?? silent.name}`);
  }
  for (const service of services) {
    if (service.matchConflict !== undefined) {
      const { environment, cloudMap } = service.matchConflict;
      found.add('NODE_MATCH_CONFLICT', servicePlace(service.name), `Envoy says ${environment}, Cloud Map ${cloudMap}.`);
    }
    if (service.virtualNode === undefined) continue;
    if (service.virtualNode.certainty === 'guess') found.add('NODE_MATCH_GUESS', nodePlace(service));
    if (service.nodeSpec === undefined) found.add('NODE_DANGLING', nodePlace(service), `${service.name} runs as it.`);
    const twins = services.filter((other) => other.virtualNode?.name === service.virtualNode?.name);
    if (twins.length > 1) {
      found.add('NODE_MULTI_SERVICE', nodePlace(service), `They are ${twins.map((twin) => twin.name).join(', ')}.`);
    }
  }
}

/** A plan is concerned by what another account made in the mesh only where it runs as it, or calls it. */
function sharing({ estate, extent, services, edges }: Scope, place: string, found: FindingSet): void {
  if (estate.mesh.owner !== undefined && estate.mesh.owner !== estate.caller.account) {
    found.add('MESH_SHARED', place, `It belongs to account ${estate.mesh.owner}.`);
  }
  const outside = services.flatMap((service) => service.outsideCalls ?? []);
  const touched = new Set([
    ...services.flatMap((service) => service.virtualNode?.name ?? []),
    ...outside.flatMap((call) => call.virtualNode ?? []),
    ...[...edges, ...outside].map((call) => call.virtualService),
  ]);
  for (const { kind, name, owner } of estate.mesh.foreignResources ?? []) {
    if (extent === 'plan' && !touched.has(name)) continue;
    found.add('MESH_SHARED', place, `${kind}/${name} belongs to account ${owner}.`);
  }
}

export const isForbidden = (code: string): boolean => /forbidden|accessdenied|unauthorized/i.test(code);
