import { ecs, type Read } from './read.ts';

export const ECS: Read[] = [
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
  ['ecs list-container-instances --cluster shop', 'containerInstanceArns', []],
  [
    'ecs describe-tasks --cluster shop --tasks {task}',
    'tasks[].[group,lastStatus,healthStatus,launchType,taskDefinitionArn,containers[].[name,lastStatus,healthStatus]]',
    [
      [
        'service:frontend',
        'RUNNING',
        // Its application has no health check, and is essential.
        'UNKNOWN',
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
