import type { Task } from '@aws-sdk/client-ecs';
import type { Arns } from './arns.ts';
import { healthOfContainer, healthOfTask } from './containerHealth.ts';
import type { TaskRecord } from './records.ts';

/** What a Fargate task has where its definition asks for no more. */
const FARGATE_STORAGE_GIB = 20;

/** A task as DescribeTasks answers it (row E29); its address is in the network interface's attachment. */
export function taskView(task: TaskRecord, arns: Arns, include: readonly string[]): Task {
  const { service, deployment, definition } = task;
  const detached = task.lastStatus === 'STOPPED' || task.lastStatus === 'DEPROVISIONING';
  const strategy = deployment.capacityProviderStrategy?.[0]?.capacityProvider;
  const containers = definition.containerDefinitions ?? [];
  return {
    taskArn: task.arn,
    clusterArn: service.clusterArn,
    taskDefinitionArn: definition.taskDefinitionArn,
    group: `service:${service.name}`,
    startedBy: deployment.id,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    version: task.version,
    launchType: 'FARGATE',
    ...(strategy === undefined ? {} : { capacityProviderName: strategy }),
    platformVersion: deployment.revision.platformVersion === 'LATEST' ? '1.4.0' : deployment.revision.platformVersion,
    platformFamily: 'Linux',
    availabilityZone: task.availabilityZone,
    cpu: definition.cpu,
    memory: definition.memory,
    connectivity: 'CONNECTED',
    enableExecuteCommand: service.enableExecuteCommand,
    healthStatus: healthOfTask(task),
    overrides: {
      containerOverrides: containers.map(({ name }) => ({ name })),
      inferenceAcceleratorOverrides: [],
    },
    attributes: [{ name: 'ecs.cpu-architecture', value: architectureOf(task) }],
    ephemeralStorage: definition.ephemeralStorage ?? { sizeInGiB: FARGATE_STORAGE_GIB },
    attachments: [
      {
        id: task.eni.attachmentId,
        type: 'ElasticNetworkInterface',
        status: detached ? 'DELETED' : task.lastStatus === 'PROVISIONING' ? 'PRECREATED' : 'ATTACHED',
        details: [
          { name: 'subnetId', value: task.subnet },
          ...(task.ip === ''
            ? []
            : [
                { name: 'networkInterfaceId', value: task.eni.id },
                { name: 'macAddress', value: task.eni.mac },
                { name: 'privateDnsName', value: `ip-${task.ip.replaceAll('.', '-')}.ec2.internal` },
                { name: 'privateIPv4Address', value: task.ip },
              ]),
        ],
      },
    ],
    containers: containers.map((container) => ({
      containerArn: arns.container(service.clusterName, task.id, task.containerIds[container.name ?? ''] ?? ''),
      taskArn: task.arn,
      name: container.name,
      image: container.image,
      ...(task.startedAtMs === undefined
        ? {}
        : {
            runtimeId: runtimeIdOf(task, container.name ?? ''),
            imageDigest: task.imageDigests[container.name ?? ''],
          }),
      lastStatus: containerStatus(task),
      ...(task.lastStatus === 'STOPPED' && task.exitCode !== undefined ? { exitCode: task.exitCode } : {}),
      ...(task.containerReason === undefined ? {} : { reason: task.containerReason }),
      networkBindings: [],
      networkInterfaces: task.ip === '' ? [] : [{ attachmentId: task.eni.attachmentId, privateIpv4Address: task.ip }],
      healthStatus: healthOfContainer(task, container),
      cpu: String(container.cpu ?? 0),
      ...(container.memory === undefined ? {} : { memory: String(container.memory) }),
      ...(container.memoryReservation === undefined ? {} : { memoryReservation: String(container.memoryReservation) }),
    })),
    createdAt: new Date(task.createdAtMs),
    ...dates({
      connectivityAt: task.pullStartedAtMs,
      pullStartedAt: task.pullStartedAtMs,
      pullStoppedAt: task.pullStoppedAtMs,
      startedAt: task.startedAtMs,
      stoppingAt: task.stoppingAtMs,
      executionStoppedAt: task.executionStoppedAtMs,
      stoppedAt: task.stoppedAtMs,
    }),
    ...(task.stopCode === undefined ? {} : { stopCode: task.stopCode }),
    ...(task.stoppedReason === undefined ? {} : { stoppedReason: task.stoppedReason }),
    tags: include.includes('TAGS') ? task.tags : [],
  };
}

const architectureOf = ({ definition }: TaskRecord): string =>
  definition.runtimePlatform?.cpuArchitecture === 'ARM64' ? 'arm64' : 'x86_64';

/** On Fargate the task's id and a number of the container's. */
const runtimeIdOf = (task: TaskRecord, container: string): string =>
  `${task.id}-${Number.parseInt((task.containerIds[container] ?? '0').slice(0, 8), 16)}`;

function containerStatus(task: TaskRecord): string {
  if (task.lastStatus === 'STOPPED' || task.lastStatus === 'DEPROVISIONING') return 'STOPPED';
  return task.startedAtMs === undefined ? 'PENDING' : 'RUNNING';
}

const dates = <Name extends string>(times: Record<Name, number | undefined>) =>
  Object.fromEntries(
    Object.entries<number | undefined>(times).flatMap(([name, ms]) => (ms === undefined ? [] : [[name, new Date(ms)]])),
  );
