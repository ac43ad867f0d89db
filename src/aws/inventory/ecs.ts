import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServicesCommand,
} from '@aws-sdk/client-ecs';
import type { EstateExport } from '../../estate/export.ts';
import { taskDefinitionArnOf } from '../../estate/taskSets.ts';
import { expectCalls, whileListing } from '../expectedCalls.ts';
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
  const [clusters, arns] = await whileListing(async () => {
    expectCalls(2);
    const described = await ecs.send(
      new DescribeClustersCommand({ clusters: [cluster], include: ['TAGS', 'SETTINGS'] }),
    );
    const listed = await everyPage(async (nextToken) => {
      const page = await ecs.send(new ListServicesCommand({ cluster, maxResults: 100, nextToken }));
      return { items: page.serviceArns, next: page.nextToken };
    });
    return [described.clusters, listed] as const;
  });
  // Each service is expected to have a task definition of its own, until it is known.
  expectCalls(arns.length);
  const described = await inParallel(inBatches(arns, SERVICES_A_CALL), (services) =>
    ecs.send(new DescribeServicesCommand({ cluster, services, include: ['TAGS'] })),
  );
  const services = described.flatMap((answer) => answer.services ?? []);
  const references = [...new Set(services.flatMap((service) => taskDefinitionArnOf(service) ?? []))];
  expectCalls(-arns.length);
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
