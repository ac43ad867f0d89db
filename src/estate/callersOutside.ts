import { registryHost } from './cloudMap.ts';
import { environmentHosts } from './environment.ts';
import { usesAppMesh } from './envoy.ts';
import type { EstateExport } from './export.ts';
import { isKeptByService } from './hostsAndTasks.ts';
import type { BlueService, CallerOutside } from './model.ts';
import { by, lastPart, unique } from './order.ts';

/**
 * Who names a Cloud Map name of `called` in its environment and is neither in the mesh nor among the estate's services: services of
 * other clusters, and tasks of any cluster that no service keeps. Ordered by caller.
 *
 * @param elsewhere services of the other clusters that are not in the mesh, with their clusters' names
 */
export function callersOutside(
  exported: EstateExport,
  called: readonly BlueService[],
  elsewhere: readonly { cluster: string; service: BlueService }[],
): CallerOutside[] {
  const known = new Set(called.flatMap((service) => service.registries.map(registryHost)));
  const definitions = new Map(
    exported.ecs.taskDefinitions.map((one) => [one.taskDefinition.taskDefinitionArn, one.taskDefinition]),
  );
  const services = elsewhere.map(({ cluster, service: { name, taskDefinition } }) => ({
    caller: `${name} of the cluster ${cluster}`,
    taskDefinition,
  }));
  const tasks = (exported.ecs.tasks ?? []).flatMap((task) => {
    const taskDefinition = definitions.get(task.taskDefinitionArn);
    if (taskDefinition === undefined || isKeptByService(task) || usesAppMesh(taskDefinition)) return [];
    const group = task.group === undefined || task.group === '' ? 'no group' : `the group ${task.group}`;
    const cluster = lastPart(task.clusterArn ?? '');
    return [
      {
        caller: `A task of ${lastPart(task.taskDefinitionArn ?? '')} in ${group}, cluster ${cluster},`,
        taskDefinition,
      },
    ];
  });
  const calls = [...services, ...tasks].flatMap(({ caller, taskDefinition }) =>
    environmentHosts(taskDefinition, known).map(({ host, variable }) => ({ caller, host, variable })),
  );
  return unique(calls, (one) => `${one.caller} ${one.host} ${one.variable}`).sort(
    by(
      (one) => one.caller,
      (one) => one.host,
      (one) => one.variable,
    ),
  );
}
