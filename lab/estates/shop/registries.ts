import type { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import {
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand,
  GetOperationCommand,
} from '@aws-sdk/client-servicediscovery';
import { until } from '../until.ts';
import { VPC } from './edge.ts';
import { NAMESPACE, SERVICES } from './names.ts';

const DNS_TTL_SECONDS = 10;

/** The private DNS namespace with one Cloud Map service for each service that is called. Answers their ARNs by ECS service. */
export async function createRegistries(
  cloudMap: ServiceDiscoveryClient,
  deadlineMs: number,
): Promise<ReadonlyMap<string, string>> {
  const { OperationId } = await cloudMap.send(
    new CreatePrivateDnsNamespaceCommand({ Name: NAMESPACE, Vpc: VPC, Description: 'Names of the shop' }),
  );
  const namespaceId = await until(`The namespace ${NAMESPACE}`, deadlineMs, async () => {
    const { Operation } = await cloudMap.send(new GetOperationCommand({ OperationId }));
    if (Operation?.Status === 'FAIL') throw new Error(`The namespace ${NAMESPACE} failed: ${Operation.ErrorMessage}`);
    const value = Operation?.Targets?.NAMESPACE;
    return Operation?.Status === 'SUCCESS' && value !== undefined ? { value } : `operation ${Operation?.Status}`;
  });
  const arns = new Map<string, string>();
  for (const service of SERVICES) {
    if (service.registry === undefined) continue;
    const { Service } = await cloudMap.send(
      new CreateServiceCommand({
        Name: service.registry,
        NamespaceId: namespaceId,
        DnsConfig: { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'A', TTL: DNS_TTL_SECONDS }] },
        HealthCheckCustomConfig: { FailureThreshold: 1 },
      }),
    );
    arns.set(service.name, Service?.Arn ?? '');
  }
  return arns;
}
