import type {
  DescribeTasksCommandInput,
  DescribeTasksCommandOutput,
  ListTasksCommandInput,
  ListTasksCommandOutput,
  StopTaskCommandInput,
  StopTaskCommandOutput,
  Task,
} from '@aws-sdk/client-ecs';
import { AwsError } from '../../errors.ts';
import { type Arns, lastPart } from './arns.ts';
import type { Clusters } from './clusters.ts';
import { invalidParameter } from './errors.ts';
import { page } from './paging.ts';
import type { TaskRecord } from './records.ts';
import { limited } from './serviceReads.ts';
import type { Services } from './services.ts';
import type { ServiceStore } from './serviceStore.ts';
import type { TaskLife } from './taskLife.ts';
import { taskView } from './taskViews.ts';

type Answer<Output> = Omit<Output, '$metadata'>;

interface TasksParts {
  arns: Arns;
  store: ServiceStore;
  clusters: Clusters;
  services: Services;
  life: TaskLife;
}

/** The operations on tasks: rows E26 to E28. */
export class Tasks {
  readonly #parts: TasksParts;

  constructor(parts: TasksParts) {
    this.#parts = parts;
  }

  /** `desiredStatus` defaults to RUNNING; PENDING finds nothing, ever; `startedBy` stands alone (row E27). */
  list(input: ListTasksCommandInput): Answer<ListTasksCommandOutput> {
    const { clusters, services, store } = this.#parts;
    const cluster = clusters.active(input.cluster);
    const { startedBy, serviceName, family, launchType, desiredStatus = 'RUNNING' } = input;
    if (startedBy !== undefined && (serviceName ?? family ?? input.desiredStatus) !== undefined) {
      throw invalidParameter('startedBy must be the only filter in a ListTasks request.');
    }
    if (input.containerInstance !== undefined) throw invalidParameter('The container instance was not found.');
    const service = serviceName === undefined ? undefined : services.get(cluster.arn, serviceName);
    const listed = store
      .tasks(cluster.name)
      .filter((task) => task.desiredStatus === desiredStatus)
      .filter((task) => service === undefined || task.service === service)
      .filter((task) => startedBy === undefined || task.deployment.id === startedBy)
      .filter((task) => family === undefined || task.definition.family === family)
      .filter((task) => launchType === undefined || task.deployment.launchType === launchType);
    const { items, nextToken } = page(listed, input, { default: 100, max: 100 });
    return { taskArns: items.map((task) => task.arn), nextToken };
  }

  describe(input: DescribeTasksCommandInput): Answer<DescribeTasksCommandOutput> {
    const { arns, clusters } = this.#parts;
    const cluster = clusters.active(input.cluster);
    const tasks: Task[] = [];
    const failures = [];
    for (const reference of limited(input.tasks, 'Tasks', 100)) {
      const task = this.#find(cluster.name, reference);
      if (task === undefined) failures.push({ arn: arns.task(cluster.name, lastPart(reference)), reason: 'MISSING' });
      else tasks.push(taskView(task, arns, input.include ?? []));
    }
    return { tasks, failures };
  }

  /**
   * SIGTERM at once, with deregistration beside it: the scheduler's order (row E46) is for the tasks that it stops itself. The
   * service replaces the task. Whether AWS waits for the drain here is not verified.
   */
  stop(input: StopTaskCommandInput): Answer<StopTaskCommandOutput> {
    const { arns, clusters, life } = this.#parts;
    const cluster = clusters.active(input.cluster);
    const task = this.#find(cluster.name, input.task ?? '');
    if (task === undefined) throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
    life.stop(task, 'UserInitiated', input.reason ?? 'Task stopped by user', { drain: false });
    return { task: taskView(task, arns, []) };
  }

  #find(clusterName: string, reference: string): TaskRecord | undefined {
    const id = lastPart(reference);
    return this.#parts.store.tasks(clusterName).find((task) => task.id === id);
  }
}
