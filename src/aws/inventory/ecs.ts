import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServicesCommand,
} from '@aws-sdk/client-ecs';
import type { EstateExport } from '../../estate/export.ts';
import { taskDefinitionArnOf } from '../../estate/taskSets.ts';
import { everyPage, inBatches } from '../pages.ts';
import { type InventoryClients, inParallel, toJson } from './reading.ts';

/** `DescribeServices` takes ten (row E26). */
const SERVICES_A_CALL = 10;

/**
 * The cluster, its services with tags and their task definitions with tags. Throws the SDK's error: without ECS there is no
 * inventory. A service that goes away between the list and its description is left out.
 */
export async function readEcs(clients: Pick<InventoryClients, 'ecs'>, cluster: string): Promise<EstateExport['ecs']> {
  const { ecs } = clients;
  const { clusters } = await ecs.send(
    new DescribeClustersCommand({ clusters: [cluster], include: ['TAGS', 'SETTINGS'] }),
  );
  const arns = await everyPage(async (nextToken) => {
    const page = await ecs.send(new ListServicesCommand({ cluster, maxResults: 100, nextToken }));
    return { items: page.serviceArns, next: page.nextToken };
  });
  const described = await inParallel(inBatches(arns, SERVICES_A_CALL), (services) =>
    ecs.send(new DescribeServicesCommand({ cluster, services, include: ['TAGS'] })),
  );
  const services = described.flatMap((answer) => answer.services ?? []);
  const references = [...new Set(services.flatMap((service) => taskDefinitionArnOf(service) ?? []))];
  const taskDefinitions = await inParallel(references, (taskDefinition) =>
    ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] })),
  );
  return toJson({
    clusters: clusters ?? [],
    services,
    taskDefinitions: taskDefinitions.flatMap(({ taskDefinition, tags }) =>
      taskDefinition === undefined ? [] : [{ taskDefinition, ...(tags === undefined ? {} : { tags }) }],
    ),
  });
}
