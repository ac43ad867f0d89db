import type {
  CustomHealthStatus,
  DnsRecord,
  NamespaceType,
  RoutingPolicy,
  ServiceType,
} from '@aws-sdk/client-servicediscovery';

interface Tagged {
  id: string;
  arn: string;
  /** The place in the order of creation; page tokens are made of it. */
  sequence: number;
  name: string;
  description: string | undefined;
  creatorRequestId: string | undefined;
  createdMs: number;
  tags: Map<string, string>;
}

export interface StoredNamespace extends Tagged {
  type: NamespaceType;
  /** What DiscoverInstances takes; differs from the name where that was taken (row S7). */
  httpName: string;
  vpc: string | undefined;
  hostedZoneId: string | undefined;
  soaTtlSeconds: number;
}

export interface StoredService extends Tagged {
  namespaceId: string;
  /** `HTTP` is API-only; `DNS_HTTP` has DNS records too. */
  type: ServiceType;
  dns: { routingPolicy: RoutingPolicy; records: DnsRecord[] } | undefined;
  hasCustomHealthCheck: boolean;
  instances: Map<string, StoredInstance>;
  /** Grows with every change of the instances. */
  revision: number;
}

export interface StoredInstance {
  id: string;
  sequence: number;
  attributes: Readonly<Record<string, string>>;
  creatorRequestId: string | undefined;
  customHealth: CustomHealthStatus;
}
