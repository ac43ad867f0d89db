import {
  ListInstancesCommand,
  ListNamespacesCommand,
  ListServicesCommand,
  type NamespaceSummary,
  type Service,
} from '@aws-sdk/client-servicediscovery';
import type { EstateExport } from '../../estate/export.ts';
import { expectCalls, whileListing } from '../expectedCalls.ts';
import { everyPage } from '../pages.ts';
import { type InventoryClients, inParallel, type ReadErrors, toJson } from './reading.ts';

/** Every namespace, service and instance of the account and Region. Filters work after paging, so pages may be empty (row C6). */
export async function readCloudMap(
  clients: Pick<InventoryClients, 'serviceDiscovery'>,
  errors: ReadErrors,
): Promise<EstateExport['serviceDiscovery']> {
  const client = clients.serviceDiscovery;
  const [namespaces, all] = await whileListing(() => listServices(client, errors));
  const instances = await inParallel(all, async (service) => {
    const ServiceId = service.Id ?? '';
    const found = await errors.tolerate(
      'servicediscovery:ListInstances',
      ServiceId,
      () =>
        everyPage(async (NextToken) => {
          const page = await client.send(new ListInstancesCommand({ ServiceId, MaxResults: 100, NextToken }));
          return { items: page.Instances, next: page.NextToken };
        }),
      [],
    );
    return [ServiceId, found] as const;
  });
  return toJson({ namespaces, services: all, instances: Object.fromEntries(instances) });
}

/** Every namespace, and every service with the namespace that it is in. */
async function listServices(
  client: InventoryClients['serviceDiscovery'],
  errors: ReadErrors,
): Promise<[NamespaceSummary[], Service[]]> {
  expectCalls(1);
  const namespaces = await errors.tolerate(
    'servicediscovery:ListNamespaces',
    undefined,
    () =>
      everyPage(async (NextToken) => {
        const page = await client.send(new ListNamespacesCommand({ MaxResults: 100, NextToken }));
        return { items: page.Namespaces, next: page.NextToken };
      }),
    [],
  );
  const services = await inParallel(namespaces, (namespace): Promise<Service[]> => {
    const id = namespace.Id ?? '';
    return errors.tolerate(
      'servicediscovery:ListServices',
      id,
      async () => {
        const found = await everyPage(async (NextToken) => {
          const Filters = [{ Name: 'NAMESPACE_ID' as const, Values: [id], Condition: 'EQ' as const }];
          const page = await client.send(new ListServicesCommand({ Filters, MaxResults: 100, NextToken }));
          return { items: page.Services, next: page.NextToken };
        });
        // A summary does not say which namespace it is in.
        return found.map((service) => ({ ...service, NamespaceId: id }));
      },
      [],
    );
  });
  return [namespaces, services.flat()];
}
