import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { witness } from '../witnesses.ts';
import { REFUSED } from './awsCli.ts';
import { openShop, type Shop, type ShopIds } from './shop.ts';

const { title, skip } = witness('AWS CLI');

const ecs = (what: string) => `arn:aws:ecs:us-east-1:111122223333:${what}`;
const appMesh = (what: string) => `arn:aws:appmesh:us-east-1:111122223333:mesh/shop${what}`;

/** A command, what of its answer is looked at (JMESPath), and what is to be seen there. */
type Read = [command: string, query: string, seen: Json | ((ids: ShopIds) => Json)];
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const ECS: Read[] = [
  ['ecs list-clusters', 'clusterArns', [ecs('cluster/shop')]],
  [
    'ecs describe-clusters --clusters shop --include SETTINGS',
    'clusters[].[clusterName,status,activeServicesCount,runningTasksCount,settings[0].value]',
    [['shop', 'ACTIVE', 3, 6, 'enabled']],
  ],
  [
    'ecs describe-clusters --clusters shop --include STATISTICS',
    "clusters[].statistics[?value!='0'].[name,value]",
    [
      [
        ['runningFargateTasksCount', '6'],
        ['activeFargateServiceCount', '3'],
      ],
    ],
  ],
  [
    'ecs list-services --cluster shop',
    'sort(serviceArns)',
    ['frontend', 'stock-api', 'user-api'].map((name) => ecs(`service/shop/${name}`)),
  ],
  [
    'ecs describe-services --cluster shop --services frontend user-api stock-api',
    'services[].[serviceName,status,desiredCount,runningCount,length(deployments),deployments[0].rolloutState]',
    ['frontend', 'user-api', 'stock-api'].map((name) => [name, 'ACTIVE', 2, 2, 1, 'COMPLETED']),
  ],
  [
    'ecs describe-services --cluster shop --services frontend --include TAGS',
    'services[].{behind:loadBalancers[].[targetGroupArn,containerName,containerPort],tags:tags}',
    (ids) => [{ behind: [[ids.targetGroup, 'app', 8080]], tags: [{ key: 'team', value: 'shop' }] }],
  ],
  ['ecs list-tasks --cluster shop', 'length(taskArns)', 6],
  ['ecs list-tasks --cluster shop --service-name frontend', 'taskArns[0]', ({ task }) => task],
  ['ecs list-tasks --cluster shop --desired-status STOPPED', 'taskArns', []],
  ['ecs list-tasks --cluster shop --family user-api', 'length(taskArns)', 2],
  [
    'ecs describe-tasks --cluster shop --tasks {task}',
    'tasks[].[group,lastStatus,healthStatus,launchType,taskDefinitionArn,containers[].[name,lastStatus,healthStatus]]',
    [
      [
        'service:frontend',
        'RUNNING',
        'HEALTHY',
        'FARGATE',
        ecs('task-definition/frontend:1'),
        [
          ['app', 'RUNNING', 'UNKNOWN'],
          ['envoy', 'RUNNING', 'HEALTHY'],
        ],
      ],
    ],
  ],
  [
    'ecs describe-tasks --cluster shop --tasks {task}',
    "tasks[].attachments[].details[?name=='privateIPv4Address'].value | [0][0] != null",
    true,
  ],
  [
    'ecs describe-task-definition --task-definition frontend',
    'taskDefinition.[family,revision,status,networkMode,proxyConfiguration.type,containerDefinitions[].name]',
    ['frontend', 1, 'ACTIVE', 'awsvpc', 'APPMESH', ['app', 'envoy']],
  ],
  ['ecs describe-task-definition --task-definition frontend --include TAGS', 'tags', [{ key: 'team', value: 'shop' }]],
  [
    'ecs list-task-definitions',
    'taskDefinitionArns',
    ['frontend', 'stock-api', 'user-api'].map((name) => ecs(`task-definition/${name}:1`)),
  ],
  ['ecs list-task-definitions --family-prefix user-api', 'taskDefinitionArns', [ecs('task-definition/user-api:1')]],
  ['ecs list-task-definition-families --status ACTIVE', 'families', ['frontend', 'stock-api', 'user-api']],
  [
    `ecs list-tags-for-resource --resource-arn ${ecs('service/shop/frontend')}`,
    'tags',
    [{ key: 'team', value: 'shop' }],
  ],
  ['ecs list-services-by-namespace --namespace shop.local', 'serviceArns', []],
  [
    'ecs list-service-deployments --cluster shop --service frontend',
    'serviceDeployments[].[serviceDeploymentArn,status]',
    (ids) => [[ids.serviceDeployment, 'SUCCESSFUL']],
  ],
  [
    'ecs describe-service-deployments --service-deployment-arns {serviceDeployment}',
    'serviceDeployments[].[status,targetServiceRevision.[arn,runningTaskCount],deploymentCircuitBreaker.status,alarms.status]',
    (ids) => [['SUCCESSFUL', [ids.serviceRevision, 2], 'MONITORING_COMPLETE', 'DISABLED']],
  ],
  [
    'ecs describe-service-revisions --service-revision-arns {serviceRevision}',
    'serviceRevisions[].[taskDefinition,launchType,loadBalancers[0].targetGroupArn]',
    (ids) => [[ecs('task-definition/frontend:1'), 'FARGATE', ids.targetGroup]],
  ],
];

const ELBV2: Read[] = [
  [
    'elbv2 describe-load-balancers',
    'LoadBalancers[].[LoadBalancerArn,LoadBalancerName,Type,Scheme,State.Code,length(AvailabilityZones)]',
    (ids) => [[ids.loadBalancer, 'shop', 'application', 'internet-facing', 'active', 2]],
  ],
  [
    'elbv2 describe-listeners --load-balancer-arn {loadBalancer}',
    'Listeners[].[ListenerArn,Protocol,Port,DefaultActions[].[Type,FixedResponseConfig.StatusCode]]',
    (ids) => [[ids.listener, 'HTTP', 8080, [['fixed-response', '404']]]],
  ],
  [
    'elbv2 describe-rules --listener-arn {listener}',
    'Rules[].[Priority,IsDefault,Conditions[].[Field,Values],Actions[].[Type,ForwardConfig.TargetGroups]]',
    (ids) => [
      ['10', false, [['path-pattern', ['/*']]], [['forward', [{ TargetGroupArn: ids.targetGroup, Weight: 1 }]]]],
      ['default', true, [], [['fixed-response', null]]],
    ],
  ],
  ['elbv2 describe-rules --rule-arns {rule}', 'Rules[].RuleArn', ({ rule }) => [rule]],
  [
    'elbv2 describe-target-groups --load-balancer-arn {loadBalancer}',
    'TargetGroups[].[TargetGroupArn,TargetGroupName,Protocol,Port,TargetType,HealthCheckPath,Matcher.HttpCode,LoadBalancerArns]',
    (ids) => [[ids.targetGroup, 'frontend', 'HTTP', 8080, 'ip', '/health', '200', [ids.loadBalancer]]],
  ],
  ['elbv2 describe-target-groups --names frontend', 'TargetGroups[].TargetGroupArn', (ids) => [ids.targetGroup]],
  [
    'elbv2 describe-target-health --target-group-arn {targetGroup}',
    'TargetHealthDescriptions[].[Target.Port,HealthCheckPort,TargetHealth.State]',
    [
      [8080, '8080', 'healthy'],
      [8080, '8080', 'healthy'],
    ],
  ],
  [
    'elbv2 describe-target-health --target-group-arn {targetGroup} --targets Id=10.9.9.9,Port=80',
    'TargetHealthDescriptions[].TargetHealth.[State,Reason]',
    [['unused', 'Target.NotRegistered']],
  ],
  [
    'elbv2 describe-tags --resource-arns {loadBalancer} {targetGroup}',
    'TagDescriptions[].[ResourceArn,Tags]',
    (ids) => [
      [ids.loadBalancer, []],
      [ids.targetGroup, []],
    ],
  ],
  [
    'elbv2 describe-load-balancer-attributes --load-balancer-arn {loadBalancer}',
    "Attributes[?Key=='idle_timeout.timeout_seconds' || Key=='deletion_protection.enabled'].Value",
    ['60', 'false'],
  ],
  [
    'elbv2 describe-target-group-attributes --target-group-arn {targetGroup}',
    "Attributes[?Key=='deregistration_delay.timeout_seconds' || Key=='stickiness.enabled'].Value",
    ['30', 'false'],
  ],
  [
    'elbv2 describe-listener-attributes --listener-arn {listener}',
    "Attributes[?Key=='routing.http.response.server.enabled'].Value",
    ['true'],
  ],
  [
    'elbv2 describe-account-limits',
    "Limits[?Name=='rules-per-application-load-balancer' || Name=='targets-per-application-load-balancer'].Max",
    ['1000', '100'],
  ],
];

const MESH: Read[] = [
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

const CLOUD_MAP: Read[] = [
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

const WATCHED: Read[] = [
  [
    'cloudwatch describe-alarms --alarm-names shop-5xx shop-latency nope',
    'MetricAlarms[].[AlarmName,StateValue,Namespace,MetricName,Threshold]',
    [
      ['shop-5xx', 'OK', 'AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', 5],
      ['shop-latency', 'OK', 'AWS/ApplicationELB', 'TargetResponseTime', 8],
    ],
  ],
  ['cloudwatch describe-alarms --alarm-types CompositeAlarm', 'CompositeAlarms', []],
  [
    'cloudwatch describe-alarm-history --alarm-name shop-5xx --history-item-type StateUpdate',
    'AlarmHistoryItems[].HistorySummary',
    ['Alarm updated from INSUFFICIENT_DATA to OK'],
  ],
  [
    'cloudwatch list-metrics --namespace ECS/ContainerInsights --metric-name RunningTaskCount',
    "sort(Metrics[].Dimensions[?Name=='ServiceName'].Value[])",
    ['frontend', 'stock-api', 'user-api'],
  ],
  [
    'cloudwatch list-tags-for-resource --resource-arn arn:aws:cloudwatch:us-east-1:111122223333:alarm:shop-5xx',
    'Tags',
    [],
  ],
  [
    'application-autoscaling describe-scalable-targets --service-namespace ecs',
    'ScalableTargets[].[ResourceId,ScalableDimension,MinCapacity,MaxCapacity]',
    [['service/shop/frontend', 'ecs:service:DesiredCount', 2, 4]],
  ],
  [
    'application-autoscaling describe-scaling-policies --service-namespace ecs',
    'ScalingPolicies[].[PolicyName,PolicyType,TargetTrackingScalingPolicyConfiguration.TargetValue,length(Alarms)]',
    [['frontend-requests', 'TargetTrackingScaling', 100_000, 2]],
  ],
  ['application-autoscaling describe-scheduled-actions --service-namespace ecs', 'ScheduledActions', []],
  ['application-autoscaling describe-scaling-activities --service-namespace ecs', 'ScalingActivities', []],
  ['dynamodb list-tables', 'TableNames', []],
  ['sts get-caller-identity', '[Account,Arn]', ['111122223333', 'arn:aws:iam::111122223333:user/AKIDLAB']],
];

/** A command, and the code and the text that AWS answers it with. */
const REFUSALS: [command: string, code: string, text: string][] = [
  ['ecs describe-services --cluster nope --services frontend', 'ClusterNotFoundException', 'Cluster not found.'],
  ['ecs describe-services --services frontend', 'ClusterNotFoundException', 'Cluster not found.'],
  ['ecs list-tasks --cluster shop --service-name nope', 'ServiceNotFoundException', 'Service not found.'],
  ['ecs describe-task-definition --task-definition nope', 'ClientException', 'Unable to describe task definition.'],
  ['ecs list-services-by-namespace --namespace nope', 'NamespaceNotFoundException', 'nope was not found'],
  ['elbv2 describe-load-balancers --names nope', 'LoadBalancerNotFound', "Load balancers '[nope]' not found"],
  ['elbv2 describe-target-groups --names nope', 'TargetGroupNotFound', 'One or more target groups not found'],
  ['elbv2 describe-rules --rule-arns {rule}0', 'RuleNotFound', 'One or more rules not found'],
  ['elbv2 describe-rules', 'ValidationError', 'You must specify either listener rule ARNs or a listener ARN'],
  [
    'appmesh describe-virtual-node --mesh-name shop --virtual-node-name nope',
    'NotFoundException',
    'VirtualNode with name nope',
  ],
  ['servicediscovery get-service --id srv-nope', 'ServiceNotFound', 'srv-nope'],
  ['servicediscovery discover-instances --namespace-name shop.local --service-name nope', 'ServiceNotFound', 'nope'],
  ['cloudwatch set-alarm-state --alarm-name nope --state-value OK --state-reason x', 'ResourceNotFound', 'nope'],
  ['dynamodb scan --table-name nope', 'ResourceNotFoundException', 'Requested resource not found'],
  // What the lab does not serve it says in words.
  ['elbv2 describe-ssl-policies', 'UnknownOperationException', 'DescribeSSLPolicies is not served; nothing was done'],
];

describe.skipIf(skip)(`${title} reads the lab's shop`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(async () => {
    await shop?.close();
  });

  describe.concurrent.each([
    ['ECS', ECS],
    ['ELBv2', ELBV2],
    ['App Mesh', MESH],
    ['Cloud Map', CLOUD_MAP],
    ['CloudWatch, Application Auto Scaling, DynamoDB and STS', WATCHED],
  ])('%s', (_, reads) => {
    test.concurrent.each(reads)('%s → %s', async (command, query, seen) => {
      const answer = await shop.aws.json(shop.filled(command), '--query', query);
      expect(answer).toEqual(typeof seen === 'function' ? seen(shop.ids) : seen);
    });
  });

  test.concurrent.each(REFUSALS)('%s is refused with %s', async (command, code, text) => {
    const { exitCode, stdout, stderr } = await shop.aws.run(shop.filled(command));
    expect(REFUSED).toContain(exitCode);
    expect(stdout).toBe('');
    expect(stderr).toContain(`An error occurred (${code}) when calling the`);
    expect(stderr).toContain(text);
  });

  test('an unknown service, task and cluster are failures beside the answer, and no error', async () => {
    const missing = (arn: string) => [{ arn, reason: 'MISSING' }];
    const services = await shop.aws.json('ecs describe-services --cluster shop --services nope frontend');
    expect(services).toMatchObject({
      services: [{ serviceName: 'frontend' }],
      failures: missing(ecs('service/shop/nope')),
    });
    const tasks = await shop.aws.json('ecs describe-tasks --cluster shop --tasks 0123');
    expect(tasks).toEqual({ tasks: [], failures: missing(ecs('task/shop/0123')) });
    const clusters = await shop.aws.json('ecs describe-clusters --clusters nope');
    expect(clusters).toEqual({ clusters: [], failures: missing(ecs('cluster/nope')) });
  });
});
