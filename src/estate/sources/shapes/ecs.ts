import type * as Ecs from '@aws-sdk/client-ecs';
import type { ShapeOf } from './shape.ts';

/* What a person declares of a task definition and a service, held against the SDK's types like App Mesh's specifications. */

const pairs = [{ name: 'text', value: 'text' }] as const;
const secrets = [{ name: 'text', valueFrom: 'text' }] as const;
const logConfiguration = { logDriver: 'text', options: 'texts', secretOptions: secrets } as const;
export const ECS_TAGS = [{ key: 'text', value: 'text' }] as const;

const containerDefinition = {
  name: 'text',
  image: 'text',
  repositoryCredentials: { credentialsParameter: 'text' },
  cpu: 'number',
  memory: 'number',
  memoryReservation: 'number',
  links: ['text'],
  portMappings: [
    {
      containerPort: 'number',
      hostPort: 'number',
      protocol: 'text',
      name: 'text',
      appProtocol: 'text',
      containerPortRange: 'text',
    },
  ],
  essential: 'flag',
  restartPolicy: { enabled: 'flag', ignoredExitCodes: ['number'], restartAttemptPeriod: 'number' },
  entryPoint: ['text'],
  command: ['text'],
  environment: pairs,
  environmentFiles: [{ value: 'text', type: 'text' }],
  mountPoints: [{ sourceVolume: 'text', containerPath: 'text', readOnly: 'flag' }],
  volumesFrom: [{ sourceContainer: 'text', readOnly: 'flag' }],
  linuxParameters: {
    capabilities: { add: ['text'], drop: ['text'] },
    devices: [{ hostPath: 'text', containerPath: 'text', permissions: ['text'] }],
    initProcessEnabled: 'flag',
    sharedMemorySize: 'number',
    tmpfs: [{ containerPath: 'text', size: 'number', mountOptions: ['text'] }],
    maxSwap: 'number',
    swappiness: 'number',
  },
  secrets,
  dependsOn: [{ containerName: 'text', condition: 'text' }],
  startTimeout: 'number',
  stopTimeout: 'number',
  versionConsistency: 'text',
  hostname: 'text',
  user: 'text',
  workingDirectory: 'text',
  disableNetworking: 'flag',
  privileged: 'flag',
  readonlyRootFilesystem: 'flag',
  dnsServers: ['text'],
  dnsSearchDomains: ['text'],
  extraHosts: [{ hostname: 'text', ipAddress: 'text' }],
  dockerSecurityOptions: ['text'],
  interactive: 'flag',
  pseudoTerminal: 'flag',
  dockerLabels: 'texts',
  ulimits: [{ name: 'text', softLimit: 'number', hardLimit: 'number' }],
  logConfiguration,
  healthCheck: { command: ['text'], interval: 'number', timeout: 'number', retries: 'number', startPeriod: 'number' },
  systemControls: [{ namespace: 'text', value: 'text' }],
  resourceRequirements: [
    {
      value: 'text',
      type: 'text',
      sharingStrategy: { nvidiaMps: { maxComputePercent: 'number', memory: 'number' } },
    },
  ],
  firelensConfiguration: { type: 'text', options: 'texts' },
  credentialSpecs: ['text'],
} as const satisfies ShapeOf<Ecs.ContainerDefinition>;

type Registered =
  | 'taskDefinitionArn'
  | 'revision'
  | 'status'
  | 'requiresAttributes'
  | 'compatibilities'
  | 'registeredAt'
  | 'deregisteredAt'
  | 'deleteRequestedAt'
  | 'registeredBy';

export const TASK_DEFINITION = {
  containerDefinitions: [containerDefinition],
  family: 'text',
  taskRoleArn: 'text',
  executionRoleArn: 'text',
  networkMode: 'text',
  volumes: [
    {
      name: 'text',
      host: { sourcePath: 'text' },
      dockerVolumeConfiguration: {
        scope: 'text',
        autoprovision: 'flag',
        driver: 'text',
        driverOpts: 'texts',
        labels: 'texts',
      },
      efsVolumeConfiguration: {
        fileSystemId: 'text',
        rootDirectory: 'text',
        transitEncryption: 'text',
        transitEncryptionPort: 'number',
        authorizationConfig: { accessPointId: 'text', iam: 'text' },
      },
      s3filesVolumeConfiguration: {
        fileSystemArn: 'text',
        rootDirectory: 'text',
        transitEncryptionPort: 'number',
        accessPointArn: 'text',
      },
      fsxWindowsFileServerVolumeConfiguration: {
        fileSystemId: 'text',
        rootDirectory: 'text',
        authorizationConfig: { credentialsParameter: 'text', domain: 'text' },
      },
      configuredAtLaunch: 'flag',
    },
  ],
  placementConstraints: [{ type: 'text', expression: 'text' }],
  runtimePlatform: { cpuArchitecture: 'text', operatingSystemFamily: 'text' },
  requiresCompatibilities: ['text'],
  cpu: 'text',
  memory: 'text',
  inferenceAccelerators: [{ deviceName: 'text', deviceType: 'text' }],
  pidMode: 'text',
  ipcMode: 'text',
  proxyConfiguration: { type: 'text', containerName: 'text', properties: pairs },
  ephemeralStorage: { sizeInGiB: 'number' },
  enableFaultInjection: 'flag',
} as const satisfies ShapeOf<Omit<Ecs.TaskDefinition, Registered>>;

const networkConfiguration = {
  awsvpcConfiguration: { subnets: ['text'], securityGroups: ['text'], assignPublicIp: 'text' },
} as const satisfies ShapeOf<Ecs.NetworkConfiguration>;

const capacityProviderStrategy = [{ capacityProvider: 'text', weight: 'number', base: 'number' }] as const;

const loadBalancers = [
  {
    targetGroupArn: 'text',
    loadBalancerName: 'text',
    containerName: 'text',
    containerPort: 'number',
    advancedConfiguration: {
      alternateTargetGroupArn: 'text',
      productionListenerRule: 'text',
      testListenerRule: 'text',
      roleArn: 'text',
    },
  },
] as const satisfies ShapeOf<Ecs.LoadBalancer[]>;

const serviceRegistries = [
  { registryArn: 'text', port: 'number', containerName: 'text', containerPort: 'number' },
] as const satisfies ShapeOf<Ecs.ServiceRegistry[]>;

const tagSpecifications = [{ resourceType: 'text', tags: ECS_TAGS, propagateTags: 'text' }] as const;

/** What a service tells on its deployments, and a template on the service itself. */
export const DEPLOYMENT = {
  serviceConnectConfiguration: {
    enabled: 'flag',
    namespace: 'text',
    services: [
      {
        portName: 'text',
        discoveryName: 'text',
        clientAliases: [
          {
            port: 'number',
            dnsName: 'text',
            testTrafficRules: { header: { name: 'text', value: { exact: 'text' } } },
          },
        ],
        ingressPortOverride: 'number',
        timeout: { idleTimeoutSeconds: 'number', perRequestTimeoutSeconds: 'number' },
        tls: { issuerCertificateAuthority: { awsPcaAuthorityArn: 'text' }, kmsKey: 'text', roleArn: 'text' },
      },
    ],
    logConfiguration,
    accessLogConfiguration: { format: 'text', includeQueryParameters: 'text' },
    containerConfigurations: [{ logLevel: 'text' }],
  },
  volumeConfigurations: [
    {
      name: 'text',
      managedEBSVolume: {
        encrypted: 'flag',
        kmsKeyId: 'text',
        volumeType: 'text',
        sizeInGiB: 'number',
        snapshotId: 'text',
        volumeInitializationRate: 'number',
        iops: 'number',
        throughput: 'number',
        tagSpecifications,
        roleArn: 'text',
        filesystemType: 'text',
      },
    },
  ],
  vpcLatticeConfigurations: [
    {
      roleArn: 'text',
      targetGroupArn: 'text',
      portName: 'text',
      advancedConfiguration: {
        alternateTargetGroupArn: 'text',
        productionListenerRule: 'text',
        testListenerRule: 'text',
      },
    },
  ],
} as const satisfies ShapeOf<
  Pick<Ecs.Deployment, 'serviceConnectConfiguration' | 'volumeConfigurations' | 'vpcLatticeConfigurations'>
>;

type DeclaredService =
  | 'serviceName'
  | 'clusterArn'
  | 'loadBalancers'
  | 'serviceRegistries'
  | 'desiredCount'
  | 'launchType'
  | 'capacityProviderStrategy'
  | 'platformVersion'
  | 'taskDefinition'
  | 'roleArn'
  | 'placementConstraints'
  | 'placementStrategy'
  | 'networkConfiguration'
  | 'healthCheckGracePeriodSeconds'
  | 'schedulingStrategy'
  | 'deploymentController'
  | 'tags'
  | 'enableECSManagedTags'
  | 'propagateTags'
  | 'enableExecuteCommand'
  | 'availabilityZoneRebalancing';

const declaredService = {
  serviceName: 'text',
  clusterArn: 'text',
  loadBalancers,
  serviceRegistries,
  desiredCount: 'number',
  launchType: 'text',
  capacityProviderStrategy,
  platformVersion: 'text',
  taskDefinition: 'text',
  roleArn: 'text',
  placementConstraints: [{ type: 'text', expression: 'text' }],
  placementStrategy: [{ type: 'text', field: 'text' }],
  networkConfiguration,
  healthCheckGracePeriodSeconds: 'number',
  schedulingStrategy: 'text',
  deploymentController: { type: 'text' },
  tags: ECS_TAGS,
  enableECSManagedTags: 'flag',
  propagateTags: 'text',
  enableExecuteCommand: 'flag',
  availabilityZoneRebalancing: 'text',
} as const satisfies ShapeOf<Pick<Ecs.Service, DeclaredService>>;

const deploymentConfiguration = {
  deploymentCircuitBreaker: {
    enable: 'flag',
    rollback: 'flag',
    resetOnHealthyTask: 'flag',
    thresholdConfiguration: { type: 'text', value: 'number' },
  },
  maximumPercent: 'number',
  minimumHealthyPercent: 'number',
  alarms: { alarmNames: ['text'], rollback: 'flag', enable: 'flag' },
  strategy: 'text',
  bakeTimeInMinutes: 'number',
  linearConfiguration: { stepPercent: 'number', stepBakeTimeInMinutes: 'number' },
  canaryConfiguration: { canaryPercent: 'number', canaryBakeTimeInMinutes: 'number' },
  earlySuccessCriteria: { enable: 'flag', healthyPercent: 'number', sourceServiceRevisionCleanup: 'text' },
} as const satisfies ShapeOf<Omit<Ecs.DeploymentConfiguration, 'lifecycleHooks'>>;

export const SERVICE = {
  ...declaredService,
  ...DEPLOYMENT,
  deploymentConfiguration: {
    ...deploymentConfiguration,
    lifecycleHooks: [
      {
        targetType: 'text',
        hookTargetArn: 'text',
        roleArn: 'text',
        lifecycleStages: ['text'],
        hookDetails: 'any',
        timeoutConfiguration: { timeoutInMinutes: 'number', action: 'text' },
      },
    ],
  },
} as const;

export const TASK_SET = {
  externalId: 'text',
  taskDefinition: 'text',
  launchType: 'text',
  capacityProviderStrategy,
  platformVersion: 'text',
  networkConfiguration,
  loadBalancers,
  serviceRegistries,
  scale: { value: 'number', unit: 'text' },
  tags: ECS_TAGS,
} as const satisfies ShapeOf<
  Pick<
    Ecs.TaskSet,
    | 'externalId'
    | 'taskDefinition'
    | 'launchType'
    | 'capacityProviderStrategy'
    | 'platformVersion'
    | 'networkConfiguration'
    | 'loadBalancers'
    | 'serviceRegistries'
    | 'scale'
    | 'tags'
  >
>;

export const CLUSTER = {
  clusterName: 'text',
  capacityProviders: ['text'],
  defaultCapacityProviderStrategy: capacityProviderStrategy,
  settings: [{ name: 'text', value: 'text' }],
  serviceConnectDefaults: { namespace: 'text' },
  tags: ECS_TAGS,
} as const satisfies ShapeOf<
  Pick<
    Ecs.Cluster,
    | 'clusterName'
    | 'capacityProviders'
    | 'defaultCapacityProviderStrategy'
    | 'settings'
    | 'serviceConnectDefaults'
    | 'tags'
  >
>;
