import type * as CloudMap from '@aws-sdk/client-servicediscovery';
import type { Json } from '../../export.ts';
import { keptUnder } from '../keptUnder.ts';
import { told, type Block } from './block.ts';
import type { Reader } from './reader.ts';

type Service = Json<CloudMap.Service>;

const namespace =
  (typeOf: (block: Block) => string | undefined): Reader =>
  (block, draft) => {
    const HttpName = block.text('http_name');
    const HostedZoneId = block.text('hosted_zone');
    const found = told({
      Id: block.text('id'),
      Arn: block.text('arn'),
      Name: block.text('name'),
      Type: typeOf(block) as CloudMap.NamespaceType | undefined,
      Description: block.text('description'),
      Properties: told({
        HttpProperties: HttpName === undefined ? undefined : { HttpName },
        DnsProperties: HostedZoneId === undefined ? undefined : { HostedZoneId },
      }),
    });
    block.skip('vpc', 'tags', 'tags_all');
    draft.serviceDiscovery.namespaces.push(found);
    return found;
  };

const service: Reader = (block, draft) => {
  const dns = block.one('dns_config');
  const check = block.one('health_check_config');
  const custom = block.one('health_check_custom_config');
  const namespaceId = block.text('namespace_id') ?? dns?.text('namespace_id');
  dns?.skip('namespace_id');
  const found: Service = told({
    Id: block.text('id'),
    Arn: block.text('arn'),
    Name: block.text('name'),
    NamespaceId: namespaceId,
    Description: block.text('description'),
    Type: block.text('type') as CloudMap.ServiceType | undefined,
    DnsConfig:
      dns === undefined
        ? undefined
        : told({
            NamespaceId: namespaceId,
            RoutingPolicy: dns.text('routing_policy') as CloudMap.RoutingPolicy | undefined,
            DnsRecords: (dns.many('dns_records') ?? []).map((record) => ({
              Type: record.text('type') as CloudMap.RecordType | undefined,
              TTL: record.count('ttl'),
            })),
          }),
    HealthCheckConfig:
      check === undefined
        ? undefined
        : told({
            Type: check.text('type') as CloudMap.HealthCheckType | undefined,
            ResourcePath: check.text('resource_path'),
            FailureThreshold: check.number('failure_threshold'),
          }),
    HealthCheckCustomConfig:
      custom === undefined ? undefined : told({ FailureThreshold: custom.number('failure_threshold') }),
  });
  block.skip('force_destroy', 'tags', 'tags_all');
  draft.serviceDiscovery.services.push(found);
  return found;
};

/** An instance that Terraform registered itself; those of ECS tasks are in no state. */
const instance: Reader = (block, draft) => {
  const serviceId = block.text('service_id') ?? '';
  const found = told({ Id: block.text('instance_id'), Attributes: block.map('attributes') });
  block.skip('id');
  keptUnder(draft.serviceDiscovery.instances, serviceId).push(found);
  return undefined;
};

/** Cloud Map, by Terraform's type. */
export const CLOUD_MAP: Readonly<Record<string, Reader>> = {
  aws_service_discovery_http_namespace: namespace(() => 'HTTP'),
  aws_service_discovery_private_dns_namespace: namespace(() => 'DNS_PRIVATE'),
  aws_service_discovery_public_dns_namespace: namespace(() => 'DNS_PUBLIC'),
  aws_service_discovery_dns_namespace: namespace((block) => block.text('type')),
  aws_service_discovery_service: service,
  aws_service_discovery_instance: instance,
};
