import type { BlueService, Edge, Estate } from '../estate/model.ts';
import type { MigrationPlan } from '../plan/model.ts';
import { takesTurns, turnTakers } from '../plan/turns.ts';
import { type Alias, aliasesOf, namedPorts } from './aliases.ts';
import { decisionRefusals, isWithoutAlias, plaintextPlaces } from './decisions.ts';
import { findingsOf } from './findings.ts';
import { worstFirst } from './findings/scope.ts';
import { closedSubgraph, cycles, waves } from './graph.ts';
import { canHaveGreen, isMeshed } from './meshed.ts';
import type { Assessment } from './model.ts';
import { greenNames } from './names.ts';
import type { OperationsCode } from './operations/catalogue.ts';
import { moveNotes, operationsFindings } from './operations/operations.ts';
import { callerNotes } from './retained.ts';
import { findingRefusals, graphRefusals, planRefusals } from './refusals.ts';
import { probeRefusals } from './probes/refusals.ts';
import { ruleOwnerRefusals } from './ruleOwners.ts';
import { sharedRefusals } from './shared/refusals.ts';
import { waysIn } from './waysIn.ts';
import { type GreenTaskDefinition, greenTaskDefinition } from './taskDefinition.ts';

/** The services that move, with the calls among them and the names that they need. */
export interface Subgraph {
  services: BlueService[];
  edges: Edge[];
  aliases: Alias[];
}

/**
 * The closed subgraph of the plan's entries and of the services whose sides take turns, which need not be called: they and everything they
 * call, directly or not.
 */
export function subgraphOf(plan: MigrationPlan, estate: Estate): Subgraph {
  const known = new Map(estate.services.map((service) => [service.name, service]));
  const roots = [...plan.spec.traffic.map((entry) => entry.service), ...turnTakers(plan.spec)];
  const entries = [...new Set(roots)].filter((name) => known.has(name));
  const names = new Set(closedSubgraph(entries, estate.edges));
  const services = estate.services.filter((service) => names.has(service.name));
  const edges = estate.edges.filter((edge) => names.has(edge.from) && names.has(edge.to));
  const aliases = aliasesOf(estate, edges).filter((alias) => !isWithoutAlias(plan.spec, alias.virtualService));
  return { services, edges, aliases };
}

/** What the move of a whole estate would mean, before there is a plan. */
export interface EstateAssessment extends Pick<Assessment, 'services' | 'edges' | 'waves' | 'findings'> {
  aliases: Alias[];
  /** Services that call each other in a circle. */
  cycles: string[][];
  greenTaskDefinitions: ReadonlyMap<string, GreenTaskDefinition>;
}

/**
 * What a plan of everything that is meshed would mean: the services, their order and every finding, those about what nothing
 * runs as and nobody calls among them. `readWholeEstate` gives the estate of several clusters. Pure; throws nothing.
 */
export function assessEstate(estate: Estate): EstateAssessment {
  const meshed = estate.services.filter((one) => isMeshed(one, estate.mesh));
  const reached = new Set(
    closedSubgraph(
      meshed.map((one) => one.name),
      estate.edges,
    ),
  );
  const services = estate.services.filter((one) => reached.has(one.name));
  const names = services.map((service) => service.name);
  const { edges } = estate;
  const aliases = aliasesOf(estate, edges);
  const ofEcs = services.filter((service) => service.kubernetes === undefined);
  const greenTaskDefinitions = greenTaskDefinitionsOf(ofEcs, aliases, (family) => `${family}-sc`);
  return {
    services: names,
    edges,
    aliases,
    waves: waves(names, edges),
    cycles: cycles(names, edges),
    greenTaskDefinitions,
    findings: findingsOf({
      estate,
      extent: 'estate',
      services,
      edges,
      aliases,
      greenTaskDefinitions,
      plaintext: new Set(),
    }),
  };
}

/** What would be done twice while both sides run; where they take turns it is not. */
const DONE_TWICE: readonly string[] = [
  'OPS_QUEUE_CONSUMER',
  'OPS_SCHEDULER',
  'OPS_SINGLETON',
  'OPS_WORKS_WITHOUT_TRAFFIC',
] satisfies OperationsCode[];

const isAnsweredByTurns = ({ spec }: MigrationPlan, code: string, place: string): boolean =>
  DONE_TWICE.includes(code) && takesTurns(spec, place.replace(/^service\//, ''));

const greenTaskDefinitionsOf = (
  services: readonly BlueService[],
  aliases: readonly Alias[],
  family: (blueFamily: string) => string,
): Map<string, GreenTaskDefinition> =>
  new Map(
    services.map((service) => [
      service.name,
      greenTaskDefinition(service, namedPorts(aliases, service.name), family(service.taskDefinition.family ?? '')),
    ]),
  );

/**
 * What a plan means for an estate: which services move and in which order, what they lose, and why the plan cannot run as it
 * stands. Pure; throws nothing. A plan may run when `refusals` is empty.
 */
export function assess(plan: MigrationPlan, estate: Estate): Assessment {
  const { services, edges, aliases } = subgraphOf(plan, estate);
  const names = services.map((service) => service.name);
  const green = greenNames(plan, 1);
  const ofMesh = findingsOf({
    estate,
    extent: 'plan',
    services,
    edges,
    aliases,
    greenTaskDefinitions: greenTaskDefinitionsOf(services, aliases, (family) => green.family(family)),
    plaintext: plaintextPlaces(plan.spec),
  });
  const moving = services.filter(canHaveGreen);
  const ofMove = operationsFindings([
    ...moveNotes({ estate, services: moving, entries: waysIn(estate) }),
    ...callerNotes(plan, estate, services),
  ]).filter(({ code, place }) => !isAnsweredByTurns(plan, code, place));
  const findings = worstFirst([...ofMesh, ...ofMove]);
  return {
    services: names,
    // A name that green has no alias of is called by nobody, the plan says, so nothing is to be seen of such calls.
    edges: edges.filter((edge) => !isWithoutAlias(plan.spec, edge.virtualService)),
    waves: waves(names, edges),
    findings,
    refusals: [
      ...planRefusals(plan, estate),
      ...ruleOwnerRefusals(plan, estate),
      ...probeRefusals(plan, estate),
      ...graphRefusals(plan, estate, services, edges),
      ...sharedRefusals(plan, estate, services, aliases),
      ...decisionRefusals(plan.spec, findings),
      ...findingRefusals(plan, estate, findings),
    ],
  };
}
