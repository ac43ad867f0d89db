import {
  type ContainerInstance,
  DescribeContainerInstancesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListContainerInstancesCommand,
  ListTasksCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import type { EstateExport } from '../../estate/export.ts';
import { isKeptByService } from '../../estate/hostsAndTasks.ts';
import { everyPage, inBatches } from '../pages.ts';
import { type InventoryClients, inParallel, type ReadErrors, toJson } from './reading.ts';

/** `DescribeTasks` and `DescribeContainerInstances` take a hundred (rows E26, E75). */
const IDS_A_CALL = 100;

type HostsAndTasks = Pick<EstateExport['ecs'], 'taskDefinitions' | 'containerInstances' | 'tasks'>;

/**
 * The clusters' container instances, and their running tasks that no service keeps, with the task definitions of those that are
 * not `known` already. A member is absent where it was read of no cluster; what failed is in `errors`.
 */
export async function readHostsAndTasks(
  { ecs }: Pick<InventoryClients, 'ecs'>,
  clusterArns: readonly string[],
  known: EstateExport['ecs']['taskDefinitions'],
  errors: ReadErrors,
): Promise<HostsAndTasks> {
  const hosts = await inParallel(clusterArns, (cluster) => containerInstancesOf(ecs, cluster, errors));
  const found = await inParallel(clusterArns, (cluster) => standaloneTasksOf(ecs, cluster, errors));
  const tasks = readOnes(found);
  const isKnown = new Set(known.map((one) => one.taskDefinition.taskDefinitionArn));
  const missing = new Set(
    (tasks ?? []).flatMap((task) => task.taskDefinitionArn ?? []).filter((arn) => !isKnown.has(arn)),
  );
  const answers = await inParallel([...missing], (taskDefinition) =>
    errors.tolerate(
      'ecs:DescribeTaskDefinition',
      taskDefinition,
      async () => await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] })),
      undefined,
    ),
  );
  const containerInstances = readOnes(hosts);
  return toJson({
    taskDefinitions: answers.flatMap((answer) =>
      answer?.taskDefinition === undefined
        ? []
        : [{ taskDefinition: answer.taskDefinition, ...(answer.tags === undefined ? {} : { tags: answer.tags }) }],
    ),
    ...(containerInstances === undefined ? {} : { containerInstances }),
    ...(tasks === undefined ? {} : { tasks }),
  });
}

/** All that was read; `undefined` where nothing was. */
function readOnes<Item>(lists: readonly (Item[] | undefined)[]): Item[] | undefined {
  const read = lists.filter((list) => list !== undefined);
  return read.length === 0 ? undefined : read.flat();
}

async function containerInstancesOf(
  ecs: ECSClient,
  cluster: string,
  errors: ReadErrors,
): Promise<ContainerInstance[] | undefined> {
  const arns = await errors.tolerate(
    'ecs:ListContainerInstances',
    cluster,
    () =>
      everyPage(async (nextToken) => {
        const page = await ecs.send(new ListContainerInstancesCommand({ cluster, maxResults: 100, nextToken }));
        return { items: page.containerInstanceArns, next: page.nextToken };
      }),
    undefined,
  );
  return inBatchesOf(arns, (containerInstances) =>
    errors.tolerate(
      'ecs:DescribeContainerInstances',
      cluster,
      async () =>
        (await ecs.send(new DescribeContainerInstancesCommand({ cluster, containerInstances }))).containerInstances ??
        [],
      undefined,
    ),
  );
}

async function standaloneTasksOf(ecs: ECSClient, cluster: string, errors: ReadErrors): Promise<Task[] | undefined> {
  const arns = await errors.tolerate(
    'ecs:ListTasks',
    cluster,
    () =>
      everyPage(async (nextToken) => {
        const page = await ecs.send(new ListTasksCommand({ cluster, maxResults: 100, nextToken }));
        return { items: page.taskArns, next: page.nextToken };
      }),
    undefined,
  );
  const tasks = await inBatchesOf(arns, (some) =>
    errors.tolerate(
      'ecs:DescribeTasks',
      cluster,
      async () => (await ecs.send(new DescribeTasksCommand({ cluster, tasks: some }))).tasks ?? [],
      undefined,
    ),
  );
  return tasks?.filter((task) => !isKeptByService(task));
}

/** One that went away between the list and its description is left out. `undefined` where anything failed. */
async function inBatchesOf<Item>(
  arns: readonly string[] | undefined,
  read: (batch: string[]) => Promise<Item[] | undefined>,
): Promise<Item[] | undefined> {
  if (arns === undefined) return undefined;
  const batches = await inParallel(inBatches(arns, IDS_A_CALL), read);
  return batches.some((batch) => batch === undefined) ? undefined : batches.flatMap((batch) => batch ?? []);
}
