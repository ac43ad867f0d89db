import { describe, expect, test } from 'vitest';
import {
  ACCOUNT,
  CLUSTER,
  GROUP,
  REVISION,
  SERVICE,
  read,
  whole,
  type Resource,
} from '../../../../test/fixtures/terraformResources.ts';

describe('an ECS service', () => {
  const service = { id: SERVICE, name: 'user-api', cluster: CLUSTER, task_definition: REVISION, desired_count: 2 };
  const serviceOf = (attributes: object, ...others: Resource[]) =>
    whole(['aws_ecs_service', { ...service, ...attributes }], ...others).ecs.services[0];

  test('in the form of DescribeServices', () => {
    expect(
      serviceOf({
        launch_type: '',
        platform_version: 'LATEST',
        scheduling_strategy: 'REPLICA',
        propagate_tags: 'SERVICE',
        enable_ecs_managed_tags: true,
        enable_execute_command: false,
        health_check_grace_period_seconds: 60,
        availability_zone_rebalancing: 'ENABLED',
        deployment_maximum_percent: 200,
        deployment_minimum_healthy_percent: 0,
        deployment_circuit_breaker: [{ enable: true, rollback: false }],
        deployment_controller: [{ type: 'ECS' }],
        alarms: [{ alarm_names: ['users'], enable: true, rollback: false }],
        iam_role: '/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
        wait_for_steady_state: true,
        triggers: { redeploy: 'now' },
        capacity_provider_strategy: [{ base: 0, capacity_provider: 'FARGATE_SPOT', weight: 1 }],
        load_balancer: [{ elb_name: '', target_group_arn: GROUP, container_name: 'app', container_port: 8080 }],
        service_registries: [{ registry_arn: 'arn:registry', port: 0, container_name: '', container_port: 0 }],
        network_configuration: [{ assign_public_ip: false, security_groups: ['sg-1'], subnets: ['subnet-1'] }],
        ordered_placement_strategy: [{ type: 'spread', field: 'attribute:ecs.availability-zone' }],
        placement_constraints: [{ type: 'memberOf', expression: 'attribute:a == b' }],
        tags: { team: 'users' },
        tags_all: { team: 'users' },
      }),
    ).toEqual({
      serviceArn: SERVICE,
      serviceName: 'user-api',
      clusterArn: CLUSTER,
      taskDefinition: REVISION,
      desiredCount: 2,
      platformVersion: 'LATEST',
      schedulingStrategy: 'REPLICA',
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
      enableExecuteCommand: false,
      healthCheckGracePeriodSeconds: 60,
      availabilityZoneRebalancing: 'ENABLED',
      deploymentConfiguration: {
        maximumPercent: 200,
        minimumHealthyPercent: 0,
        deploymentCircuitBreaker: { enable: true, rollback: false },
        alarms: { alarmNames: ['users'], enable: true, rollback: false },
      },
      deploymentController: { type: 'ECS' },
      capacityProviderStrategy: [{ base: 0, capacityProvider: 'FARGATE_SPOT', weight: 1 }],
      loadBalancers: [{ targetGroupArn: GROUP, containerName: 'app', containerPort: 8080 }],
      serviceRegistries: [{ registryArn: 'arn:registry' }],
      networkConfiguration: {
        awsvpcConfiguration: { assignPublicIp: 'DISABLED', securityGroups: ['sg-1'], subnets: ['subnet-1'] },
      },
      placementStrategy: [{ type: 'spread', field: 'attribute:ecs.availability-zone' }],
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:a == b' }],
      tags: [{ key: 'team', value: 'users' }],
    });
  });

  test('with Service Connect and volumes on its deployment, as the API has them', () => {
    const connected = {
      enabled: true,
      namespace: 'arn:namespace',
      log_configuration: [
        {
          log_driver: 'awslogs',
          options: { 'awslogs-group': 'a' },
          secret_option: [{ name: 'k', value_from: 'arn:s' }],
        },
      ],
      service: [
        {
          port_name: 'http',
          discovery_name: 'user',
          ingress_port_override: 0,
          client_alias: [{ dns_name: 'user.local', port: 80 }],
          timeout: [{ idle_timeout_seconds: 0, per_request_timeout_seconds: 15 }],
          tls: [{ issuer_cert_authority: [{ aws_pca_authority_arn: 'arn:ca' }], kms_key: '', role_arn: 'arn:role' }],
        },
      ],
    };
    const volume = {
      encrypted: true,
      file_system_type: 'xfs',
      iops: 0,
      kms_key_id: '',
      role_arn: 'arn:role',
      size_in_gb: 50,
      snapshot_id: '',
      tag_specifications: [{ resource_type: 'volume', propagate_tags: 'SERVICE', tags: { a: 'b' } }],
      throughput: 0,
      volume_initialization_rate: 0,
      volume_type: 'gp3',
    };
    expect(
      serviceOf({
        service_connect_configuration: [connected],
        volume_configuration: [{ name: 'cache', managed_ebs_volume: [volume] }],
        vpc_lattice_configurations: [{ port_name: 'http', role_arn: 'arn:role', target_group_arn: 'arn:lattice' }],
      })?.deployments,
    ).toEqual([
      {
        status: 'PRIMARY',
        taskDefinition: REVISION,
        serviceConnectConfiguration: {
          enabled: true,
          namespace: 'arn:namespace',
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': 'a' },
            secretOptions: [{ name: 'k', valueFrom: 'arn:s' }],
          },
          services: [
            {
              portName: 'http',
              discoveryName: 'user',
              clientAliases: [{ dnsName: 'user.local', port: 80 }],
              timeout: { idleTimeoutSeconds: 0, perRequestTimeoutSeconds: 15 },
              tls: { issuerCertificateAuthority: { awsPcaAuthorityArn: 'arn:ca' }, roleArn: 'arn:role' },
            },
          ],
        },
        volumeConfigurations: [
          {
            name: 'cache',
            managedEBSVolume: {
              encrypted: true,
              filesystemType: 'xfs',
              roleArn: 'arn:role',
              sizeInGiB: 50,
              tagSpecifications: [
                { resourceType: 'volume', propagateTags: 'SERVICE', tags: [{ key: 'a', value: 'b' }] },
              ],
              volumeType: 'gp3',
            },
          },
        ],
        vpcLatticeConfigurations: [{ portName: 'http', roleArn: 'arn:role', targetGroupArn: 'arn:lattice' }],
      },
    ]);
  });

  const revision: Resource = ['aws_ecs_task_definition', { arn: REVISION, family: 'user-api', revision: 7 }];

  test.each([
    ['the revision', { task_definition: 'user-api:7', cluster: 'shop' }, []],
    ['the family, of which the state has one revision', { task_definition: 'user-api', cluster: 'shop' }, [revision]],
    ['its newest attributes', { arn: SERVICE, id: 'something else', cluster: CLUSTER }, []],
  ])('is told its cluster and task definition by %s', (_what, attributes, others: Resource[]) => {
    expect(serviceOf(attributes, ...others)).toMatchObject({
      serviceArn: SERVICE,
      clusterArn: CLUSTER,
      taskDefinition: REVISION,
    });
  });

  test('that names a family which is not in the state has no task definition, and says so', () => {
    const { exported, unresolved } = read(['aws_ecs_service', { ...service, task_definition: 'user-api' }]);
    expect(exported.ecs.services[0]).not.toHaveProperty('taskDefinition');
    expect(unresolved).toMatchObject([{ place: 'aws_ecs_service.r0.task_definition' }]);
  });

  test('of a data source says that it is not whole', () => {
    const attributes = { arn: SERVICE, cluster_arn: CLUSTER, service_name: 'user-api', desired_count: 2 };
    const { exported, unresolved } = read(['aws_ecs_service', attributes, 'data']);
    expect(exported.ecs.services[0]).toMatchObject({ serviceArn: SERVICE, serviceName: 'user-api' });
    expect(exported.ecs.services[0]).not.toHaveProperty('loadBalancers');
    expect(unresolved.map((one) => one.place)).toEqual(['data.aws_ecs_service.r0']);
  });

  test('has the task sets that the state has of it', () => {
    const set = {
      arn: `arn:aws:ecs:${ACCOUNT}:task-set/shop/user-api/ecs-svc/1`,
      task_set_id: 'ecs-svc/1',
      cluster: 'shop',
      service: 'user-api',
      external_id: 'blue',
      status: 'PRIMARY',
      stability_status: 'STEADY_STATE',
      task_definition: 'user-api:7',
      launch_type: 'FARGATE',
      load_balancer: [{ load_balancer_name: '', target_group_arn: GROUP, container_name: 'app', container_port: 80 }],
      scale: [{ unit: 'PERCENT', value: 100 }],
    };
    expect(serviceOf({}, ['aws_ecs_task_set', set])?.taskSets).toMatchObject([
      {
        externalId: 'blue',
        status: 'PRIMARY',
        taskDefinition: REVISION,
        loadBalancers: [{ targetGroupArn: GROUP, containerName: 'app', containerPort: 80 }],
      },
    ]);
  });
});

test('a cluster, and its capacity providers, which Terraform has apart', () => {
  const strategy = [{ base: 1, capacity_provider: 'FARGATE', weight: 100 }];
  const { clusters } = whole(
    [
      'aws_ecs_cluster_capacity_providers',
      {
        id: 'shop',
        cluster_name: 'shop',
        capacity_providers: ['FARGATE'],
        default_capacity_provider_strategy: strategy,
      },
    ],
    [
      'aws_ecs_cluster',
      {
        arn: CLUSTER,
        name: 'shop',
        setting: [{ name: 'containerInsights', value: 'enabled' }],
        service_connect_defaults: [{ namespace: 'arn:namespace' }],
        configuration: [{ execute_command_configuration: [{ logging: 'DEFAULT', kms_key_id: '' }] }],
      },
    ],
  ).ecs;
  expect(clusters).toEqual([
    {
      clusterArn: CLUSTER,
      clusterName: 'shop',
      settings: [{ name: 'containerInsights', value: 'enabled' }],
      serviceConnectDefaults: { namespace: 'arn:namespace' },
      capacityProviders: ['FARGATE'],
      defaultCapacityProviderStrategy: [{ base: 1, capacityProvider: 'FARGATE', weight: 100 }],
      tags: [],
    },
  ]);
});
