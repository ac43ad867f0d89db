import type { ServiceId, Service } from '../../../lab/services/service.ts';
import type { SimulatedAws } from '../../../lab/simulated/simulatedAws.ts';

type Answer = Record<string, unknown>;
/** Asks the account without going over the wire, whatever stands before an operator's clients. */
type Ask = (service: ServiceId, operation: string, input?: object) => Answer;

/**
 * Everything that there is in the account, of every kind, whoever made it: a line a thing, with its settings and tags, in order. What AWS
 * makes up (ids, revisions, secrets) is left out, and so is what only tells of the moment, so that two ways to one end read the same.
 */
export function everythingIn(simulated: SimulatedAws): string[] {
  const ask: Ask = (service, operation, input = {}) => {
    const { operations }: Service = simulated.aws.services[service];
    const serve = operations[operation];
    if (serve === undefined) throw new Error(`the lab does not serve ${service} ${operation}`);
    return serve(input, { requestId: 'look', accessKeyId: '' }) as Answer;
  };
  return LOOKS.flatMap((look) => look(ask))
    .map(([kind, thing]) => `${kind} ${steady(JSON.stringify(inOrder(thing)))}`)
    .toSorted();
}

/** A kind and what is to be told of one thing of it. */
type Line = [kind: string, thing: unknown];
type Look = (ask: Ask) => Line[];

const listed = <One = Answer>(answer: Answer, member: string): One[] => (answer[member] ?? []) as One[];

const without = (thing: Answer, ...members: string[]): Answer =>
  Object.fromEntries(Object.entries(thing).filter(([member]) => !members.includes(member)));

const ecs: Look = (ask) => {
  const lines: Line[] = [];
  for (const cluster of listed<string>(ask('ecs', 'ListClusters'), 'clusterArns')) {
    const names = listed<string>(ask('ecs', 'ListServices', { cluster, maxResults: 100 }), 'serviceArns');
    const services =
      names.length === 0
        ? []
        : listed(ask('ecs', 'DescribeServices', { cluster, services: names, include: ['TAGS'] }), 'services');
    lines.push(
      ['cluster', cluster],
      ...services.map((one): Line => ['service', without(one, ...OF_THE_MOMENT)]),
      ...services.map((one): Line => ['deployments', [one['serviceName'], listed(one, 'deployments').map(settings)]]),
    );
    for (const desiredStatus of ['RUNNING', 'PENDING']) {
      const tasks = listed<string>(ask('ecs', 'ListTasks', { cluster, desiredStatus, maxResults: 100 }), 'taskArns');
      lines.push([`tasks ${desiredStatus}`, tasks.length]);
    }
  }
  for (const status of ['ACTIVE', 'INACTIVE', 'DELETE_IN_PROGRESS']) {
    const arns = listed<string>(ask('ecs', 'ListTaskDefinitions', { status }), 'taskDefinitionArns');
    for (const taskDefinition of arns) {
      const { tags } = ask('ecs', 'DescribeTaskDefinition', { taskDefinition, include: ['TAGS'] });
      lines.push([`task definition ${status}`, { taskDefinition, tags }]);
    }
  }
  return lines;
};

/** Of a service. */
const OF_THE_MOMENT = [
  'events',
  'createdAt',
  'deployments',
  'taskSets',
  'currentServiceDeployment',
  'currentServiceRevisions',
];

const settings = (deployment: Answer): Answer => {
  const { status, taskDefinition, desiredCount, rolloutState, serviceConnectConfiguration } = deployment;
  return { status, taskDefinition, desiredCount, rolloutState, serviceConnectConfiguration };
};

const elbv2: Look = (ask) => {
  const call = (operation: string, input?: object) => ask('elastic-load-balancing-v2', operation, input);
  const tagsOf = (arn: unknown) =>
    listed(call('DescribeTags', { ResourceArns: [arn] }), 'TagDescriptions')[0]?.['Tags'];
  const lines: Line[] = [];
  for (const balancer of listed(call('DescribeLoadBalancers'), 'LoadBalancers')) {
    const { LoadBalancerArn } = balancer;
    lines.push(['load balancer', { LoadBalancerArn, tags: tagsOf(LoadBalancerArn) }]);
    for (const listener of listed(call('DescribeListeners', { LoadBalancerArn }), 'Listeners')) {
      lines.push(['listener', { ...listener, tags: tagsOf(listener['ListenerArn']) }]);
      const rules = listed(call('DescribeRules', { ListenerArn: listener['ListenerArn'] }), 'Rules');
      lines.push(...rules.map((rule): Line => ['rule', { ...rule, tags: tagsOf(rule['RuleArn']) }]));
    }
  }
  for (const group of listed(call('DescribeTargetGroups'), 'TargetGroups')) {
    const { TargetGroupArn } = group;
    const health = listed(call('DescribeTargetHealth', { TargetGroupArn }), 'TargetHealthDescriptions');
    const { Attributes } = call('DescribeTargetGroupAttributes', { TargetGroupArn });
    lines.push(['target group', { ...group, tags: tagsOf(TargetGroupArn), Attributes, targets: health.length }]);
  }
  return lines;
};

const cloudMap: Look = (ask) => {
  const call = (operation: string, input?: object) => ask('servicediscovery', operation, input);
  const tagsOf = (ResourceARN: unknown) => call('ListTagsForResource', { ResourceARN })['Tags'];
  const namespaces = listed(call('ListNamespaces'), 'Namespaces');
  const services = listed(call('ListServices'), 'Services');
  return [
    ...namespaces.map(
      ({ Name, Type, Description, Arn }): Line => ['namespace', { Name, Type, Description, tags: tagsOf(Arn) }],
    ),
    ...services.map(({ Id, Name, Type, Arn }): Line => {
      const instances = listed(call('ListInstances', { ServiceId: Id }), 'Instances');
      const whose = instances.map(({ Attributes }) => String((Attributes as Answer)['ECS_SERVICE_NAME'])).toSorted();
      return ['Cloud Map service', { Name, Type, tags: tagsOf(Arn), whose }];
    }),
  ];
};

const scaling: Look = (ask) => {
  const call = (operation: string, input: object) => ask('application-auto-scaling', operation, input);
  const ecsOnly = { ServiceNamespace: 'ecs' };
  return [
    ...listed(call('DescribeScalableTargets', ecsOnly), 'ScalableTargets').map(
      (target): Line => [
        'scalable target',
        {
          ...without(target, 'CreationTime'),
          tags: call('ListTagsForResource', { ResourceARN: target['ScalableTargetARN'] })['Tags'],
        },
      ],
    ),
    ...listed(call('DescribeScalingPolicies', ecsOnly), 'ScalingPolicies').map(
      (policy): Line => ['scaling policy', without(policy, 'CreationTime')],
    ),
    ...listed(call('DescribeScheduledActions', ecsOnly), 'ScheduledActions').map(
      (action): Line => ['scheduled action', without(action, 'CreationTime')],
    ),
  ];
};

const alarms: Look = (ask) => {
  const answer = ask('cloudwatch', 'DescribeAlarms', { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] });
  return (['MetricAlarms', 'CompositeAlarms'] as const).flatMap((member) =>
    listed(answer, member).map(
      (alarm): Line => [
        member,
        {
          ...Object.fromEntries(
            Object.entries(alarm).filter(([name]) => !/^State|Timestamp$|EvaluationState/.test(name)),
          ),
          tags: ask('cloudwatch', 'ListTagsForResource', { ResourceARN: alarm['AlarmArn'] })['Tags'],
        },
      ],
    ),
  );
};

const meshes: Look = (ask) => {
  const call = (operation: string, input?: object) => ask('app-mesh', operation, input);
  return listed(call('ListMeshes'), 'meshes').flatMap((mesh): Line[] => {
    const { meshName } = mesh;
    const routers = listed(call('ListVirtualRouters', { meshName }), 'virtualRouters');
    const gateways = listed(call('ListVirtualGateways', { meshName }), 'virtualGateways');
    return [
      ['mesh', meshName],
      ...listed(call('ListVirtualNodes', { meshName }), 'virtualNodes').map(
        (one): Line => ['virtual node', one['arn']],
      ),
      ...listed(call('ListVirtualServices', { meshName }), 'virtualServices').map(
        (one): Line => ['virtual service', one['arn']],
      ),
      ...routers.flatMap((one): Line[] => [
        ['virtual router', one['arn']],
        ...listed(call('ListRoutes', { meshName, virtualRouterName: one['virtualRouterName'] }), 'routes').map(
          (route): Line => ['route', route['arn']],
        ),
      ]),
      ...gateways.flatMap((one): Line[] => [
        ['virtual gateway', one['arn']],
        ...listed(
          call('ListGatewayRoutes', { meshName, virtualGatewayName: one['virtualGatewayName'] }),
          'gatewayRoutes',
        ).map((route): Line => ['gateway route', route['arn']]),
      ]),
    ];
  });
};

/** Where a plan has no business at all. */
const elsewhere: Look = (ask) => [
  ...listed(ask('cloudwatch-logs', 'DescribeLogGroups'), 'logGroups').map((one): Line => ['log group', one['arn']]),
  ...listed(ask('iam', 'ListRoles'), 'Roles').map((one): Line => ['role', one['Arn']]),
  ...listed(ask('sns', 'ListTopics'), 'Topics').map((one): Line => ['topic', one['TopicArn']]),
  ...listed<string>(ask('sqs', 'ListQueues'), 'QueueUrls').map((one): Line => ['queue', one]),
  ...listed(ask('ec2', 'DescribeSecurityGroups'), 'SecurityGroups').map(
    (one): Line => ['security group', one['GroupId']],
  ),
];

const LOOKS: readonly Look[] = [ecs, elbv2, cloudMap, scaling, alarms, meshes, elsewhere];

function inOrder(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    const items = value.map(inOrder);
    // Sets, for AWS, that come in any order: tags, attributes, target groups.
    return items.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, inOrder(member)] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** Without what AWS makes up: ids of any kind, revisions, and the secret of a rule for probes. */
const steady = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/\b[0-9a-f]{32,}\b/g, '<hex>')
    .replaceAll(/\/[0-9a-f]{16}\b/g, '/<id>')
    .replaceAll(/\b(ns|srv)-[0-9a-z]+/g, '$1-<id>')
    .replaceAll(/(task-definition\/[\w-]+):\d+/g, '$1:<revision>');
