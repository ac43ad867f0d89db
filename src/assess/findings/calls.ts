import { isMeshKnown } from '../../estate/meshKnown.ts';
import { registryHost } from '../../estate/cloudMap.ts';
import { environmentHosts } from '../../estate/environment.ts';
import type { Estate } from '../../estate/model.ts';
import { nodePlace, servicePlace, type FindingSet, type Scope } from './scope.ts';

/** What is not certain about who calls whom, and calls that lead out of the cluster. */
export function callFindings(scope: Scope, found: FindingSet): void {
  guesses(scope, found);
  const calls = scope.services.flatMap((service) =>
    (service.outsideCalls ?? []).map((call) => ({ from: service.name, ...call })),
  );
  for (const call of calls) {
    switch (call.leadsTo) {
      case 'host':
        found.add('NODE_EXTERNAL_PASSTHROUGH', `virtualNode/${call.virtualNode ?? call.virtualService}`);
        break;
      case 'otherName':
        found.add(
          'NODE_NOT_ECS',
          `virtualNode/${call.virtualNode ?? call.virtualService}`,
          `${call.virtualService} stands for ${call.hostname ?? 'a host'}.`,
        );
        break;
      case 'unknownName':
        found.add('BACKEND_UNKNOWN_VS', `service/${call.from}`, `It names ${call.virtualService}.`);
        break;
      case 'leftOut':
        // A refusal by name, not a finding: nobody can decide it away.
        break;
    }
  }
  unaliased(scope, found);
}

function guesses({ estate, services, edges }: Scope, found: FindingSet): void {
  const unread = !isMeshKnown(estate.mesh);
  const guessed = edges.filter((edge) => edge.certainty === 'guess');
  if (unread || guessed.length > 0) {
    const calls = guessed.map((edge) => `${edge.from} -> ${edge.to} (${edge.virtualService}:${edge.port})`);
    const what = calls.length === 0 ? 'No call at all was found.' : `To confirm: ${calls.join('; ')}.`;
    found.add('CALL_GRAPH_GUESSED', `cluster/${estate.cluster.name}`, `${what} ${estate.mesh.answer.why}`);
  }
  for (const service of services) {
    const ports = service.listeners.filter((one) => one.certainty === 'guess').map((one) => one.port);
    if (ports.length > 0) found.add('PROTOCOL_GUESSED', nodePlace(service), `Ports ${ports.join(', ')}.`);
  }
}

/** Hosts that the containers' environment names, that the mesh knows, and that no declared call covers. */
function unaliased({ estate, services }: Scope, found: FindingSet): void {
  const known = knownHosts(estate);
  for (const service of services) {
    const own = new Set(service.registries.map(registryHost));
    for (const one of estate.virtualServices) {
      if (one.targets.some((target) => target.service === service.name)) own.add(one.name.toLowerCase());
    }
    const covered = [...estate.edges.filter((edge) => edge.from === service.name), ...(service.outsideCalls ?? [])];
    for (const { host, port, variable } of environmentHosts(service.taskDefinition, known)) {
      if (own.has(host)) continue;
      const reached = covered.some(
        (call) =>
          call.virtualService.toLowerCase() === host &&
          (port === undefined || call.port === undefined || call.port === port),
      );
      if (reached) continue;
      const shown = port === undefined ? host : `${host}:${port}`;
      found.add('ENV_URL_NOT_ALIASED', servicePlace(service.name), `${variable} names ${shown}.`);
    }
  }
}

const knownHosts = (estate: Estate): Set<string> =>
  new Set([
    ...estate.virtualServices.map((one) => one.name.toLowerCase()),
    ...(estate.mesh.silentVirtualServices ?? []).map((one) => one.name.toLowerCase()),
    ...estate.services.flatMap((service) => service.outsideCalls ?? []).map((one) => one.virtualService.toLowerCase()),
    ...estate.services.flatMap((service) => service.registries.map(registryHost)),
  ]);
