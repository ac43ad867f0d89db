import type {
  CreateServiceResponse,
  DiscoverInstancesResponse,
  DiscoverInstancesRevisionResponse,
  GetInstancesHealthStatusResponse,
  GetNamespaceResponse,
  GetOperationResponse,
  GetServiceResponse,
  ListInstancesResponse,
  ListNamespacesResponse,
  ListOperationsResponse,
  ListServicesResponse,
} from '@aws-sdk/client-servicediscovery';
import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { AWS_LIKE_DELAYS, NO_DELAYS } from '../../delays.ts';
import { AwsError } from '../../errors.ts';
import { Faults } from '../../faults.ts';
import { Random } from '../../random.ts';
import { CloudMapService } from './cloudMapService.ts';

interface Started {
  OperationId: string;
}

interface Outputs {
  CreateHttpNamespace: Started;
  CreatePrivateDnsNamespace: Started;
  CreatePublicDnsNamespace: unknown;
  CreateService: CreateServiceResponse;
  DeleteNamespace: Started;
  DeleteService: unknown;
  DeregisterInstance: Started;
  DiscoverInstances: DiscoverInstancesResponse;
  DiscoverInstancesRevision: DiscoverInstancesRevisionResponse;
  GetInstance: unknown;
  GetInstancesHealthStatus: GetInstancesHealthStatusResponse;
  GetNamespace: GetNamespaceResponse;
  GetOperation: GetOperationResponse;
  GetService: GetServiceResponse;
  ListInstances: ListInstancesResponse;
  ListNamespaces: ListNamespacesResponse;
  ListOperations: ListOperationsResponse;
  ListServices: ListServicesResponse;
  ListTagsForResource: unknown;
  RegisterInstance: Started;
  TagResource: unknown;
  UntagResource: unknown;
  UpdateInstanceCustomHealthStatus: unknown;
  UpdateService: Started;
}

const CALL = { requestId: 'r', accessKeyId: 'a' };
const A_RECORD = { DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 10 }] } };

function lab(delays = NO_DELAYS) {
  const clock = new SimulatedClock();
  const faults = new Faults();
  const account = { id: '123456789012', region: 'eu-west-1' };
  const service = new CloudMapService({ clock, random: new Random(1), account, delays, faults });
  const call = <Name extends keyof Outputs>(operation: Name, input: object): Outputs[Name] =>
    service.operations[operation]?.(input, CALL) as Outputs[Name];
  const refusal = (operation: keyof Outputs, input: object): AwsError => {
    try {
      call(operation, input);
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
    throw new Error(`${operation} was not refused`);
  };
  const targetOf = ({ OperationId }: Started): string =>
    call('GetOperation', { OperationId }).Operation?.Targets?.NAMESPACE ?? '';
  const http = (Name: string): string => targetOf(call('CreateHttpNamespace', { Name }));
  const dns = (Name: string): string => targetOf(call('CreatePrivateDnsNamespace', { Name, Vpc: 'vpc-1' }));
  const serviceIn = (NamespaceId: string, Name: string, over: object = {}): string =>
    call('CreateService', { NamespaceId, Name, ...over }).Service?.Id ?? '';
  return { clock, faults, service, call, refusal, http, dns, serviceIn };
}

describe('namespaces', () => {
  test('C1: CreateHttpNamespace answers an operation only: SUBMITTED, PENDING, SUCCESS with the namespace as target', () => {
    const { clock, call, refusal } = lab(AWS_LIKE_DELAYS);
    const { OperationId, ...rest } = call('CreateHttpNamespace', { Name: 'shop-sc' });
    expect(rest).toEqual({});
    const operation = () => call('GetOperation', { OperationId }).Operation;
    expect(operation()).toMatchObject({ Status: 'SUBMITTED', Type: 'CREATE_NAMESPACE' });
    const Id = operation()?.Targets?.NAMESPACE;
    expect(refusal('GetNamespace', { Id }).code).toBe('NamespaceNotFound');
    clock.advance(AWS_LIKE_DELAYS.cloudMapOperationMs / 2);
    expect(operation()?.Status).toBe('PENDING');
    clock.advance(AWS_LIKE_DELAYS.cloudMapOperationMs / 2);
    expect(operation()?.Status).toBe('SUCCESS');
    expect(call('GetNamespace', { Id }).Namespace).toMatchObject({ Name: 'shop-sc', Type: 'HTTP', ServiceCount: 0 });
  });

  test('C1: what cannot be done when its turn comes is a FAIL with a reason', () => {
    const { clock, call } = lab(AWS_LIKE_DELAYS);
    const created = call('CreateHttpNamespace', { Name: 'shop-sc' });
    clock.advance(AWS_LIKE_DELAYS.cloudMapOperationMs);
    const Id = call('GetOperation', created).Operation?.Targets?.NAMESPACE;
    const deleted = call('DeleteNamespace', { Id });
    call('CreateService', { NamespaceId: Id, Name: 'user' });
    clock.advance(AWS_LIKE_DELAYS.cloudMapOperationMs);
    expect(call('GetOperation', deleted).Operation).toMatchObject({ Status: 'FAIL', ErrorCode: 'ResourceInUse' });
    expect(
      call('ListOperations', { Filters: [{ Name: 'STATUS', Values: ['FAIL'], Condition: 'EQ' }] }).Operations,
    ).toEqual([{ Id: deleted.OperationId, Status: 'FAIL' }]);
  });

  test('C1: OperationNotFound', () => {
    expect(lab().refusal('GetOperation', { OperationId: 'x' }).code).toBe('OperationNotFound');
  });

  test('C2, C3: NamespaceAlreadyExists, without the word Exception, carries NamespaceId and CreatorRequestId', () => {
    const { call, refusal } = lab();
    const created = call('CreateHttpNamespace', { Name: 'shop-sc', CreatorRequestId: 'first' });
    expect(refusal('CreateHttpNamespace', { Name: 'shop-sc', CreatorRequestId: 'second' })).toMatchObject({
      code: 'NamespaceAlreadyExists',
      status: 400,
      members: {
        NamespaceId: call('GetOperation', created).Operation?.Targets?.NAMESPACE,
        CreatorRequestId: 'first',
      },
    });
  });

  test('C3: while the first is under way, DuplicateRequest carries DuplicateOperationId', () => {
    const { call, refusal } = lab(AWS_LIKE_DELAYS);
    const { OperationId } = call('CreateHttpNamespace', { Name: 'shop-sc', CreatorRequestId: 'first' });
    expect(refusal('CreateHttpNamespace', { Name: 'shop-sc', CreatorRequestId: 'second' })).toMatchObject({
      code: 'DuplicateRequest',
      members: { DuplicateOperationId: OperationId },
    });
  });

  test('C4: the same CreatorRequestId answers the same operation, before and after its end', () => {
    const { clock, call } = lab(AWS_LIKE_DELAYS);
    const create = () => call('CreateHttpNamespace', { Name: 'shop-sc', CreatorRequestId: 'token' }).OperationId;
    const first = create();
    expect(create()).toBe(first);
    clock.advance(AWS_LIKE_DELAYS.cloudMapOperationMs);
    expect(create()).toBe(first);
    expect(call('ListNamespaces', {}).Namespaces).toHaveLength(1);
  });

  test('a deleted namespace can be made again under its old CreatorRequestId', () => {
    const { call } = lab();
    const create = () => call('CreateHttpNamespace', { Name: 'shop-sc', CreatorRequestId: 'token' });
    const Id = call('GetOperation', create()).Operation?.Targets?.NAMESPACE;
    call('DeleteNamespace', { Id });
    const again = call('GetOperation', create()).Operation?.Targets?.NAMESPACE;
    expect(again).not.toBe(Id);
    expect(call('GetNamespace', { Id: again }).Namespace?.Name).toBe('shop-sc');
  });

  test('C5: a namespace with services and a service with instances are ResourceInUse', () => {
    const { call, refusal, http, serviceIn } = lab();
    const namespace = http('shop');
    const service = serviceIn(namespace, 'user');
    call('RegisterInstance', { ServiceId: service, InstanceId: 'i1', Attributes: {} });
    expect(refusal('DeleteService', { Id: service }).code).toBe('ResourceInUse');
    expect(refusal('DeleteNamespace', { Id: namespace }).code).toBe('ResourceInUse');
    call('DeregisterInstance', { ServiceId: service, InstanceId: 'i1' });
    call('DeleteService', { Id: service });
    call('DeleteNamespace', { Id: namespace });
    expect(call('ListNamespaces', {}).Namespaces).toEqual([]);
  });

  test('C6: filters work after paging: an empty page can have a NextToken', () => {
    const { call, http, dns } = lab();
    http('a');
    http('b');
    dns('c.local');
    const Filters = [{ Name: 'TYPE', Values: ['DNS_PRIVATE'], Condition: 'EQ' }];
    const first = call('ListNamespaces', { Filters, MaxResults: 2 });
    expect(first.Namespaces).toEqual([]);
    expect(first.NextToken).toBeDefined();
    const second = call('ListNamespaces', { Filters, MaxResults: 2, NextToken: first.NextToken });
    expect(second.Namespaces?.map(({ Name }) => Name)).toEqual(['c.local']);
    expect(second.NextToken).toBeUndefined();
  });

  test('C7, S7: filters by NAME and HTTP_NAME; a name can exist once per type, and then the HttpName differs', () => {
    const { call, refusal, http, dns, service } = lab();
    http('shop.local');
    const second = dns('shop.local');
    const byName = call('ListNamespaces', { Filters: [{ Name: 'NAME', Values: ['shop'], Condition: 'BEGINS_WITH' }] });
    expect(byName.Namespaces).toHaveLength(2);
    const httpName = call('GetNamespace', { Id: second }).Namespace?.Properties?.HttpProperties?.HttpName ?? '';
    expect(httpName).toMatch(/^shop\.local-[a-z0-9]{16}$/);
    const byHttpName = call('ListNamespaces', { Filters: [{ Name: 'HTTP_NAME', Values: [httpName] }] });
    expect(byHttpName.Namespaces?.map(({ Id }) => Id)).toEqual([second]);
    expect(service.findNamespace(httpName)?.id).toBe(second);
    expect(refusal('ListNamespaces', { Filters: [{ Name: 'VPC', Values: ['x'] }] }).code).toBe('InvalidInput');
  });

  test('public DNS namespaces are refused with a clear word', () => {
    expect(lab().refusal('CreatePublicDnsNamespace', { Name: 'x.example' }).message).toContain(
      'The lab does not serve public DNS namespaces',
    );
  });

  test('C9: fifty namespaces', () => {
    const { http, refusal } = lab();
    for (let index = 0; index < 50; index += 1) http(`n${index}`);
    expect(refusal('CreateHttpNamespace', { Name: 'one-more' }).code).toBe('ResourceLimitExceeded');
  });
});

describe('services', () => {
  test('C3, C4: ServiceAlreadyExists carries ServiceId and ServiceArn; the same CreatorRequestId answers the same service', () => {
    const { refusal, http, serviceIn, call } = lab();
    const namespace = http('shop');
    const id = serviceIn(namespace, 'user', { CreatorRequestId: 'token' });
    expect(serviceIn(namespace, 'user', { CreatorRequestId: 'token' })).toBe(id);
    expect(refusal('CreateService', { NamespaceId: namespace, Name: 'user', CreatorRequestId: 'other' })).toMatchObject(
      {
        code: 'ServiceAlreadyExists',
        members: { ServiceId: id, ServiceArn: call('GetService', { Id: id }).Service?.Arn },
      },
    );
  });

  test('types: API-only in HTTP namespaces and on request, DNS_HTTP with records', () => {
    const { call, refusal, http, dns, serviceIn } = lab();
    const typeOf = (Id: string) => call('GetService', { Id }).Service?.Type;
    const local = dns('shop.local');
    expect(typeOf(serviceIn(http('shop'), 'user'))).toBe('HTTP');
    expect(typeOf(serviceIn(local, 'user', { Type: 'HTTP' }))).toBe('HTTP');
    expect(typeOf(serviceIn(local, 'stock', A_RECORD))).toBe('DNS_HTTP');
    expect(refusal('CreateService', { NamespaceId: local, Name: 'x' }).code).toBe('InvalidInput');
    expect(refusal('CreateService', { NamespaceId: local, Name: 'STOCK', ...A_RECORD }).code).toBe(
      'ServiceAlreadyExists',
    );
  });

  test('ListServices by namespace, with tags and counts kept', () => {
    const { call, http, serviceIn } = lab();
    const [one, two] = [http('one'), http('two')];
    serviceIn(one, 'user', { Tags: [{ Key: 'team', Value: 'shop' }] });
    serviceIn(two, 'user');
    const { Services } = call('ListServices', { Filters: [{ Name: 'NAMESPACE_ID', Values: [one] }] });
    expect(Services).toHaveLength(1);
    expect(Services?.[0]).toMatchObject({ Name: 'user', InstanceCount: 0 });
    const ResourceARN = Services?.[0]?.Arn;
    call('TagResource', { ResourceARN, Tags: [{ Key: 'env', Value: 'prod' }] });
    call('UntagResource', { ResourceARN, TagKeys: ['team'] });
    expect(call('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'env', Value: 'prod' }] });
  });

  test('UpdateService is an operation', () => {
    const { clock, call, dns, serviceIn } = lab();
    const id = serviceIn(dns('shop.local'), 'user', A_RECORD);
    clock.advance(1000);
    call('UpdateService', {
      Id: id,
      Service: { Description: 'users', DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 60 }] } },
    });
    expect(call('GetService', { Id: id }).Service).toMatchObject({
      Description: 'users',
      DnsConfig: { RoutingPolicy: 'MULTIVALUE', DnsRecords: [{ Type: 'A', TTL: 60 }] },
    });
  });
});

describe('instances and discovery', () => {
  test('C1: RegisterInstance takes effect when its operation succeeds', () => {
    const { clock, service, call, refusal } = lab(AWS_LIKE_DELAYS);
    const created = call('CreateHttpNamespace', { Name: 'shop' });
    clock.advance(AWS_LIKE_DELAYS.cloudMapOperationMs);
    const NamespaceId = call('GetOperation', created).Operation?.Targets?.NAMESPACE;
    const ServiceId = call('CreateService', { NamespaceId, Name: 'user' }).Service?.Id ?? '';
    call('RegisterInstance', { ServiceId, InstanceId: 'i1', Attributes: { AWS_INSTANCE_IPV4: '10.0.1.5' } });
    expect(call('ListInstances', { ServiceId }).Instances).toEqual([]);
    expect(refusal('RegisterInstance', { ServiceId, InstanceId: 'i1', Attributes: {} }).code).toBe('DuplicateRequest');
    clock.advance(AWS_LIKE_DELAYS.cloudMapOperationMs);
    expect(service.instances(ServiceId)).toEqual([{ instanceId: 'i1', attributes: { AWS_INSTANCE_IPV4: '10.0.1.5' } }]);
  });

  test('C8: DiscoverInstances takes the HttpName, gives at most MaxResults, in random order', () => {
    const { call, refusal, service, http, serviceIn } = lab();
    const id = serviceIn(http('shop'), 'user');
    for (let index = 0; index < 120; index += 1) service.register(id, `i${index}`, { version: String(index % 2) });
    const discover = (over: object = {}) =>
      call('DiscoverInstances', { NamespaceName: 'shop', ServiceName: 'user', ...over }).Instances?.map(
        ({ InstanceId }) => InstanceId,
      ) ?? [];
    expect(discover()).toHaveLength(100);
    const all = discover({ MaxResults: 1000 });
    expect(all).toHaveLength(120);
    expect(all).not.toEqual(discover({ MaxResults: 1000 }));
    expect(discover({ MaxResults: 1000, QueryParameters: { version: '1' } })).toHaveLength(60);
    expect(discover({ MaxResults: 1000, OptionalParameters: { version: 'none' } })).toHaveLength(120);
    expect(refusal('DiscoverInstances', { NamespaceName: 'nowhere', ServiceName: 'user' }).code).toBe(
      'NamespaceNotFound',
    );
    expect(refusal('DiscoverInstances', { NamespaceName: 'shop', ServiceName: 'nobody' }).code).toBe('ServiceNotFound');
  });

  test('C8: the health filter counts only where there is a health check', () => {
    const { call, http, serviceIn, refusal } = lab();
    const namespace = http('shop');
    const plain = serviceIn(namespace, 'plain');
    const checked = serviceIn(namespace, 'checked', { HealthCheckCustomConfig: { FailureThreshold: 1 } });
    for (const ServiceId of [plain, checked]) {
      for (const InstanceId of ['i1', 'i2']) call('RegisterInstance', { ServiceId, InstanceId, Attributes: {} });
    }
    call('UpdateInstanceCustomHealthStatus', { ServiceId: checked, InstanceId: 'i1', Status: 'UNHEALTHY' });
    const unhealthy = (ServiceName: string) =>
      call('DiscoverInstances', { NamespaceName: 'shop', ServiceName, HealthStatus: 'UNHEALTHY' }).Instances?.length;
    expect(unhealthy('plain')).toBe(2);
    expect(unhealthy('checked')).toBe(1);
    expect(call('GetInstancesHealthStatus', { ServiceId: checked }).Status).toEqual({ i1: 'UNHEALTHY', i2: 'HEALTHY' });
    expect(
      refusal('UpdateInstanceCustomHealthStatus', { ServiceId: plain, InstanceId: 'i1', Status: 'HEALTHY' }).code,
    ).toBe('CustomHealthNotFound');
  });

  test('DiscoverInstancesRevision grows with every change', () => {
    const { call, service, http, serviceIn } = lab();
    const id = serviceIn(http('shop'), 'user');
    const revision = () =>
      call('DiscoverInstancesRevision', { NamespaceName: 'shop', ServiceName: 'user' }).InstancesRevision ?? 0;
    const before = revision();
    service.register(id, 'i1', {});
    service.deregister(id, 'i1');
    expect(revision()).toBe(before + 2);
  });

  test('S16, C10: the services that ECS makes are API-only in any namespace, and without DNS', () => {
    const { call, service, dns } = lab();
    const namespace = dns('shop.local');
    const { id, arn } = service.createServiceConnectService(namespace, 'user');
    service.register(id, 'task1', { AWS_INSTANCE_IPV4: '10.0.1.5', AWS_INSTANCE_PORT: '8080' });
    expect(call('GetService', { Id: id }).Service?.Type).toBe('HTTP');
    expect(service.resolveDns('user.shop.local')).toEqual([]);
    expect(service.findServiceByName(namespace, 'user')).toEqual({ id, arn });
    expect(service.findService(arn)).toEqual({ id, arn, name: 'user', namespaceName: 'shop.local' });
    service.removeServiceConnectService(id);
    service.removeServiceConnectService(id);
    expect(service.findServiceByName(namespace, 'user')).toBeUndefined();
  });

  test('private DNS: service.namespace resolves to the instances; only SRV tells a port', () => {
    const { service, dns, serviceIn } = lab();
    const namespace = dns('shop.local');
    const a = serviceIn(namespace, 'user', A_RECORD);
    const srv = serviceIn(namespace, 'stock', { DnsConfig: { DnsRecords: [{ Type: 'SRV', TTL: 10 }] } });
    const attributes = { AWS_INSTANCE_IPV4: '10.0.1.5', AWS_INSTANCE_PORT: '8080' };
    service.register(a, 'task1', attributes);
    service.register(srv, 'task2', attributes);
    expect(service.resolveDns('User.Shop.Local.')).toEqual([{ ip: '10.0.1.5', port: 0 }]);
    expect(service.resolveDns('stock.shop.local')).toEqual([{ ip: '10.0.1.5', port: 8080 }]);
    expect(service.resolveDns('nobody.shop.local')).toEqual([]);
    for (let index = 0; index < 20; index += 1)
      service.register(a, `more${index}`, { AWS_INSTANCE_IPV4: `10.0.2.${index}` });
    expect(service.resolveDns('user.shop.local')).toHaveLength(8);
  });

  test('A0: with App Mesh gone, what ECS registers under DNS freezes, and Service Connect goes on', () => {
    const { faults, call, service, dns, serviceIn } = lab();
    const namespace = dns('shop.local');
    const blue = serviceIn(namespace, 'user', A_RECORD);
    const green = service.createServiceConnectService(namespace, 'user-sc').id;
    const register = (id: string) => service.register(blue, id, { AWS_INSTANCE_IPV4: '10.0.1.5' });
    register('task1');
    faults.set('app-mesh-gone', true);
    register('task2');
    service.deregister(blue, 'task1');
    expect(service.instances(blue).map(({ instanceId }) => instanceId)).toEqual(['task1']);
    expect(service.resolveDns('user.shop.local')).toHaveLength(1);
    service.register(green, 'task3', {});
    expect(service.instances(green)).toHaveLength(1);
    service.register(blue, 'task4', { AWS_INSTANCE_IPV4: '10.0.1.6' }, 'other');
    expect(service.resolveDns('user.shop.local')).toHaveLength(2);
    service.deregister(blue, 'task4', 'other');
    expect(service.instances(blue).map(({ instanceId }) => instanceId)).toEqual(['task1']);
    call('DeregisterInstance', { ServiceId: blue, InstanceId: 'task1' });
    expect(service.instances(blue)).toEqual([]);
  });

  test('what goes out is a copy', () => {
    const { service, http, serviceIn, call } = lab();
    const id = serviceIn(http('shop'), 'user');
    const attributes: Record<string, string> = { color: 'blue' };
    service.register(id, 'i1', attributes);
    attributes['color'] = 'red';
    const listed = call('ListInstances', { ServiceId: id }).Instances?.[0]?.Attributes ?? {};
    listed['color'] = 'green';
    expect(service.instances(id)[0]?.attributes).toEqual({ color: 'blue' });
  });
});
