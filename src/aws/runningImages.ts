import { DescribeTasksCommand, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { ServiceImages } from '../machines/gates/images.ts';
import type { AwsClients } from './clients.ts';
import { everyPage, inBatches } from './pages.ts';

export const RUNNING_IMAGES_ACTIONS = ['ecs:ListTasks', 'ecs:DescribeTasks'] as const;

/** DescribeTasks takes a hundred (row E26). */
const TASKS_MAX = 100;

/** What the containers of each service's running tasks run, in the order given. */
export async function readRunningImages(
  clients: AwsClients,
  clusterArn: string,
  services: readonly string[],
): Promise<ServiceImages[]> {
  const found: ServiceImages[] = [];
  for (const service of services) {
    const tasks = await runningTasks(clients, clusterArn, service);
    const images = tasks.flatMap(({ containers = [] }) =>
      containers.map(({ name = '', image = '', imageDigest }) => ({ container: name, image, digest: imageDigest })),
    );
    found.push({ service, images });
  }
  return found;
}

/** Those that are RUNNING: a task that is wanted to run may not have pulled its images yet. */
async function runningTasks({ ecs }: AwsClients, cluster: string, serviceName: string): Promise<Task[]> {
  const arns = await everyPage(async (nextToken) => {
    const page = await ecs.send(new ListTasksCommand({ cluster, serviceName, desiredStatus: 'RUNNING', nextToken }));
    return { items: page.taskArns, next: page.nextToken };
  });
  const tasks: Task[] = [];
  for (const batch of inBatches(arns, TASKS_MAX)) {
    const answer = await ecs.send(new DescribeTasksCommand({ cluster, tasks: batch }));
    tasks.push(...(answer.tasks ?? []));
  }
  return tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
}
