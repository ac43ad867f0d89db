import type { EstateExport, Json } from './export.ts';
import type { BlueService } from './model.ts';
import { by, lastPart, unique } from './order.ts';
import { primaryTaskSet } from './taskSets.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

export type Registry = BlueService['registries'][number];

/** Every Cloud Map service that a name in DNS stands for, by id. */
export function cloudMapServices(exported: EstateExport): Map<string, Registry> {
  const namespaces = new Map(exported.serviceDiscovery.namespaces.map((one) => [one.Id, one.Name ?? '']));
  return new Map(
    exported.serviceDiscovery.services.flatMap((service) =>
      service.Id === undefined || service.Name === undefined
        ? []
        : [
            [
              service.Id,
              {
                cloudMapServiceId: service.Id,
                name: service.Name,
                namespaceName: namespaces.get(service.NamespaceId) ?? '',
              },
            ] as const,
          ],
    ),
  );
}

/** `user.shop.local`, lower case: as a client resolves it. */
export const registryHost = (registry: Registry): string => `${registry.name}.${registry.namespaceName}`.toLowerCase();

/**
 * Where a service's tasks register: the service's own registries, else the instances that carry its name. A registry of the
 * service that the export does not hold is left out.
 */
export function registriesOf(
  exported: EstateExport,
  known: ReadonlyMap<string, Registry>,
  service: Json<Ecs.Service>,
  clusterName: string,
): { registries: Registry[]; fromInstances: boolean } {
  const arns = [...(service.serviceRegistries ?? []), ...(primaryTaskSet(service)?.serviceRegistries ?? [])];
  const declared = arns.flatMap(({ registryArn }) => known.get(lastPart(registryArn ?? '')) ?? []);
  const fromInstances = declared.length === 0;
  const found = fromInstances
    ? Object.entries(exported.serviceDiscovery.instances ?? {}).flatMap(([id, instances]) => {
        const carries = instances.some(
          ({ Attributes: attributes }) =>
            attributes?.['ECS_SERVICE_NAME'] === service.serviceName &&
            attributes?.['ECS_CLUSTER_NAME'] === clusterName,
        );
        const registry = known.get(id);
        return carries && registry !== undefined ? [registry] : [];
      })
    : declared;
  const registries = unique(found, (one) => one.cloudMapServiceId).sort(by((one) => one.cloudMapServiceId));
  return { registries, fromInstances: fromInstances && registries.length > 0 };
}
