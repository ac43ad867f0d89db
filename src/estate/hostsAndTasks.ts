import { usesAppMesh } from './envoy.ts';
import type { EstateExport } from './export.ts';
import type { Estate } from './model.ts';
import { by, unique } from './order.ts';

/** Whether a service keeps the task, and would start another in its place. */
export const isKeptByService = (task: { group?: string | undefined }): boolean =>
  task.group?.startsWith('service:') === true;

/** Whether an instance is, or may be, of a cluster: it tells so in its own ARN alone, and an ARN of the old form does not. */
export const mayBeOfCluster = (containerInstanceArn: string, clusterArn: string): boolean =>
  !/:container-instance\/[^/]+\//.test(containerInstanceArn) ||
  containerInstanceArn.startsWith(`${clusterArn.replace(':cluster/', ':container-instance/')}/`);

/** The clusters' container instances, and the meshed tasks that no service keeps: run by hand, by a schedule or by a workflow. */
export function hostsAndTasks(
  exported: EstateExport,
  clusterArns: readonly string[],
): Pick<Estate, 'containerInstances' | 'standaloneTasks'> {
  const { containerInstances, tasks, taskDefinitions } = exported.ecs;
  const described = new Map(taskDefinitions.map((one) => [one.taskDefinition.taskDefinitionArn, one.taskDefinition]));
  return {
    ...(containerInstances === undefined
      ? {}
      : {
          containerInstances: containerInstances.filter((one) =>
            clusterArns.some((cluster) => mayBeOfCluster(one.containerInstanceArn ?? '', cluster)),
          ),
        }),
    ...(tasks === undefined
      ? {}
      : {
          standaloneTasks: unique(
            tasks.flatMap((task) => {
              const taskDefinition = described.get(task.taskDefinitionArn);
              const group = task.group ?? '';
              if (!clusterArns.includes(task.clusterArn ?? '') || isKeptByService(task)) return [];
              if (taskDefinition === undefined || !usesAppMesh(taskDefinition)) return [];
              return [{ taskDefinitionArn: task.taskDefinitionArn ?? '', taskDefinition, group }];
            }),
            (one) => one.taskDefinitionArn,
          ).sort(by((one) => one.taskDefinitionArn)),
        }),
  };
}
