import type { Deployment, Service } from '@aws-sdk/client-ecs';
import type { ServiceResource } from '../../assess/model.ts';
import type { Resolved } from '../../reconciler/ports.ts';
import { changed } from './changes.ts';

/**
 * What others changed of green's service, field by field. More tasks than it was made with are none: it scales out by itself. Fewer are,
 * since its scale-in is suspended. What AWS adds to the Service Connect configuration does not count.
 */
export function serviceChanges(
  resource: ServiceResource,
  found: Service,
  primary: Deployment | undefined,
  resolved: Resolved,
): string[] {
  const { desiredCount } = resource.input;
  const taskDefinition = resolved.get(resource.taskDefinition.ref);
  return [
    ...(desiredCount !== undefined && (found.desiredCount ?? 0) < desiredCount
      ? changed('desired count', desiredCount, found.desiredCount ?? 0)
      : []),
    ...(primary === undefined
      ? []
      : [
          ...(taskDefinition === undefined ? [] : changed('task definition', taskDefinition, primary.taskDefinition)),
          ...serviceConnectChanges(resource, primary),
        ]),
  ];
}

/** It stands on the deployment, not on the service (row E20). */
export function serviceConnectChanges(
  { serviceConnect: { services: wanted } }: { serviceConnect: Pick<ServiceResource['serviceConnect'], 'services'> },
  primary: Deployment,
): string[] {
  const { enabled = false, services = [] } = primary.serviceConnectConfiguration ?? {};
  if (!enabled) return ['Service Connect on → off'];
  return wanted.flatMap((endpoint) => {
    const { portName, discoveryName, clientAliases } = endpoint;
    const name = `Service Connect port ${portName ?? ''}`;
    const one = services.find((service) => service.portName === portName);
    if (one === undefined) return [`${name} on → none`];
    return [
      ...(discoveryName === undefined ? [] : changed(`${name} discovery name`, discoveryName, one.discoveryName)),
      ...changed(
        `${name} aliases`,
        clientAliases?.map(({ dnsName, port }) => `${dnsName ?? ''}:${port ?? ''}`),
        one.clientAliases?.map(({ dnsName, port }) => `${dnsName ?? ''}:${port ?? ''}`),
      ),
    ];
  });
}
