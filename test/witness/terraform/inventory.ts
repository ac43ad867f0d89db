import {
  AppMeshClient,
  paginateListMeshes,
  paginateListRoutes,
  paginateListVirtualGateways,
  paginateListVirtualNodes,
  paginateListVirtualRouters,
  paginateListVirtualServices,
} from '@aws-sdk/client-app-mesh';
import {
  ApplicationAutoScalingClient,
  DescribeScalingPoliciesCommand,
  DescribeScalableTargetsCommand,
  DescribeScheduledActionsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, DescribeAlarmsCommand, ListDashboardsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListPoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import {
  ListNamespacesCommand,
  ListServicesCommand as ListNames,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import type { ServiceId } from '../../../lab/services/service.ts';

/** Everything that an account holds, API by API, by ARN or by what stands for one. STS and Service Quotas hold nothing. */
export type Inventory = Record<
  Exclude<ServiceId, 'sts' | 'service-quotas' | 'eventbridge' | 'sqs'> | 'dynamodb',
  string[]
>;

interface Access {
  endpoint: string;
  region: string;
}

/**
 * Lists every API of the lab by its own means. Deregistered task definitions are left out: they stay for ever, on AWS too
 * (row E34).
 */
export async function takeInventory({ endpoint, region }: Access): Promise<Inventory> {
  const access = { endpoint, region, credentials: { accessKeyId: 'AKIDWITNESS', secretAccessKey: 'witness' } };
  const listings: { [Api in keyof Inventory]: () => Promise<(string | undefined)[]> } = {
    ecs: () => listEcs(new ECSClient(access)),
    'app-mesh': () => listAppMesh(new AppMeshClient(access)),
    servicediscovery: () => listCloudMap(new ServiceDiscoveryClient(access)),
    'elastic-load-balancing-v2': () => listLoadBalancing(new ElasticLoadBalancingV2Client(access)),
    cloudwatch: () => listCloudWatch(new CloudWatchClient(access)),
    'application-auto-scaling': () => listScaling(new ApplicationAutoScalingClient(access)),
    ec2: () => listNetwork(new EC2Client(access)),
    iam: () => listIam(new IAMClient(access)),
    'cloudwatch-logs': () => listLogGroups(new CloudWatchLogsClient(access)),
    sns: async () =>
      ((await new SNSClient(access).send(new ListTopicsCommand({}))).Topics ?? []).map(({ TopicArn }) => TopicArn),
    dynamodb: async () => (await new DynamoDBClient(access).send(new ListTablesCommand())).TableNames ?? [],
  };
  const taken = Object.entries(listings).map(async ([api, list]) => [api, (await list()).map(named).toSorted()]);
  return Object.fromEntries(await Promise.all(taken)) as Inventory;
}

function named(name: string | undefined): string {
  if (name === undefined) throw new Error('AWS listed something that has no name');
  return name;
}

async function listEcs(ecs: ECSClient) {
  const { clusterArns = [] } = await ecs.send(new ListClustersCommand());
  const { taskDefinitionArns = [] } = await ecs.send(new ListTaskDefinitionsCommand({ status: 'ACTIVE' }));
  const inside = clusterArns.map(async (cluster) => {
    const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster, maxResults: 100 }));
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster }));
    return [...serviceArns, ...taskArns];
  });
  return [...clusterArns, ...taskDefinitionArns, ...(await Promise.all(inside)).flat()];
}

async function listAppMesh(client: AppMeshClient) {
  const found: (string | undefined)[] = [];
  for await (const { meshes } of paginateListMeshes({ client }, {})) {
    for (const { arn, meshName } of meshes ?? []) {
      found.push(arn);
      for await (const page of paginateListVirtualNodes({ client }, { meshName })) {
        found.push(...(page.virtualNodes ?? []).map((one) => one.arn));
      }
      for await (const page of paginateListVirtualServices({ client }, { meshName })) {
        found.push(...(page.virtualServices ?? []).map((one) => one.arn));
      }
      for await (const page of paginateListVirtualGateways({ client }, { meshName })) {
        found.push(...(page.virtualGateways ?? []).map((one) => one.arn));
      }
      for await (const page of paginateListVirtualRouters({ client }, { meshName })) {
        for (const { arn: routerArn, virtualRouterName } of page.virtualRouters ?? []) {
          found.push(routerArn);
          for await (const { routes } of paginateListRoutes({ client }, { meshName, virtualRouterName })) {
            found.push(...(routes ?? []).map((one) => one.arn));
          }
        }
      }
    }
  }
  return found;
}

async function listCloudMap(cloudMap: ServiceDiscoveryClient) {
  const { Namespaces = [] } = await cloudMap.send(new ListNamespacesCommand());
  const { Services = [] } = await cloudMap.send(new ListNames());
  return [...Namespaces, ...Services].map(({ Arn }) => Arn);
}

async function listLoadBalancing(elbv2: ElasticLoadBalancingV2Client) {
  const { LoadBalancers = [] } = await elbv2.send(new DescribeLoadBalancersCommand());
  const { TargetGroups = [] } = await elbv2.send(new DescribeTargetGroupsCommand());
  const found = [
    ...LoadBalancers.map(({ LoadBalancerArn }) => LoadBalancerArn),
    ...TargetGroups.map(({ TargetGroupArn }) => TargetGroupArn),
  ];
  for (const { LoadBalancerArn } of LoadBalancers) {
    const { Listeners = [] } = await elbv2.send(new DescribeListenersCommand({ LoadBalancerArn }));
    for (const { ListenerArn } of Listeners) {
      const { Rules = [] } = await elbv2.send(new DescribeRulesCommand({ ListenerArn }));
      found.push(ListenerArn, ...Rules.map(({ RuleArn }) => RuleArn));
    }
  }
  return found;
}

async function listCloudWatch(cloudWatch: CloudWatchClient) {
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
  );
  const { DashboardEntries = [] } = await cloudWatch.send(new ListDashboardsCommand({}));
  return [
    ...[...MetricAlarms, ...CompositeAlarms].map(({ AlarmArn }) => AlarmArn),
    ...DashboardEntries.map(({ DashboardArn }) => DashboardArn),
  ];
}

async function listScaling(autoScaling: ApplicationAutoScalingClient) {
  const ServiceNamespace = 'ecs';
  const { ScalableTargets = [] } = await autoScaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace }));
  const { ScalingPolicies = [] } = await autoScaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace }));
  const { ScheduledActions = [] } = await autoScaling.send(new DescribeScheduledActionsCommand({ ServiceNamespace }));
  return [
    ...ScalableTargets.map(({ ResourceId }) => ResourceId),
    ...ScalingPolicies.map(({ PolicyARN }) => PolicyARN),
    ...ScheduledActions.map(({ ScheduledActionARN }) => ScheduledActionARN),
  ];
}

async function listNetwork(ec2: EC2Client) {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand());
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand());
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand());
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand());
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand());
  return [
    ...Vpcs.map(({ VpcId }) => VpcId),
    ...Subnets.map(({ SubnetId }) => SubnetId),
    ...SecurityGroups.map(({ GroupId }) => GroupId),
    ...SecurityGroupRules.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId),
    ...NetworkInterfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId),
  ];
}

async function listIam(iam: IAMClient) {
  const { Roles = [] } = await iam.send(new ListRolesCommand());
  const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
  const found = [...Roles, ...Policies].map(({ Arn }) => Arn);
  for (const { Arn, RoleName } of Roles) {
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    found.push(...PolicyNames.map((name) => `${Arn} ${name}`));
    found.push(...AttachedPolicies.map(({ PolicyArn }) => `${Arn} ${PolicyArn}`));
  }
  return found;
}

async function listLogGroups(logs: CloudWatchLogsClient) {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand());
  return logGroups.map(({ arn }) => arn);
}
