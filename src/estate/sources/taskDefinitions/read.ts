import { partitionOf } from '../../partition.ts';
import type * as Ecs from '@aws-sdk/client-ecs';
import { usesAppMesh } from '../../envoy.ts';
import type { Json, ReadFrom } from '../../export.ts';
import { keyOf, objectsOf, placeOf } from '../../identity.ts';
import { emptyExport } from '../draft.ts';
import { parseJson } from '../jsonText.ts';
import { SourceError, type SourceReading, type Unresolved } from '../reading.ts';
import { REGISTERED } from '../registered.ts';
import { ECS_TAGS, TASK_DEFINITION } from '../shapes/ecs.ts';
import { AS_IT_STANDS, fit, type Value } from '../shapes/shape.ts';
import { answersIn } from './answers.ts';

type TaskDefinition = Json<Ecs.TaskDefinition>;

export interface TaskDefinitionOptions {
  /** Name or ARN of the cluster that is asked about: a task definition tells none. */
  cluster?: string | undefined;
  /** Where no ARN in the files tells it. */
  account?: string;
  region?: string;
  /** True where nothing else tells of services: then each family stands for one. */
  alone: boolean;
}

interface Found {
  taskDefinition: TaskDefinition;
  tags: Json<Ecs.Tag>[];
  from: ReadFrom;
}

/** Tags stand in what `register-task-definition` takes, and beside the task definition in an answer. */
const OWN = { ...AS_IT_STANDS, own: new Set([...REGISTERED, 'tags']) };

/** The ARN that a task's Envoy carries tells account and region where the task's own does not. */
function placeIn(taskDefinition: TaskDefinition): { account: string; region: string } {
  const own = placeOf(taskDefinition.taskDefinitionArn);
  if (own.account !== '') return own;
  const variables = (taskDefinition.containerDefinitions ?? []).flatMap((one) => one.environment ?? []);
  const mesh = variables.find(({ value = '' }) => /^arn:[\w-]+:appmesh/.test(value))?.value;
  return mesh === undefined ? own : placeOf(mesh);
}

function read(where: string, text: string, unresolved: Unresolved[]): Found[] {
  return answersIn(parseJson(text, where)).map(({ place, answer, tags }) => {
    const { family, taskDefinitionArn: arn, revision, status } = answer;
    if (typeof family !== 'string' || family === '') {
      throw new SourceError(where, [place, 'family'].filter(Boolean).join('.'), 'a task definition has a family');
    }
    const declared = fit(answer as Value, TASK_DEFINITION, family, unresolved, OWN);
    const taskDefinition = {
      ...(declared as TaskDefinition),
      ...(typeof arn === 'string' ? { taskDefinitionArn: arn } : {}),
      ...(typeof revision === 'number' ? { revision } : {}),
      ...(typeof status === 'string' ? { status: status as Ecs.TaskDefinitionStatus } : {}),
    };
    const told = fit(tags as Value | undefined, ECS_TAGS, `${family}.tags`, unresolved);
    return {
      taskDefinition,
      tags: (told ?? []) as Json<Ecs.Tag>[],
      from: { source: 'taskDefinitions', where, address: family },
    };
  });
}

/** Of a family the revision that was given last counts, and a higher one more than any. */
function newestOfEach(found: readonly Found[]): Found[] {
  const newest = new Map<string | undefined, Found>();
  for (const one of found) {
    const { family, revision = 0 } = one.taskDefinition;
    if (revision >= (newest.get(family)?.taskDefinition.revision ?? 0)) newest.set(family, one);
  }
  return [...newest.values()];
}

/**
 * What task definitions tell of an estate, from files that hold answers of `aws ecs describe-task-definition`, their
 * `taskDefinition` alone, or a list of either. They tell what a service's tasks run as in the mesh, and not which services there
 * are: where nothing else tells it, each family that runs in a mesh stands for a service of its name.
 *
 * @throws {SourceError} for JSON that ends too soon, and a task definition without a family. Nothing is read then.
 */
export function readTaskDefinitions(
  files: readonly { where: string; text: string }[],
  options: TaskDefinitionOptions,
): SourceReading {
  const where = files.map((file) => file.where).join(', ');
  const unresolved: Unresolved[] = [];
  const found = files.flatMap((file) => read(file.where, file.text, unresolved));
  const told = found.map((one) => placeIn(one.taskDefinition)).find((one) => one.account !== '');
  const account = told?.account ?? options.account ?? '';
  const region = told?.region ?? options.region ?? '';
  const arn = (rest: string): string => `arn:${partitionOf(region)}:ecs:${region}:${account}:${rest}`;
  const draft = emptyExport({ account, region });
  const origins = new Map<object, ReadFrom>();
  for (const one of found) {
    const { taskDefinition, tags, from } = one;
    const { family, revision } = taskDefinition;
    const own = revision === undefined ? family : `${family}:${revision}`;
    taskDefinition.taskDefinitionArn ??= arn(`task-definition/${own}`);
    const described = { taskDefinition, tags };
    draft.ecs.taskDefinitions.push(described);
    origins.set(described, from);
  }
  if (options.alone) {
    const { cluster = '' } = options;
    const clusterArn = cluster.startsWith('arn:') ? cluster : arn(`cluster/${cluster}`);
    for (const { taskDefinition, from } of newestOfEach(found)) {
      if (!usesAppMesh(taskDefinition)) continue;
      const serviceName = taskDefinition.family ?? '';
      const service = {
        serviceArn: `${clusterArn.replace(':cluster/', ':service/')}/${serviceName}`,
        serviceName,
        clusterArn,
        taskDefinition: taskDefinition.taskDefinitionArn,
        // Nothing but Fargate runs it then.
        ...(taskDefinition.requiresCompatibilities?.join() === 'FARGATE' ? { launchType: 'FARGATE' as const } : {}),
      };
      draft.ecs.services.push(service);
      origins.set(service, from);
      unresolved.push({
        place: serviceName,
        why: 'It stands for a service of its name: task definitions do not tell which services run them, and how many tasks.',
      });
    }
    draft.appMeshAnswer = { state: 'unreachable', why: `App Mesh was not asked: ${where} has task definitions alone.` };
  }
  draft.readFrom = Object.fromEntries(
    objectsOf(draft).flatMap((object) => {
      const from = origins.get(object.value);
      return from === undefined ? [] : [[keyOf(object, draft.caller), from]];
    }),
  );
  return { source: 'taskDefinitions', where, exported: draft, unresolved };
}
