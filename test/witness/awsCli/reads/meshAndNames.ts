import type { Read } from './read.ts';

const appMesh = (what: string) => `arn:aws:appmesh:us-east-1:111122223333:mesh/shop${what}`;

export const MESH: Read[] = [
  ['appmesh list-meshes', 'meshes[].[meshName,arn]', [['shop', appMesh('')]]],
  [
    'appmesh describe-mesh --mesh-name shop',
    'mesh.[status.status,spec.egressFilter.type,metadata.version]',
    ['ACTIVE', 'ALLOW_ALL', 1],
  ],
  [
    'appmesh list-virtual-nodes --mesh-name shop',
    'sort(virtualNodes[].arn)',
    ['frontend-vn', 'stock-vn', 'user-vn'].map((name) => appMesh(`/virtualNode/${name}`)),
  ],
  [
    'appmesh describe-virtual-node --mesh-name shop --virtual-node-name frontend-vn',
    'virtualNode.[status.status,spec.listeners[].portMapping,sort(spec.backends[].virtualService.virtualServiceName)]',
    ['ACTIVE', [{ port: 8080, protocol: 'http' }], ['stock.shop.local', 'user.shop.local']],
  ],
  ['appmesh list-virtual-routers --mesh-name shop', 'virtualRouters[].virtualRouterName', ['user-vr']],
  [
    'appmesh describe-virtual-router --mesh-name shop --virtual-router-name user-vr',
    'virtualRouter.spec.listeners[].portMapping',
    [{ port: 8080, protocol: 'http' }],
  ],
  ['appmesh list-routes --mesh-name shop --virtual-router-name user-vr', 'routes[].routeName', ['all']],
  [
    'appmesh describe-route --mesh-name shop --virtual-router-name user-vr --route-name all',
    'route.spec.httpRoute.[match.prefix,action.weightedTargets[].[virtualNode,weight]]',
    ['/', [['user-vn', 100]]],
  ],
  [
    'appmesh list-virtual-services --mesh-name shop',
    'sort(virtualServices[].virtualServiceName)',
    ['frontend.shop.local', 'stock.shop.local', 'user.shop.local'],
  ],
  [
    'appmesh describe-virtual-service --mesh-name shop --virtual-service-name user.shop.local',
    'virtualService.spec.provider.virtualRouter.virtualRouterName',
    'user-vr',
  ],
  ['appmesh list-virtual-gateways --mesh-name shop', 'virtualGateways', []],
  [`appmesh list-tags-for-resource --resource-arn ${appMesh('')}`, 'tags', []],
];

export const CLOUD_MAP: Read[] = [
  [
    'servicediscovery list-namespaces',
    'Namespaces[].[Id,Name,Type,Properties.HttpProperties.HttpName]',
    ({ namespace }) => [[namespace, 'shop.local', 'DNS_PRIVATE', 'shop.local']],
  ],
  ['servicediscovery list-namespaces --filters Name=TYPE,Values=HTTP', 'Namespaces', []],
  ['servicediscovery get-namespace --id {namespace}', 'Namespace.[Name,ServiceCount]', ['shop.local', 2]],
  [
    'servicediscovery list-services --filters Name=NAMESPACE_ID,Values={namespace}',
    'sort(Services[].Name)',
    ['stock', 'user'],
  ],
  [
    'servicediscovery get-service --id {registry}',
    'Service.[Name,NamespaceId,InstanceCount,DnsConfig.DnsRecords[].Type]',
    ({ namespace }) => ['user', namespace, 2, ['A']],
  ],
  [
    'servicediscovery list-instances --service-id {registry}',
    'Instances[].Attributes.[ECS_SERVICE_NAME,AWS_INSTANCE_PORT]',
    [
      ['user-api', '8080'],
      ['user-api', '8080'],
    ],
  ],
  [
    'servicediscovery get-instance --service-id {registry} --instance-id {instance}',
    'Instance.[Id,Attributes.ECS_CLUSTER_NAME]',
    ({ instance }) => [instance, 'shop'],
  ],
  ['servicediscovery get-instances-health-status --service-id {registry}', 'values(Status)', ['HEALTHY', 'HEALTHY']],
  ['servicediscovery list-operations', 'Operations[].[Id,Status]', ({ operation }) => [[operation, 'SUCCESS']]],
  [
    'servicediscovery get-operation --operation-id {operation}',
    'Operation.[Type,Status,Targets]',
    ({ namespace }) => ['CREATE_NAMESPACE', 'SUCCESS', { NAMESPACE: namespace }],
  ],
  [
    'servicediscovery discover-instances --namespace-name shop.local --service-name user',
    'Instances[].[NamespaceName,ServiceName,HealthStatus,Attributes.ECS_SERVICE_NAME]',
    [1, 2].map(() => ['shop.local', 'user', 'HEALTHY', 'user-api']),
  ],
  [
    'servicediscovery discover-instances-revision --namespace-name shop.local --service-name user',
    'InstancesRevision > `0`',
    true,
  ],
];
