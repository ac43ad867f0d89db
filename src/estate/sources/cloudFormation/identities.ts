import { Unknown } from '../shapes/shape.ts';
import type { Resource } from './resource.ts';
import { concat, type Result } from './values.ts';

/** What `Ref` and `Fn::GetAtt` give for a kind of resource. */
interface Identity {
  ref: (resource: Resource) => Result;
  attributes?: Readonly<Record<string, (resource: Resource) => Result>>;
}

const property =
  (name: string) =>
  (resource: Resource): Result =>
    resource.property(name);

const named =
  (name: string) =>
  (resource: Resource): string | Unknown =>
    resource.named(name);

const made = (resource: Resource): string => resource.made();

/** `NAME`, or `NAME@OWNER` for a mesh that another account shares (`mesh-mapping.md` 0.13). */
function meshPart(resource: Resource): Result {
  const name = resource.type === 'AWS::AppMesh::Mesh' ? resource.named('MeshName') : resource.property('MeshName');
  const owner = resource.property('MeshOwner');
  const shared = owner !== undefined && owner !== resource.stack.world.place.account;
  return shared ? concat([name, '@', owner]) : name;
}

type Part = string | ((resource: Resource) => Result);

const meshArn =
  (...rest: readonly Part[]) =>
  (resource: Resource): Result =>
    resource.arn(
      'appmesh',
      'mesh/',
      meshPart(resource),
      ...rest.map((part) => (typeof part === 'string' ? part : part(resource))),
    );

const meshOwner = (resource: Resource): Result =>
  resource.property('MeshOwner') ?? resource.stack.ref('AWS::AccountId');

/** App Mesh gives a resource's ARN for `Ref`, and its properties as attributes. */
function meshResource(name: string, ...rest: readonly Part[]): Identity {
  const arn = meshArn(...rest);
  return {
    ref: arn,
    attributes: {
      Arn: arn,
      Id: arn,
      MeshName: name === 'MeshName' ? named('MeshName') : property('MeshName'),
      VirtualRouterName: property('VirtualRouterName'),
      VirtualGatewayName: property('VirtualGatewayName'),
      [name]: named(name),
      MeshOwner: meshOwner,
      ResourceOwner: (resource) => resource.stack.ref('AWS::AccountId'),
    },
  };
}

const LOAD_BALANCER_KINDS: Readonly<Record<string, string>> = { network: 'net', gateway: 'gwy' };

/** `app/NAME/ID`, whose last part AWS makes up. */
function loadBalancerPath(resource: Resource): string | Unknown {
  const type = resource.property('Type') ?? 'application';
  const kind = typeof type === 'string' ? (LOAD_BALANCER_KINDS[type] ?? 'app') : 'app';
  return concat([kind, '/', resource.named('Name'), '/', resource.made()]);
}

/** A listener's ARN goes on from its load balancer's, a rule's from its listener's. */
function belowArn(resource: Resource, above: string, kind: string, own: string): Result {
  const arn = concat([resource.property(above)]);
  if (arn instanceof Unknown) return arn;
  return `${arn.replace(`:${kind}/`, `:${own}/`)}/${resource.made()}`;
}

const targetGroupPath = (resource: Resource): string | Unknown =>
  concat(['targetgroup/', resource.named('Name'), '/', resource.made()]);

const loadBalancerArn = (resource: Resource): Result =>
  resource.arn('elasticloadbalancing', 'loadbalancer/', loadBalancerPath(resource));
const targetGroupArn = (resource: Resource): Result => resource.arn('elasticloadbalancing', targetGroupPath(resource));
const listenerArn = (resource: Resource): Result => belowArn(resource, 'LoadBalancerArn', 'loadbalancer', 'listener');
const ruleArn = (resource: Resource): Result => belowArn(resource, 'ListenerArn', 'listener', 'listener-rule');

const clusterArn = (resource: Resource): Result => resource.arn('ecs', 'cluster/', resource.named('ClusterName'));

/** A cluster's name, whether a property gives that or its ARN. Without one, ECS takes the cluster `default`. */
export function clusterNameOf(resource: Resource): string | Unknown {
  const cluster = resource.property('Cluster') ?? 'default';
  return typeof cluster === 'string' ? cluster.slice(cluster.lastIndexOf('/') + 1) : concat([cluster]);
}

const serviceArn = (resource: Resource): Result =>
  resource.arn('ecs', 'service/', clusterNameOf(resource), '/', resource.named('ServiceName'));
const taskDefinitionArn = (resource: Resource): Result =>
  resource.arn('ecs', 'task-definition/', resource.named('Family'), ':', resource.made());

const cloudMap = (kind: 'namespace' | 'service'): Identity => ({
  ref: made,
  attributes: {
    Arn: (resource) => resource.arn('servicediscovery', `${kind}/`, resource.made()),
    Id: made,
    Name: named('Name'),
  },
});

const scalableTargetId = (resource: Resource): string | Unknown =>
  concat([
    resource.property('ResourceId'),
    '|',
    resource.property('ScalableDimension'),
    '|',
    resource.property('ServiceNamespace'),
  ]);

const roleArn = (resource: Resource): Result =>
  concat([
    `arn:${resource.partition()}:iam::`,
    resource.stack.world.place.account ?? '',
    ':role',
    resource.property('Path') ?? '/',
    resource.named('RoleName'),
  ]);

const byName = (name: string): Identity => ({ ref: named(name) });

const alarm: Identity = {
  ref: named('AlarmName'),
  attributes: { Arn: (resource) => resource.arn('cloudwatch', 'alarm:', resource.named('AlarmName')) },
};

const IDENTITIES: Readonly<Record<string, Identity>> = {
  'AWS::AppMesh::Mesh': meshResource('MeshName'),
  'AWS::AppMesh::VirtualNode': meshResource('VirtualNodeName', '/virtualNode/', named('VirtualNodeName')),
  'AWS::AppMesh::VirtualService': meshResource('VirtualServiceName', '/virtualService/', named('VirtualServiceName')),
  'AWS::AppMesh::VirtualRouter': meshResource('VirtualRouterName', '/virtualRouter/', named('VirtualRouterName')),
  'AWS::AppMesh::Route': meshResource(
    'RouteName',
    '/virtualRouter/',
    property('VirtualRouterName'),
    '/route/',
    named('RouteName'),
  ),
  'AWS::AppMesh::VirtualGateway': meshResource('VirtualGatewayName', '/virtualGateway/', named('VirtualGatewayName')),
  'AWS::AppMesh::GatewayRoute': meshResource(
    'GatewayRouteName',
    '/virtualGateway/',
    property('VirtualGatewayName'),
    '/gatewayRoute/',
    named('GatewayRouteName'),
  ),
  'AWS::ECS::Cluster': { ref: named('ClusterName'), attributes: { Arn: clusterArn } },
  'AWS::ECS::Service': { ref: serviceArn, attributes: { Name: named('ServiceName'), ServiceArn: serviceArn } },
  'AWS::ECS::TaskDefinition': { ref: taskDefinitionArn, attributes: { TaskDefinitionArn: taskDefinitionArn } },
  'AWS::ECS::TaskSet': { ref: made, attributes: { Id: made } },
  'AWS::ECS::CapacityProvider': byName('Name'),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    ref: loadBalancerArn,
    attributes: {
      LoadBalancerArn: loadBalancerArn,
      LoadBalancerFullName: loadBalancerPath,
      LoadBalancerName: named('Name'),
      SecurityGroups: property('SecurityGroups'),
    },
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    ref: targetGroupArn,
    attributes: {
      TargetGroupArn: targetGroupArn,
      TargetGroupFullName: targetGroupPath,
      TargetGroupName: named('Name'),
    },
  },
  'AWS::ElasticLoadBalancingV2::Listener': { ref: listenerArn, attributes: { ListenerArn: listenerArn } },
  'AWS::ElasticLoadBalancingV2::ListenerRule': { ref: ruleArn, attributes: { RuleArn: ruleArn } },
  'AWS::ServiceDiscovery::HttpNamespace': cloudMap('namespace'),
  'AWS::ServiceDiscovery::PrivateDnsNamespace': cloudMap('namespace'),
  'AWS::ServiceDiscovery::PublicDnsNamespace': cloudMap('namespace'),
  'AWS::ServiceDiscovery::Service': cloudMap('service'),
  'AWS::ApplicationAutoScaling::ScalableTarget': { ref: scalableTargetId, attributes: { Id: scalableTargetId } },
  'AWS::IAM::Role': { ref: named('RoleName'), attributes: { Arn: roleArn } },
  'AWS::Logs::LogGroup': byName('LogGroupName'),
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': alarm,
  'AWS::ECR::Repository': byName('RepositoryName'),
  'AWS::SSM::Parameter': byName('Name'),
  'AWS::S3::Bucket': byName('BucketName'),
  'AWS::EC2::SecurityGroup': { ref: made, attributes: { GroupId: made, Id: made } },
  'AWS::EFS::FileSystem': { ref: made, attributes: { FileSystemId: made } },
  'AWS::EFS::AccessPoint': { ref: made, attributes: { AccessPointId: made } },
};

const untold = (resource: Resource): Unknown | undefined =>
  resource.exists === false
    ? new Unknown(
        `The condition of ${resource.logicalId} does not hold, so there is no such resource.`,
        resource.made(),
      )
    : undefined;

/** What `Ref` gives for a resource: its name, id or ARN, with a placeholder where AWS makes up a part. */
export function referenceTo(resource: Resource): Result {
  return untold(resource) ?? (IDENTITIES[resource.type]?.ref ?? made)(resource);
}

export function attributeOf(resource: Resource, attribute: string): Result {
  const known = IDENTITIES[resource.type]?.attributes;
  const read = known !== undefined && Object.hasOwn(known, attribute) ? known[attribute] : undefined;
  return untold(resource) ?? (read === undefined ? resource.made(attribute) : read(resource));
}
