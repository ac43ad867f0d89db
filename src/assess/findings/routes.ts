import type { MeshRoute, VirtualService } from '../../estate/model.ts';
import { isCatchAll, retryPolicyOf, routeMatch } from '../../estate/routes.ts';
import { isAliasName } from '../names.ts';
import type { FindingSet, Scope } from './scope.ts';
import { inWords } from './words.ts';

/** What becomes of the names that clients call, and of the routes behind them (`mesh-mapping.md` 1.2 to 1.4). */
export function routeFindings({ estate, services, edges, aliases }: Scope, found: FindingSet): void {
  const moving = new Set(services.map((service) => service.name));
  const called = new Set(edges.map((edge) => `${edge.virtualService} ${edge.port}`));

  for (const one of estate.virtualServices) {
    if (!one.targets.some((target) => moving.has(target.service))) continue;
    const place = `virtualService/${one.name}`;
    if (!called.has(`${one.name} ${one.port}`)) {
      // Without App Mesh every port of every registered name is a candidate; only the called ones mean anything.
      const byOther = edges.some((edge) => edge.virtualService === one.name);
      if (!byOther && one.source === 'appMesh') found.add('VS_UNREFERENCED', place);
      continue;
    }
    if (/[A-Z]/.test(one.name)) found.add('VS_NAME_UPPERCASE', place, `The alias is ${one.name.toLowerCase()}.`);
    if (!isAliasName(one.name.toLowerCase())) found.add('VS_NAME_INVALID', place);
    timeoutFindings(one, found);
    if (one.router === undefined) {
      if (one.targets.length > 1 && one.source !== 'appMesh') {
        found.add('ROUTE_WEIGHTED_SPLIT', place, `${names(one)} register under this name.`);
      }
    } else splitFindings(one, one.router, found);
  }

  for (const [index, alias] of aliases.entries()) {
    const same = (other: typeof alias): boolean => other.dnsName === alias.dnsName && other.port === alias.port;
    if (aliases.findIndex(same) !== index) {
      found.add('ALIAS_COLLISION', `virtualService/${alias.virtualService}`, `${alias.dnsName}:${alias.port}.`);
    }
    if (alias.discoveryNameTaken !== undefined) {
      const detail = `${alias.dnsName}:${alias.port} is discovered as ${alias.discoveryName}: ${alias.discoveryNameTaken} is taken.`;
      found.add('DISCOVERY_NAME_COLLISION', `virtualService/${alias.virtualService}`, detail);
    }
    const sibling = aliases.find(
      (other) =>
        other.service === alias.service &&
        other.containerPort === alias.containerPort &&
        other.dnsName !== alias.dnsName,
    );
    if (sibling !== undefined) found.add('VS_MULTIPLE_NAMES', `service/${alias.service}`, `${alias.dnsName}.`);
  }
}

const names = (one: VirtualService): string => one.targets.map((target) => target.service).join(', ');

function timeoutFindings(one: VirtualService, found: FindingSet): void {
  if (one.source !== 'appMesh') return;
  const place = `virtualService/${one.name}`;
  const { perRequestTimeoutSeconds: perRequest, idleTimeoutSeconds: idle } = one.timeout;
  const written = [
    ...(perRequest === undefined ? [] : [`${perRequest} s per request`]),
    ...(idle === undefined ? [] : [`${idle} s idle`]),
  ];
  if (written.length > 0) found.add('TIMEOUT_MAPPED', place, `Port ${one.port}: ${written.join(', ')}.`);
  if (idle === undefined) found.add('TIMEOUT_IDLE_DEFAULT', place);
  if (one.timeoutRounded === true) found.add('TIMEOUT_ROUNDED', place);
  if (one.timeoutConflictSeconds !== undefined) {
    found.add('TIMEOUT_CONFLICT', place, `Port ${one.port}: ${one.timeoutConflictSeconds.join(', ')} s (0 is none).`);
  }
}

/** `canary (priority 1, prefix /, headers (name x-canary))`. */
function routeInWords({ name, spec }: MeshRoute): string {
  const known = { ...(spec.priority === undefined ? {} : { priority: spec.priority }), ...routeMatch(spec) };
  return Object.keys(known).length === 0 ? name : `${name} (${inWords(known)})`;
}

const exposed = (route: MeshRoute): string[] => [
  ...new Set(route.targets.filter((target) => target.weight > 0).map((target) => target.service ?? target.virtualNode)),
];

function splitFindings(one: VirtualService, router: NonNullable<VirtualService['router']>, found: FindingSet): void {
  const place = `virtualRouter/${router.name}`;
  if (router.listenerProtocol === undefined) found.add('ROUTER_NO_LISTENER', place);
  else if (router.listenerProtocol !== one.protocol) {
    found.add('ROUTER_PROTOCOL_MISMATCH', place, `Router ${router.listenerProtocol}, node ${one.protocol}.`);
  }

  const perRoute = router.routes.map((route) => exposed(route).sort().join('+'));
  if (new Set(perRoute).size > 1) {
    const shown = router.routes.map((route, index) => `${routeInWords(route)} -> ${perRoute[index]}`).join('; ');
    found.add('ROUTE_CONTENT_SPLIT', place, `Port ${one.port}: ${shown}.`);
  } else if (!router.routes.some((route) => isCatchAll(route.spec))) {
    const shown = router.routes.map((route) => `${route.name} takes ${inWords(routeMatch(route.spec))}`);
    found.add('ROUTE_MATCH_FILTER_LOST', place, `Port ${one.port}: ${shown.join('; ')}.`);
  }
  for (const route of router.routes) singleRoute(`route/${router.name}/${route.name}`, route, exposed(route), found);
}

function singleRoute(place: string, route: MeshRoute, exposed: readonly string[], found: FindingSet): void {
  const positive = route.targets.filter((target) => target.weight > 0);
  const shown = route.targets.map((target) => `${target.virtualNode}:${target.weight}`).join(', ');
  if (exposed.length > 1) found.add('ROUTE_WEIGHTED_SPLIT', place, `${shown}.`);
  else if (positive.length > 1) found.add('ROUTE_TARGETS_SAME_SERVICE', place, `${shown}.`);
  if (positive.length > 0 && positive.length < route.targets.length) {
    found.add('ROUTE_ZERO_WEIGHT_TARGET', place, `${shown}.`);
  }
  if (!fitsLattice(route)) found.add('ROUTE_MATCH_NOT_IN_LATTICE', place, `${inWords(routeMatch(route.spec))}.`);

  const retry = retryPolicyOf(route.spec);
  if (retry === undefined) return;
  const events = [
    ...(retry.httpRetryEvents ?? []),
    ...('grpcRetryEvents' in retry ? (retry.grpcRetryEvents ?? []) : []),
  ];
  const limit = retry.perRetryTimeout === undefined ? '' : `, each within ${inWords(retry.perRetryTimeout)}`;
  const detail = `${retry.maxRetries ?? 0} retries on ${[...events, ...(retry.tcpRetryEvents ?? [])].join(', ') || 'nothing'}${limit}.`;
  if (retry.maxRetries === 0) found.add('RETRY_DISABLED_LOST', place, detail);
  else if ((retry.maxRetries ?? 0) <= 2 && events.length === 0) found.add('RETRY_POLICY_APPROXIMATED', place, detail);
  else found.add('RETRY_POLICY_LOST', place, detail);
}

function fitsLattice({ spec }: MeshRoute): boolean {
  const match = routeMatch(spec);
  const paths = [match.prefix, match.path?.exact].filter((path) => path !== undefined);
  const headers = [...(match.headers ?? []), ...(match.metadata ?? [])];
  return (
    match.path?.regex === undefined &&
    (match.queryParameters?.length ?? 0) === 0 &&
    match.scheme === undefined &&
    headers.length <= 5 &&
    headers.every((header) => header.invert !== true && (header.match?.exact ?? header.match?.prefix) !== undefined) &&
    paths.every((path) => path.length <= 200 && /^[a-zA-Z0-9@:%_+.~#?&/=-]*$/.test(path))
  );
}
