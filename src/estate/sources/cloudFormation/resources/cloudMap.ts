import type { Draft } from '../../draft.ts';
import { keptUnder } from '../../keptUnder.ts';
import { CLOUD_MAP_SERVICE, NAMESPACE } from '../../shapes/cloudMap.ts';
import { attributeOf } from '../identities.ts';
import { asTheSdk } from '../spelling.ts';
import type { Resource } from '../resource.ts';
import { added, type Reader } from './reader.ts';

const namespace =
  (type: 'DNS_PRIVATE' | 'DNS_PUBLIC' | 'HTTP'): Reader =>
  (resource, draft) =>
    added(draft.serviceDiscovery.namespaces, {
      Id: resource.made(),
      Arn: resource.told(attributeOf(resource, 'Arn'), 'Name'),
      ...resource.fitAll(NAMESPACE, asTheSdk({}, 'Vpc', 'Properties', 'Tags')),
      Type: type,
    });

function service(resource: Resource, draft: Draft): object {
  const declared = resource.fitAll(CLOUD_MAP_SERVICE, asTheSdk({}, 'Name', 'Tags', 'ServiceAttributes'));
  const { NamespaceId: ofRecords, ...records } = (declared['DnsConfig'] ?? {}) as Record<string, unknown>;
  const namespaceId = declared['NamespaceId'] ?? ofRecords;
  return added(draft.serviceDiscovery.services, {
    ...declared,
    Id: resource.made(),
    Arn: resource.told(attributeOf(resource, 'Arn'), 'Name'),
    Name: resource.told(resource.named('Name'), 'Name'),
    ...(namespaceId === undefined ? {} : { NamespaceId: namespaceId }),
    ...(declared['DnsConfig'] === undefined ? {} : { DnsConfig: records }),
  });
}

function instance(resource: Resource, draft: Draft): void {
  const id = resource.text('ServiceId');
  const attributes = resource.fit('InstanceAttributes', 'texts');
  if (id === undefined) return;
  const registered = {
    Id: resource.told(resource.named('InstanceId'), 'InstanceId'),
    ...(attributes === undefined ? {} : { Attributes: attributes as Record<string, string> }),
  };
  keptUnder(draft.serviceDiscovery.instances, id).push(registered);
}

export const CLOUD_MAP: Readonly<Record<string, Reader>> = {
  'AWS::ServiceDiscovery::PrivateDnsNamespace': namespace('DNS_PRIVATE'),
  'AWS::ServiceDiscovery::PublicDnsNamespace': namespace('DNS_PUBLIC'),
  'AWS::ServiceDiscovery::HttpNamespace': namespace('HTTP'),
  'AWS::ServiceDiscovery::Service': service,
  'AWS::ServiceDiscovery::Instance': instance,
};
