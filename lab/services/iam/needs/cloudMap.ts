import {
  creating,
  eachNamed,
  nameIn,
  type Need,
  type NeedTable,
  onAnything,
  type Surroundings,
  tagsIn,
} from './need.ts';

const arn = ({ account }: Surroundings, kind: 'namespace' | 'service', id: string) =>
  `arn:aws:servicediscovery:${account.region}:${account.id}:${kind}/${nameIn(id)}`;

const onNamespace = (operation: string) => (input: { Id?: string }, around: Surroundings) => [
  { action: `servicediscovery:${operation}`, resource: arn(around, 'namespace', input.Id ?? '') },
];

const onService =
  (operation: string) =>
  (input: { Id?: string; ServiceId?: string }, around: Surroundings): Need[] => {
    const resource = arn(around, 'service', input.ServiceId ?? input.Id ?? '');
    return [
      { action: `servicediscovery:${operation}`, resource, context: { 'servicediscovery:ServiceArn': resource } },
    ];
  };

const makingNamespace =
  (operation: string) =>
  (input: { Tags?: { Key?: string; Value?: string }[] }): Need[] =>
    creating(
      { action: `servicediscovery:${operation}`, resource: '*', requestTags: tagsIn(input.Tags) },
      { action: 'servicediscovery:TagResource', operation },
    );

interface Named {
  Id?: string;
  Name?: string;
}

const idOf = (list: Named[] | undefined, name: string | undefined) => list?.find(({ Name }) => Name === name)?.Id;

/** Namespace and service by the names that a client looks them up by; `*` for what is not there. */
const discovering =
  (operation: string) =>
  (input: { NamespaceName?: string; ServiceName?: string }, around: Surroundings): Need[] => {
    const action = `servicediscovery:${operation}`;
    const context = {
      'servicediscovery:NamespaceName': input.NamespaceName,
      'servicediscovery:ServiceName': input.ServiceName,
    };
    const namespace = idOf(
      around.look('servicediscovery', 'ListNamespaces', {
        Filters: [{ Name: 'NAME', Values: [input.NamespaceName ?? ''] }],
      })?.Namespaces,
      input.NamespaceName,
    );
    if (namespace === undefined) return [{ action, resource: '*', context }];
    const service = idOf(
      around.look('servicediscovery', 'ListServices', {
        Filters: [{ Name: 'NAMESPACE_ID', Values: [namespace] }],
        MaxResults: 100,
      })?.Services,
      input.ServiceName,
    );
    return [
      { action, resource: arn(around, 'namespace', namespace), context },
      ...(service === undefined ? [] : [{ action, resource: arn(around, 'service', service), context }]),
    ];
  };

export const CLOUD_MAP_NEEDS: NeedTable = {
  ...eachNamed(['ListNamespaces', 'ListServices', 'ListOperations'], (operation) =>
    onAnything(`servicediscovery:${operation}`),
  ),
  ...eachNamed(['CreateHttpNamespace', 'CreatePrivateDnsNamespace', 'CreatePublicDnsNamespace'], makingNamespace),
  ...eachNamed(['GetNamespace', 'DeleteNamespace'], onNamespace),
  ...eachNamed(
    [
      'GetService',
      'DeleteService',
      'UpdateService',
      'RegisterInstance',
      'DeregisterInstance',
      'GetInstance',
      'ListInstances',
      'GetInstancesHealthStatus',
      'UpdateInstanceCustomHealthStatus',
    ],
    onService,
  ),
  ...eachNamed(['DiscoverInstances', 'DiscoverInstancesRevision'], discovering),
  CreateService: (input, around) => {
    const namespace = nameIn(input.NamespaceId ?? input.DnsConfig?.NamespaceId ?? '');
    const action = 'servicediscovery:CreateService';
    return [
      { action, resource: arn(around, 'namespace', namespace) },
      ...creating(
        {
          action,
          resource: arn(around, 'service', '*'),
          context: { 'servicediscovery:NamespaceArn': arn(around, 'namespace', namespace) },
          requestTags: tagsIn(input.Tags),
        },
        { action: 'servicediscovery:TagResource', operation: 'CreateService', resource: '*' },
      ),
    ];
  },
  GetOperation: ({ OperationId }, around) => {
    const action = 'servicediscovery:GetOperation';
    const targets = around.look('servicediscovery', 'GetOperation', { OperationId })?.Operation?.Targets ?? {};
    const resources = [
      ...(targets.NAMESPACE === undefined ? [] : [arn(around, 'namespace', targets.NAMESPACE)]),
      ...(targets.SERVICE === undefined ? [] : [arn(around, 'service', targets.SERVICE)]),
    ];
    return (resources.length === 0 ? ['*'] : resources).map((resource) => ({ action, resource }));
  },
  TagResource: ({ Tags }) => [{ action: 'servicediscovery:TagResource', resource: '*', requestTags: tagsIn(Tags) }],
  UntagResource: ({ TagKeys }) => [{ action: 'servicediscovery:UntagResource', resource: '*', tagKeys: TagKeys }],
  ListTagsForResource: onAnything('servicediscovery:ListTagsForResource'),
};
