import type { BlueService, Edge, Estate } from '../../estate/model.ts';
import type { Alias } from '../aliases.ts';
import { onServiceConnect } from '../greenService.ts';
import type { Finding } from '../model.ts';
import type { GreenNames } from '../names.ts';
import type { Note } from '../operations/note.ts';
import { type Cutover, cutoverOf } from '../operations/work.ts';
import type { ReportService, Role } from '../report.ts';
import { nodePlace, servicePlace, taskDefinitionPlace } from '../findings/scope.ts';
import type { GreenTaskDefinition } from '../taskDefinition.ts';
import { managedBy } from '../managedBy.ts';
import { canHaveGreen, isMeshed } from '../meshed.ts';
import type { WayIn } from '../waysIn.ts';

export interface Drafts {
  estate: Estate;
  entries: ReadonlyMap<string, readonly WayIn[]>;
  names: GreenNames;
  aliases: readonly Alias[];
  greenTaskDefinitions: ReadonlyMap<string, GreenTaskDefinition>;
  findings: readonly Finding[];
  notes: readonly Note[];
}

/** Whether each service calls, is called, or both. A service that calls itself alone does neither. */
export function rolesOf(services: readonly BlueService[], edges: readonly Edge[]): ReadonlyMap<string, Role> {
  const between = edges.filter((edge) => edge.from !== edge.to);
  const callers = new Set(between.map((edge) => edge.from));
  const called = new Set(between.map((edge) => edge.to));
  const roleOf = (name: string): Role => {
    if (callers.has(name)) return called.has(name) ? 'clientServer' : 'client';
    return called.has(name) ? 'server' : 'none';
  };
  return new Map(services.map(({ name }) => [name, roleOf(name)]));
}

/** `FARGATE`, `EC2`, or the capacity providers by name; `Kubernetes` for what runs there; empty where nothing tells. */
const launchTypeOf = ({ service, kubernetes }: BlueService): string => {
  if (kubernetes !== undefined) return 'Kubernetes';
  const providers = (service.capacityProviderStrategy ?? []).flatMap((one) => one.capacityProvider ?? []);
  return providers.length > 0 ? providers.join(', ') : (service.launchType ?? '');
};

export function reportServices(drafts: Drafts): ReportService[] {
  const { estate, entries } = drafts;
  const roles = rolesOf(estate.services, estate.edges);
  return estate.services.map((blue): ReportService => {
    const node = isMeshed(blue, estate.mesh) ? (blue.virtualNode ?? blue.virtualGateway) : undefined;
    return {
      name: blue.name,
      virtualNode: node === undefined ? undefined : { name: node.name, certainty: node.certainty },
      role: roles.get(blue.name) ?? 'none',
      ...(blue.kubernetes === undefined ? {} : { kubernetes: blue.kubernetes }),
      entries: entries.get(blue.name) ?? [],
      desiredCount: blue.service.desiredCount,
      launchType: launchTypeOf(blue),
      cutover: cutover(blue, drafts),
      green: greenOf(blue, drafts),
      managedBy: managedBy(blue),
      readFrom: blue.readFrom === undefined ? 'the live APIs' : blue.readFrom.where,
    };
  });
}

function cutover(blue: BlueService, { estate, notes }: Drafts): Cutover {
  if (!isMeshed(blue, estate.mesh)) return { proposed: 'manual', why: 'It is not in the mesh: no plan moves it.' };
  if (blue.kubernetes !== undefined) {
    return { proposed: 'manual', why: 'It runs in Kubernetes: Meshlift moves ECS services only.' };
  }
  if (blue.virtualGateway !== undefined) {
    return { proposed: 'manual', why: 'It is nothing but Envoy: a virtual gateway is replaced, not moved.' };
  }
  return cutoverOf(blue, notes);
}

/** `undefined` for what is not in the mesh, has nothing but Envoy, is on Service Connect already, or is blocked by a finding. */
function greenOf(blue: BlueService, drafts: Drafts): ReportService['green'] {
  const { estate, names, aliases, greenTaskDefinitions, findings } = drafts;
  if (!isMeshed(blue, estate.mesh) || !canHaveGreen(blue) || onServiceConnect(blue.service)) return undefined;
  const places = [servicePlace(blue.name), nodePlace(blue), taskDefinitionPlace(blue)];
  if (findings.some((one) => one.severity === 'blocker' && places.includes(one.place))) return undefined;
  return {
    name: names.service(blue.name),
    aliases: aliases.filter((alias) => alias.service === blue.name).map(({ dnsName, port }) => ({ dnsName, port })),
    containersDropped: greenTaskDefinitions.get(blue.name)?.removedContainers ?? [],
  };
}
