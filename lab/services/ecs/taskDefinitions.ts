import type {
  DeleteTaskDefinitionsCommandInput,
  DeleteTaskDefinitionsCommandOutput,
  DeregisterTaskDefinitionCommandInput,
  DeregisterTaskDefinitionCommandOutput,
  DescribeTaskDefinitionCommandInput,
  DescribeTaskDefinitionCommandOutput,
  ListTaskDefinitionFamiliesCommandInput,
  ListTaskDefinitionFamiliesCommandOutput,
  ListTaskDefinitionsCommandInput,
  ListTaskDefinitionsCommandOutput,
  RegisterTaskDefinitionCommandInput,
  RegisterTaskDefinitionCommandOutput,
} from '@aws-sdk/client-ecs';
import type { Clock } from '../../clock.ts';
import { type Arns, lastPart } from './arns.ts';
import { clientError, invalidParameter } from './errors.ts';
import { page } from './paging.ts';
import type { TaskDefinitionRecord } from './records.ts';
import { mergeTags } from './tags.ts';
import { checkTaskDefinition } from './taskDefinitionChecks.ts';

type Answer<Output> = Omit<Output, '$metadata'>;

const DELETE_MAX = 10;

/** Task definitions: rows E30 to E37. */
export class TaskDefinitions {
  /** By family, in the order of revisions. */
  readonly #families = new Map<string, TaskDefinitionRecord[]>();
  /** The highest revision ever given; it survives deletion (row E35). */
  readonly #revisions = new Map<string, number>();
  /** Families with revisions that go when nothing refers to them any more. */
  readonly #leaving = new Set<string>();
  readonly #clock: Clock;
  readonly #arns: Arns;
  readonly #inUse: (taskDefinitionArn: string) => boolean;

  /** `inUse`: whether a service that is not INACTIVE, or a task that has not stopped, refers to the revision. */
  constructor(parts: { clock: Clock; arns: Arns; inUse: (taskDefinitionArn: string) => boolean }) {
    this.#clock = parts.clock;
    this.#arns = parts.arns;
    this.#inUse = parts.inUse;
  }

  /** Makes a revision at every call, whatever was there (row E30), and tells of fault injection unasked (row E38). */
  register(input: RegisterTaskDefinitionCommandInput, callerArn: string): Answer<RegisterTaskDefinitionCommandOutput> {
    checkTaskDefinition(input);
    const { tags, family = '', ...given } = input;
    const revision = (this.#revisions.get(family) ?? 0) + 1;
    const record: TaskDefinitionRecord = {
      definition: {
        ...given,
        family,
        revision,
        taskDefinitionArn: this.#arns.taskDefinition(family, revision),
        status: 'ACTIVE',
        containerDefinitions: (input.containerDefinitions ?? []).map((container) => ({
          cpu: 0,
          portMappings: [],
          environment: [],
          mountPoints: [],
          volumesFrom: [],
          systemControls: [],
          ...container,
          essential: container.essential ?? true,
          ...portMappingsOf(input, container.portMappings),
        })),
        networkMode: input.networkMode ?? 'bridge',
        volumes: input.volumes ?? [],
        placementConstraints: input.placementConstraints ?? [],
        enableFaultInjection: input.enableFaultInjection ?? false,
        requiresAttributes: requiresAttributes(input),
        compatibilities: input.networkMode === 'awsvpc' ? ['EC2', 'FARGATE'] : ['EC2'],
        registeredAt: new Date(this.#clock.now()),
        registeredBy: callerArn,
      },
      tags: mergeTags([], tags ?? []),
    };
    this.#revisions.set(family, revision);
    this.#families.set(family, [...(this.#families.get(family) ?? []), record]);
    return { taskDefinition: record.definition, tags: record.tags };
  }

  /** By ARN, `family:revision`, or `family`, which is its latest ACTIVE revision (row E33). */
  find(reference: string): TaskDefinitionRecord | undefined {
    this.#purge();
    const [family = '', revision] = lastPart(reference).split(':');
    const records = this.#families.get(family) ?? [];
    if (reference.startsWith('arn:')) {
      return records.find((record) => record.definition.taskDefinitionArn === reference);
    }
    return revision === undefined
      ? records.findLast((record) => record.definition.status === 'ACTIVE')
      : records.find((record) => String(record.definition.revision) === revision);
  }

  /** For CreateService and UpdateService: throws `ClientException` for one that is unknown or not ACTIVE (row E34). */
  usable(reference: string): TaskDefinitionRecord {
    const record = this.find(reference);
    if (record === undefined) throw clientError('Unable to describe task definition.');
    if (record.definition.status !== 'ACTIVE') throw clientError('TaskDefinition is inactive');
    return record;
  }

  describe(input: DescribeTaskDefinitionCommandInput): Answer<DescribeTaskDefinitionCommandOutput> {
    const record = this.find(input.taskDefinition ?? '');
    if (record === undefined) throw clientError('Unable to describe task definition.');
    return {
      taskDefinition: record.definition,
      tags: input.include?.includes('TAGS') === true ? record.tags : [],
    };
  }

  list(input: ListTaskDefinitionsCommandInput): Answer<ListTaskDefinitionsCommandOutput> {
    this.#purge();
    const wanted = input.status ?? 'ACTIVE';
    const records =
      input.familyPrefix === undefined
        ? [...this.#families.values()].flat()
        : (this.#families.get(input.familyPrefix) ?? []);
    const matching = records
      .filter((record) => record.definition.status === wanted)
      .sort(
        (a, b) => compare(a.definition.family, b.definition.family) || a.definition.revision - b.definition.revision,
      );
    if (input.sort === 'DESC') matching.reverse();
    const { items, nextToken } = page(matching, input, { default: 100, max: 100 });
    return { taskDefinitionArns: items.map((record) => record.definition.taskDefinitionArn), nextToken };
  }

  listFamilies(input: ListTaskDefinitionFamiliesCommandInput): Answer<ListTaskDefinitionFamiliesCommandOutput> {
    this.#purge();
    const wanted = input.status ?? 'ALL';
    const families = [...this.#families]
      .filter(([family]) => family.startsWith(input.familyPrefix ?? ''))
      .filter(([, records]) => {
        const active = records.some((record) => record.definition.status === 'ACTIVE');
        return records.length > 0 && (wanted === 'ALL' || active === (wanted === 'ACTIVE'));
      })
      .map(([family]) => family)
      .sort(compare);
    const { items, nextToken } = page(families, input, { default: 100, max: 100 });
    return { families: items, nextToken };
  }

  deregister(input: DeregisterTaskDefinitionCommandInput): Answer<DeregisterTaskDefinitionCommandOutput> {
    const reference = input.taskDefinition ?? '';
    const record = reference.includes(':') ? this.find(reference) : undefined;
    if (record === undefined) throw clientError('Unable to describe task definition.');
    if (record.definition.status === 'ACTIVE') {
      record.definition.status = 'INACTIVE';
      record.definition.deregisteredAt = new Date(this.#clock.now());
    }
    return { taskDefinition: record.definition };
  }

  /** Only what was deregistered before; it goes when nothing refers to it any more (row E35). */
  delete(input: DeleteTaskDefinitionsCommandInput): Answer<DeleteTaskDefinitionsCommandOutput> {
    const references = input.taskDefinitions ?? [];
    if (references.length > DELETE_MAX) {
      throw invalidParameter(`Size of TaskDefinition references list cannot exceed ${DELETE_MAX}`);
    }
    const taskDefinitions = [];
    const failures = [];
    for (const reference of references) {
      const record = reference.includes(':') ? this.find(reference) : undefined;
      if (record === undefined) {
        failures.push({ arn: reference, reason: 'MISSING', detail: 'The specified task definition does not exist.' });
      } else if (record.definition.status === 'ACTIVE') {
        failures.push({
          arn: record.definition.taskDefinitionArn,
          reason: 'ACTIVE',
          detail:
            'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
        });
      } else {
        record.definition.status = 'DELETE_IN_PROGRESS';
        this.#leaving.add(record.definition.family);
        taskDefinitions.push({ ...record.definition, deleteRequestedAt: new Date(this.#clock.now()) });
      }
    }
    return { taskDefinitions, failures };
  }

  #purge(): void {
    for (const family of this.#leaving) {
      const records = this.#families.get(family) ?? [];
      const kept = records.filter(
        ({ definition }) => definition.status !== 'DELETE_IN_PROGRESS' || this.#inUse(definition.taskDefinitionArn),
      );
      this.#families.set(family, kept);
      if (kept.every(({ definition }) => definition.status !== 'DELETE_IN_PROGRESS')) this.#leaving.delete(family);
    }
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function portMappingsOf(
  input: RegisterTaskDefinitionCommandInput,
  mappings: NonNullable<RegisterTaskDefinitionCommandInput['containerDefinitions']>[number]['portMappings'],
) {
  if (mappings === undefined) return {};
  const fixed = input.networkMode === 'awsvpc' || input.networkMode === 'host';
  return {
    portMappings: mappings.map((mapping) => ({
      ...mapping,
      protocol: mapping.protocol ?? 'tcp',
      ...(fixed && mapping.containerPort !== undefined ? { hostPort: mapping.containerPort } : {}),
    })),
  } as const;
}

function requiresAttributes(input: RegisterTaskDefinitionCommandInput) {
  const names = [];
  if (input.proxyConfiguration !== undefined) names.push('ecs.capability.aws-appmesh');
  if (input.containerDefinitions?.some((container) => (container.dependsOn ?? []).length > 0) === true) {
    names.push('ecs.capability.container-ordering');
  }
  if (input.taskRoleArn !== undefined) names.push('com.amazonaws.ecs.capability.task-iam-role');
  if (input.networkMode === 'awsvpc') names.push('ecs.capability.task-eni');
  return names.map((name) => ({ name }));
}
