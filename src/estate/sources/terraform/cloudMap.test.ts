import { describe, expect, test } from 'vitest';
import { whole } from '../../../../test/fixtures/terraformResources.ts';

describe('Cloud Map', () => {
  test.each([
    ['aws_service_discovery_http_namespace', { http_name: 'shop' }, 'HTTP', { HttpProperties: { HttpName: 'shop' } }],
    [
      'aws_service_discovery_private_dns_namespace',
      { hosted_zone: 'Z1', vpc: 'vpc-1' },
      'DNS_PRIVATE',
      { DnsProperties: { HostedZoneId: 'Z1' } },
    ],
    [
      'aws_service_discovery_public_dns_namespace',
      { hosted_zone: 'Z1' },
      'DNS_PUBLIC',
      { DnsProperties: { HostedZoneId: 'Z1' } },
    ],
  ])('the namespace %s', (type, attributes, Type, Properties) => {
    const { namespaces } = whole([type, { id: 'ns-1', arn: 'arn:ns', name: 'shop', ...attributes }]).serviceDiscovery;
    expect(namespaces).toEqual([{ Id: 'ns-1', Arn: 'arn:ns', Name: 'shop', Type, Properties }]);
  });

  test('a service, and instances that Terraform registered itself', () => {
    const { services, instances } = whole(
      [
        'aws_service_discovery_service',
        {
          id: 'srv-1',
          arn: 'arn:srv',
          name: 'user',
          type: 'DNS_HTTP',
          dns_config: [{ namespace_id: 'ns-1', routing_policy: 'MULTIVALUE', dns_records: [{ type: 'A', ttl: 10 }] }],
          health_check_config: [{ type: 'HTTP', resource_path: '/', failure_threshold: 1 }],
          health_check_custom_config: [{ failure_threshold: 1 }],
          force_destroy: true,
        },
      ],
      [
        'aws_service_discovery_instance',
        { id: 'i', instance_id: 'i', service_id: 'srv-1', attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } },
      ],
    ).serviceDiscovery;
    expect(services).toEqual([
      {
        Id: 'srv-1',
        Arn: 'arn:srv',
        Name: 'user',
        NamespaceId: 'ns-1',
        Type: 'DNS_HTTP',
        DnsConfig: { NamespaceId: 'ns-1', RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'A', TTL: 10 }] },
        HealthCheckConfig: { Type: 'HTTP', ResourcePath: '/', FailureThreshold: 1 },
        HealthCheckCustomConfig: { FailureThreshold: 1 },
      },
    ]);
    expect(instances).toEqual({ 'srv-1': [{ Id: 'i', Attributes: { AWS_INSTANCE_IPV4: '10.0.0.1' } }] });
  });
});
