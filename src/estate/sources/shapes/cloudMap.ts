import type * as CloudMap from '@aws-sdk/client-servicediscovery';
import type { ShapeOf } from './shape.ts';

export const NAMESPACE = {
  Name: 'text',
  Description: 'text',
} as const satisfies ShapeOf<Pick<CloudMap.Namespace, 'Name' | 'Description'>>;

export const CLOUD_MAP_SERVICE = {
  Name: 'text',
  NamespaceId: 'text',
  Description: 'text',
  DnsConfig: { NamespaceId: 'text', RoutingPolicy: 'text', DnsRecords: [{ Type: 'text', TTL: 'number' }] },
  Type: 'text',
  HealthCheckConfig: { Type: 'text', ResourcePath: 'text', FailureThreshold: 'number' },
  HealthCheckCustomConfig: { FailureThreshold: 'number' },
} as const satisfies ShapeOf<
  Pick<
    CloudMap.Service,
    'Name' | 'NamespaceId' | 'Description' | 'DnsConfig' | 'Type' | 'HealthCheckConfig' | 'HealthCheckCustomConfig'
  >
>;
