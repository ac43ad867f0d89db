import { keptContainers } from '../estate/envoy.ts';
import type { Json } from '../estate/export.ts';
import { type ReadDocument, readDocuments } from '../estate/sources/documents.ts';
import { SourceError, type Unresolved } from '../estate/sources/reading.ts';
import { REGISTERED } from '../estate/sources/registered.ts';
import { ECS_TAGS, TASK_DEFINITION } from '../estate/sources/shapes/ecs.ts';
import { fit } from '../estate/sources/shapes/shape.ts';
import { isRecord } from '../plan/json.ts';
import { pathOfPlace } from '../plan/problems.ts';
import type { NamedPort } from './aliases.ts';
import { taskDefinitionFindings } from './findings/services.ts';
import { FindingSet } from './findings/scope.ts';
import type { Finding } from './model.ts';
import { greenTaskDefinition, type GreenTaskDefinition, ownTags } from './taskDefinition.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

type Container = Json<Ecs.ContainerDefinition>;

/** A task definition as a file holds it. */
export interface WrittenTaskDefinition {
  taskDefinition: Json<Ecs.TaskDefinition>;
  tags: Json<Ecs.Tag>[];
}

/** A port by name, as a person gives it; without a protocol it is the one that its mapping says, else plain TCP. */
export interface PortName {
  name: string;
  containerPort: number;
  protocol: NamedPort['protocol'] | undefined;
}

/** Green's input for RegisterTaskDefinition, and what a person should know of it. */
export interface FilteredTaskDefinition {
  input: GreenTaskDefinition['input'];
  /** What was taken away or changed, a sentence each. */
  changes: string[];
  /** What only the mesh or an estate could tell. */
  unknown: string[];
  findings: Finding[];
}

const LIMITS = { charactersMax: 2_000_000, nodesMax: 100_000 };

/**
 * Reads what RegisterTaskDefinition takes or what DescribeTaskDefinition answers, in JSON or YAML.
 *
 * @throws {SourceError} with the place, for what is no task definition, and for a member that it should not have
 */
export function readTaskDefinition(where: string, text: string): WrittenTaskDefinition {
  const [document, second] = readDocuments(where, text, LIMITS);
  if (document === undefined) throw new SourceError(where, '', 'it holds nothing');
  if (second !== undefined) throw new SourceError(where, second.locate([]), 'a second document begins: one a file');
  const { value } = document;
  if (!isRecord(value)) throw new SourceError(where, document.locate([]), 'a task definition is an object');
  if ('Resources' in value || 'ContainerDefinitions' in value) {
    const message =
      'this is CloudFormation; take what ECS has of it: aws ecs describe-task-definition --include TAGS --task-definition …';
    throw new SourceError(where, document.locate([]), message);
  }
  const isAnswer = isRecord(value['taskDefinition']);
  const inner = isAnswer ? value['taskDefinition'] : value;
  const base = isAnswer ? 'taskDefinition.' : '';
  const { tags: innerTags, ...members } = isRecord(inner) ? inner : {};
  const declared = Object.fromEntries(Object.entries(members).filter(([name]) => !REGISTERED.includes(name)));
  const problems: Unresolved[] = [];
  const taskDefinition = fit(declared, TASK_DEFINITION, '', problems) as Json<Ecs.TaskDefinition>;
  const tagsPlace = isAnswer ? 'tags' : `${base}tags`;
  const tags = fit(isAnswer ? value['tags'] : innerTags, ECS_TAGS, tagsPlace, problems);
  const [problem] = problems;
  if (problem !== undefined) {
    const place = problem.place.startsWith('.') ? `${base}${problem.place.slice(1)}` : problem.place;
    const why = problem.why.replace(/, so it is left out\.$/, '');
    throw new SourceError(where, document.locate(pathOfPlace(place)), `${place}: ${lowerFirst(why)}`);
  }
  if (!Array.isArray(taskDefinition.containerDefinitions) || taskDefinition.containerDefinitions.length === 0) {
    throw new SourceError(where, document.locate([]), `${base}containerDefinitions is missing or empty`);
  }
  if (taskDefinition.family === undefined) {
    throw new SourceError(where, document.locate([]), `${base}family is missing`);
  }
  checkContainers(where, document, base, taskDefinition.containerDefinitions);
  const revision = isRecord(inner) && typeof inner['revision'] === 'number' ? inner['revision'] : undefined;
  return {
    taskDefinition: { ...taskDefinition, ...(revision === undefined ? {} : { revision }) },
    tags: (tags ?? []) as Json<Ecs.Tag>[],
  };
}

/** What the rewriting goes by. ECS refuses containers without a name, and two of one name. */
function checkContainers(where: string, document: ReadDocument, base: string, containers: readonly Container[]): void {
  const names = new Set<string>();
  for (const [index, { name }] of containers.entries()) {
    const place = `${base}containerDefinitions[${index}]`;
    const refuse = (message: string): never => {
      throw new SourceError(where, document.locate(pathOfPlace(place)), `${place}: ${message}`);
    };
    if (name === undefined || name === '') return refuse('the container has no name');
    if (names.has(name)) return refuse(`a container ${name} is there already`);
    names.add(name);
  }
}

/** What cannot be made into a green task definition, and why. */
export class NoGreenError extends Error {
  override name = 'NoGreenError';
}

/**
 * The rewriting of one task definition, as the operator does it for green (`mesh-mapping.md` 2.2), where the names of the ports
 * are given instead of read from the mesh. Pure.
 *
 * @throws {NoGreenError} where nothing would be left, or a port is named that no container has
 */
export function filterTaskDefinition(
  { taskDefinition, tags }: WrittenTaskDefinition,
  family: string,
  ports: readonly PortName[],
): FilteredTaskDefinition {
  const kept = keptContainers(taskDefinition);
  const removed = (taskDefinition.containerDefinitions ?? []).filter((one) => !kept.includes(one));
  const removedNames = new Set(removed.map((one) => one.name));
  if (!kept.some((one) => one.essential !== false)) {
    throw new NoGreenError(
      `without ${listed([...removedNames])} no essential container is left: a virtual gateway's task has no green, and an application's container must be essential`,
    );
  }
  for (const container of kept) {
    const source = container.volumesFrom?.find((one) => removedNames.has(one.sourceContainer));
    if (source === undefined) continue;
    throw new NoGreenError(
      `${container.name ?? ''} takes volumes from ${source.sourceContainer ?? ''}, which goes with the mesh: give it volumes of its own`,
    );
  }
  const named = ports.map(({ name, containerPort, protocol }): NamedPort => {
    const mapping = mappingsOf(kept).find((one) => one.containerPort === containerPort);
    if (mapping === undefined && !mappingsOf(removed).some((one) => one.containerPort === containerPort)) {
      throw new NoGreenError(`no container maps the TCP port ${containerPort}, which --port names ${name}`);
    }
    if (mappingsOf(kept).some((one) => one !== mapping && one.name === name)) {
      throw new NoGreenError(`another port has the name ${name} already`);
    }
    const told = mapping?.appProtocol;
    return { name, containerPort, protocol: protocol ?? told ?? 'tcp' };
  });
  const green = greenTaskDefinition({ taskDefinition, taskDefinitionTags: tags }, named, family);
  const found = new FindingSet();
  taskDefinitionFindings({ name: taskDefinition.family ?? '', taskDefinition }, green, found);
  return {
    input: green.input,
    changes: changesOf(taskDefinition, tags, green, named),
    unknown: unknownOf(green),
    findings: found.all(),
  };
}

const mappingsOf = (containers: readonly Container[]) =>
  containers.flatMap((one) => one.portMappings ?? []).filter((mapping) => mapping.protocol !== 'udp');

function changesOf(
  blue: Json<Ecs.TaskDefinition>,
  tags: readonly Json<Ecs.Tag>[],
  green: GreenTaskDefinition,
  named: readonly NamedPort[],
): string[] {
  const { input, removedContainers, volumesDropped, sizing } = green;
  const kept = keptContainers(blue);
  const waited = kept.filter((one) => one.dependsOn?.some((on) => removedContainers.includes(on.containerName ?? '')));
  const linked = kept.filter((one) => (one.links?.length ?? 0) > 0);
  const awsTags = tags.length - ownTags(tags).length;
  return [
    `family ${blue.family ?? ''} → ${input.family ?? ''}`,
    ...(removedContainers.length === 0 ? ['no container of App Mesh was found'] : []),
    ...removedContainers.map((name) => `container ${name} is taken out`),
    ...(blue.proxyConfiguration === undefined ? [] : ['proxyConfiguration is taken out']),
    ...waited.map(({ name }) => `container ${name ?? ''} no longer waits for ${listed(removedContainers)}`),
    ...linked.map(({ name }) => `links of container ${name ?? ''} are taken out`),
    ...volumesDropped.map((name) => `volume ${name} is taken out: nothing else mounted it`),
    ...(blue.inferenceAccelerators === undefined ? [] : ['inferenceAccelerators are taken out: AWS withdrew them']),
    ...(sizing.kind === 'kept' ? [] : [`task size (CPU/memory) ${sizing.change}`]),
    ...named.map(({ containerPort, name, protocol }) => `port ${containerPort} is named ${name}, ${protocol}`),
    ...(awsTags === 0 ? [] : [`${awsTags} tags of aws: are taken out: they cannot be set`]),
  ];
}

function unknownOf({ input }: GreenTaskDefinition): string[] {
  const unnamed = mappingsOf(input.containerDefinitions ?? []).filter((one) => one.name === undefined);
  return unnamed.map(
    ({ containerPort }) =>
      `whether anybody calls port ${containerPort ?? '?'}: Service Connect needs its name then, --port NAME=${containerPort ?? '?'}/PROTOCOL`,
  );
}

const listed = (names: readonly (string | undefined)[]): string => names.map((name) => name ?? '').join(', ');
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
