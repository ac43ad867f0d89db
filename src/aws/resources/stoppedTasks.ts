import { DescribeTasksCommand, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { AwsClients } from '../clients.ts';
import { whyOf } from '../errors.ts';

/** What {@link whyTasksStop} asks of AWS. */
export const STOPPED_TASKS_ACTIONS = ['ecs:ListTasks', 'ecs:DescribeTasks'];

/** As many as one DescribeTasks takes. ECS tells of a stopped task for about an hour. */
const TASKS_MAX = 100;

/**
 * Why the service's last task stopped, in ECS's words and its containers': what a deployment that failed keeps to itself. It only
 * explains: where it cannot be read, that is the answer, and nothing is thrown.
 */
export async function whyTasksStop({ ecs }: AwsClients, cluster: string, service: string): Promise<string> {
  try {
    const stopped = { cluster, serviceName: service, desiredStatus: 'STOPPED', maxResults: TASKS_MAX } as const;
    const { taskArns = [] } = await ecs.send(new ListTasksCommand(stopped));
    if (taskArns.length === 0) return 'none of its tasks has stopped lately';
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    const [last] = tasks.toSorted((a, b) => endedAt(b) - endedAt(a));
    return last === undefined ? 'its stopped tasks are forgotten already' : `its last task stopped: ${reasonOf(last)}`;
  } catch (error) {
    return `why its tasks stop could not be read: ${whyOf(error)}`;
  }
}

const endedAt = ({ stoppedAt, stoppingAt }: Task): number => (stoppedAt ?? stoppingAt)?.getTime() ?? 0;

function reasonOf({ stoppedReason, containers = [] }: Task): string {
  const ends = containers.flatMap(({ name, reason, exitCode }) => {
    const words = [reason, exitCode === undefined ? undefined : `exit code ${exitCode}`].filter((one) => one);
    return words.length === 0 ? [] : [`container ${name}: ${words.join(', ')}`];
  });
  return [stoppedReason ?? 'no reason given', ...ends].join('; ');
}
