import type { EstateExport } from '../../export.ts';
import { lastPart } from '../../order.ts';

/** An identity or a name, by what else tells the object from others of its kind. */
type Named = readonly [key: string, identity: string | undefined];

const TOKEN = /\$\{[^}]*\}$/;

/** The identities of an export that AWS makes up, each under names that a person gives. */
function identities({ ecs, elbv2, serviceDiscovery }: EstateExport): Named[] {
  const balancers = new Map(elbv2.loadBalancers.map((one) => [one.LoadBalancerArn, one.LoadBalancerName]));
  const namespaces = new Map(serviceDiscovery.namespaces.map((one) => [one.Id, one.Name]));
  const listeners = new Map(
    elbv2.listeners.map((one) => [one.ListenerArn, `${balancers.get(one.LoadBalancerArn)}:${one.Port}`]),
  );
  const inUse = new Set(ecs.services.map((one) => one.taskDefinition));
  // Of a family's revisions the one that a service runs is meant, else the newest.
  const revisions = ecs.taskDefinitions
    .map(({ taskDefinition }) => taskDefinition)
    .toSorted(
      (left, right) =>
        Number(inUse.has(left.taskDefinitionArn)) - Number(inUse.has(right.taskDefinitionArn)) ||
        (left.revision ?? 0) - (right.revision ?? 0),
    );
  return [
    ...elbv2.loadBalancers.map((one): Named => [`balancer ${one.LoadBalancerName}`, one.LoadBalancerArn]),
    ...elbv2.loadBalancers.map((one): Named => [`host ${one.LoadBalancerName}`, one.DNSName]),
    ...elbv2.targetGroups.map((one): Named => [`group ${one.TargetGroupName}`, one.TargetGroupArn]),
    ...elbv2.listeners.map((one): Named => [`listener ${listeners.get(one.ListenerArn)}`, one.ListenerArn]),
    ...elbv2.rules.map((one): Named => [`rule ${listeners.get(one.ListenerArn)} ${one.Priority}`, one.RuleArn]),
    ...serviceDiscovery.namespaces.map((one): Named => [`namespace ${one.Name}`, one.Id]),
    ...serviceDiscovery.services.map(
      (one): Named => [`registry ${one.Name}.${namespaces.get(one.NamespaceId)}`, one.Id],
    ),
    ...revisions.map((one): Named => [`task ${one.family}`, one.taskDefinitionArn]),
  ];
}

/** What stands in an identity of the same form where another has its placeholder at the end. */
function inPlaceOf(token: string, identity: string, real: string): string | undefined {
  const head = identity.slice(0, -token.length);
  const separator = head.at(-1);
  if (head === '') return real;
  return separator === ':' ? real.slice(real.lastIndexOf(':') + 1) : lastPart(real);
}

/** AWS names after stack and logical id what nobody names: `shop-Frontend-1A2B3C`. */
function generatedNames(exported: EstateExport, known: EstateExport): [string, string][] {
  const services = exported.ecs.services.flatMap(({ serviceName, clusterArn }) =>
    generated(
      serviceName,
      known.ecs.services.filter((one) => one.clusterArn === clusterArn).map((one) => one.serviceName),
    ),
  );
  const knownAlarms = alarmNames(known);
  return [...services, ...alarmNames(exported).flatMap((name) => generated(name, knownAlarms))];
}

const alarmNames = ({ cloudWatch }: EstateExport): (string | undefined)[] =>
  [...(cloudWatch?.metricAlarms ?? []), ...(cloudWatch?.compositeAlarms ?? [])].map((one) => one.AlarmName);

/** A placeholder for a whole name, with the only known name that AWS can have made in its stead. */
function generated(placeholder: string | undefined, known: readonly (string | undefined)[]): [string, string][] {
  const [, stack, logicalId] = /^\$\{([^.}]+)\.([^.}]+)\}$/.exec(placeholder ?? '') ?? [];
  if (placeholder === undefined || stack === undefined || logicalId === undefined) return [];
  const prefix = `${stack}-${logicalId}-`;
  const found = known.filter(
    (name) => name?.startsWith(prefix) === true && /^[A-Za-z0-9]+$/.test(name.slice(prefix.length)),
  );
  const [only, ...others] = found;
  return only !== undefined && others.length === 0 ? [[placeholder, only]] : [];
}

/**
 * An export read from templates, with what AWS has made up since they were deployed, as far as another export tells it: a
 * placeholder gives way to the part of the real identity, found by the names that both know. What the other does not know keeps its
 * placeholder. To be done before the two are merged, since they speak of the same objects by different ARNs otherwise.
 */
export function settled(exported: EstateExport, known: EstateExport): EstateExport {
  const real = new Map(identities(known));
  const tokens = new Map(generatedNames(exported, known));
  for (const [key, identity = ''] of identities(exported)) {
    const token = TOKEN.exec(identity)?.[0];
    const found = real.get(key);
    if (token === undefined || found === undefined || TOKEN.test(found)) continue;
    const value = inPlaceOf(token, identity, found);
    if (value !== undefined) tokens.set(token, value);
  }
  let text = JSON.stringify(exported);
  for (const [token, value] of tokens) text = text.replaceAll(token, () => JSON.stringify(value).slice(1, -1));
  return JSON.parse(text) as EstateExport;
}
