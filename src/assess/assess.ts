import type { BlueService, Edge, Estate } from '../estate/model.ts';
import type { MigrationPlan } from '../plan/model.ts';
import { type Alias, aliasesOf, namedPorts } from './aliases.ts';
import { findingsOf } from './findings.ts';
import { closedSubgraph, waves } from './graph.ts';
import type { Assessment } from './model.ts';
import { greenNames } from './names.ts';
import { findingRefusals, graphRefusals, planRefusals } from './refusals.ts';
import { greenTaskDefinition } from './taskDefinition.ts';

/** The services that move, with the calls among them and the names that they need. */
export interface Subgraph {
  services: BlueService[];
  edges: Edge[];
  aliases: Alias[];
}

/** The closed subgraph of the plan's entries: they and everything they call, directly or not. */
export function subgraphOf(plan: MigrationPlan, estate: Estate): Subgraph {
  const known = new Map(estate.services.map((service) => [service.name, service]));
  const entries = plan.spec.traffic.map((entry) => entry.service).filter((name) => known.has(name));
  const names = new Set(closedSubgraph(entries, estate.edges));
  const services = estate.services.filter((service) => names.has(service.name));
  const edges = estate.edges.filter((edge) => names.has(edge.from) && names.has(edge.to));
  return { services, edges, aliases: aliasesOf(estate, edges) };
}

/**
 * What a plan means for an estate: which services move and in which order, what they lose, and why the plan cannot run as it
 * stands. Pure; throws nothing. A plan may run when `refusals` is empty.
 */
export function assess(plan: MigrationPlan, estate: Estate): Assessment {
  const { services, edges, aliases } = subgraphOf(plan, estate);
  const names = services.map((service) => service.name);
  const green = greenNames(plan, 1);
  const greenTaskDefinitions = new Map(
    services.map((service) => [
      service.name,
      greenTaskDefinition(
        service,
        namedPorts(aliases, service.name),
        green.family(service.taskDefinition.family ?? ''),
      ),
    ]),
  );
  const findings = findingsOf({ estate, services, edges, aliases, greenTaskDefinitions });
  return {
    services: names,
    edges,
    waves: waves(names, edges),
    findings,
    refusals: [
      ...planRefusals(plan, estate),
      ...graphRefusals(plan, estate, services, edges),
      ...findingRefusals(plan, estate, findings),
    ],
  };
}
