import type * as Ecs from '@aws-sdk/client-ecs';
import type { Json } from '../../export.ts';
import { lastPart } from '../../order.ts';
import { told, type Block } from './block.ts';
import type { Draft } from '../draft.ts';
import { tagsOf, type Reader } from './reader.ts';
import { serviceConnect, volumeConfigurations } from './serviceConnect.ts';

type Service = Json<Ecs.Service>;

/** The ARN of another ECS object of the same account and region. */
const sibling = (arn: string, resource: string): string => `${arn.split(':').slice(0, 5).join(':')}:${resource}`;

function strategy(block: Block, name: string): Json<Ecs.CapacityProviderStrategyItem>[] | undefined {
  return block.many(name)?.map(
    (one): Json<Ecs.CapacityProviderStrategyItem> =>
      told({
        capacityProvider: one.text('capacity_provider'),
        weight: one.count('weight'),
        base: one.count('base'),
      }),
  );
}

function network(block: Block): Json<Ecs.NetworkConfiguration> | undefined {
  const found = block.one('network_configuration');
  if (found === undefined) return undefined;
  const publicIp = found.flag('assign_public_ip');
  return {
    awsvpcConfiguration: told({
      subnets: found.texts('subnets'),
      securityGroups: found.texts('security_groups'),
      assignPublicIp: publicIp === undefined ? undefined : publicIp ? ('ENABLED' as const) : ('DISABLED' as const),
    }),
  };
}

const loadBalancers = (block: Block): Json<Ecs.LoadBalancer>[] =>
  (block.many('load_balancer') ?? []).map((one) =>
    told({
      targetGroupArn: one.text('target_group_arn'),
      loadBalancerName: one.text('elb_name') ?? one.text('load_balancer_name'),
      containerName: one.text('container_name'),
      containerPort: one.number('container_port'),
    }),
  );

const registries = (block: Block): Json<Ecs.ServiceRegistry>[] =>
  (block.many('service_registries') ?? []).map((one) =>
    told({
      registryArn: one.text('registry_arn'),
      port: one.number('port'),
      containerName: one.text('container_name'),
      containerPort: one.number('container_port'),
    }),
  );

/** A revision may be named by its family alone, and then means the newest. */
function taskDefinitionArn(block: Block, draft: Draft, arn: string): string | undefined {
  const named = block.text('task_definition');
  if (named === undefined || named.startsWith('arn:')) return named;
  if (named.includes(':')) return sibling(arn, `task-definition/${named}`);
  const revisions = draft.ecs.taskDefinitions.filter((one) => one.taskDefinition.family === named);
  if (revisions.length === 1) return revisions[0]?.taskDefinition.taskDefinitionArn;
  return block.report(
    'task_definition',
    `It names the family ${named} and no revision; the live service would tell it.`,
  );
}

function deploymentConfiguration(block: Block): Json<Ecs.DeploymentConfiguration> {
  const breaker = block.one('deployment_circuit_breaker');
  const alarms = block.one('alarms');
  const newer = block.one('deployment_configuration');
  return told({
    maximumPercent: block.number('deployment_maximum_percent'),
    minimumHealthyPercent: block.count('deployment_minimum_healthy_percent'),
    strategy: newer?.text('strategy') as Ecs.DeploymentStrategy | undefined,
    bakeTimeInMinutes: newer?.count('bake_time_in_minutes'),
    deploymentCircuitBreaker:
      breaker === undefined ? undefined : { enable: breaker.flag('enable'), rollback: breaker.flag('rollback') },
    alarms:
      alarms === undefined
        ? undefined
        : {
            alarmNames: alarms.texts('alarm_names'),
            enable: alarms.flag('enable'),
            rollback: alarms.flag('rollback'),
          },
  });
}

const service: Reader = (block, draft, { mode }) => {
  const id = block.text('id') ?? '';
  const serviceArn = block.text('arn') ?? id;
  const cluster = block.text('cluster_arn') ?? block.text('cluster') ?? 'default';
  const connect = block.one('service_connect_configuration');
  const taskDefinition = taskDefinitionArn(block, draft, serviceArn);
  // Service Connect and volumes stand on a service's deployments, as in DescribeServices.
  const deployment = told({
    serviceConnectConfiguration: connect === undefined ? undefined : serviceConnect(connect),
    volumeConfigurations: volumeConfigurations(block),
    vpcLatticeConfigurations: block.many('vpc_lattice_configurations')?.map((one) => ({
      roleArn: one.text('role_arn'),
      targetGroupArn: one.text('target_group_arn'),
      portName: one.text('port_name'),
    })),
  });
  const controller = block.one('deployment_controller')?.text('type');
  const found = told({
    serviceArn,
    serviceName: block.text('service_name') ?? block.text('name') ?? lastPart(serviceArn),
    clusterArn: cluster.startsWith('arn:') ? cluster : sibling(serviceArn, `cluster/${cluster}`),
    loadBalancers: mode === 'data' ? undefined : loadBalancers(block),
    serviceRegistries: mode === 'data' ? undefined : registries(block),
    status: block.text('status'),
    desiredCount: block.count('desired_count'),
    launchType: block.text('launch_type') as Ecs.LaunchType | undefined,
    capacityProviderStrategy: strategy(block, 'capacity_provider_strategy'),
    platformVersion: block.text('platform_version'),
    taskDefinition,
    deploymentConfiguration: deploymentConfiguration(block),
    deployments:
      Object.keys(deployment).length === 0 ? undefined : [told({ status: 'PRIMARY', taskDefinition, ...deployment })],
    placementConstraints: (block.many('placement_constraints') ?? []).map((one) =>
      told({ type: one.text('type') as Ecs.PlacementConstraintType, expression: one.text('expression') }),
    ),
    placementStrategy: (block.many('ordered_placement_strategy') ?? []).map((one) =>
      told({ type: one.text('type') as Ecs.PlacementStrategyType, field: one.text('field') }),
    ),
    networkConfiguration: network(block),
    healthCheckGracePeriodSeconds: block.count('health_check_grace_period_seconds'),
    schedulingStrategy: block.text('scheduling_strategy') as Ecs.SchedulingStrategy | undefined,
    deploymentController: controller === undefined ? undefined : { type: controller as Ecs.DeploymentControllerType },
    enableECSManagedTags: block.flag('enable_ecs_managed_tags'),
    propagateTags: block.text('propagate_tags') as Ecs.PropagateTags | undefined,
    enableExecuteCommand: block.flag('enable_execute_command'),
    availabilityZoneRebalancing: block.text('availability_zone_rebalancing') as
      | Ecs.AvailabilityZoneRebalancing
      | undefined,
    tags: tagsOf(block),
  }) as Service;
  block.skip('iam_role', 'force_delete', 'force_new_deployment', 'sigint_rollback', 'timeouts', 'triggers');
  block.skip('wait_for_steady_state');
  if (mode === 'data') {
    const why = 'A data source tells of no load balancers, networks, registries or limits of a service;';
    block.report('', `${why} the live API would, or the state of the configuration that made it.`);
  }
  draft.ecs.services.push(found);
  return found;
};

const cluster: Reader = (block, draft) => {
  const defaults = block.one('service_connect_defaults')?.text('namespace');
  const id = block.text('id');
  const found = told({
    clusterArn: block.text('arn') ?? id,
    clusterName: block.text('cluster_name') ?? block.text('name'),
    status: block.text('status'),
    settings: block
      .many('setting')
      ?.map((one) => ({ name: one.text('name') as Ecs.ClusterSettingName, value: one.text('value') })),
    serviceConnectDefaults: defaults === undefined ? undefined : { namespace: defaults },
    tags: tagsOf(block),
  }) as Json<Ecs.Cluster>;
  block.skip('configuration', 'registered_container_instances_count', 'running_tasks_count', 'pending_tasks_count');
  draft.ecs.clusters.push(found);
  return found;
};

/** Capacity providers are a resource of their own, and a part of the cluster in the API. */
const capacityProviders: Reader = (block, draft) => {
  const name = block.text('cluster_name');
  const found = draft.ecs.clusters.find((one) => one.clusterName === name);
  const names = block.texts('capacity_providers');
  const defaults = strategy(block, 'default_capacity_provider_strategy');
  block.skip('id');
  if (found !== undefined)
    Object.assign(found, told({ capacityProviders: names, defaultCapacityProviderStrategy: defaults }));
  return undefined;
};

/** A version of a service whose deployments something outside ECS steers. */
const taskSet: Reader = (block, draft) => {
  const serviceName = lastPart(block.text('service') ?? '');
  const clusterName = lastPart(block.text('cluster') ?? '');
  const owner = draft.ecs.services.find(
    (one) => one.serviceName === serviceName && lastPart(one.clusterArn ?? '') === clusterName,
  );
  const arn = block.text('arn') ?? '';
  const found = told({
    id: block.text('task_set_id'),
    taskSetArn: arn,
    externalId: block.text('external_id'),
    status: block.text('status'),
    stabilityStatus: block.text('stability_status') as Ecs.StabilityStatus | undefined,
    taskDefinition: taskDefinitionArn(block, draft, arn),
    launchType: block.text('launch_type') as Ecs.LaunchType | undefined,
    platformVersion: block.text('platform_version'),
    capacityProviderStrategy: strategy(block, 'capacity_provider_strategy'),
    loadBalancers: loadBalancers(block),
    serviceRegistries: registries(block),
    networkConfiguration: network(block),
  });
  block.skip('id', 'scale', 'tags', 'tags_all', 'force_delete', 'wait_until_stable', 'wait_until_stable_timeout');
  if (owner === undefined) return block.report('service', `The service ${serviceName} is not in this state.`);
  owner.taskSets = [...(owner.taskSets ?? []), found];
  return undefined;
};

/** ECS but for task definitions, by Terraform's type. */
export const ECS: Readonly<Record<string, Reader>> = {
  aws_ecs_cluster: cluster,
  aws_ecs_cluster_capacity_providers: capacityProviders,
  aws_ecs_service: service,
  aws_ecs_task_set: taskSet,
};
