import type { Tag } from '@aws-sdk/client-ecs';
import type { Clock } from '../../clock.ts';
import type { Delays } from '../../delays.ts';
import type { Random } from '../../random.ts';
import type { CloudMap, MeshConfiguration, TargetGroups, TaskLogs, TaskRunner } from '../ports.ts';
import type { Arns } from './arns.ts';
import { watchHealth } from './containerHealth.ts';
import type { ImageDigests } from './imageDigests.ts';
import type {
  DeploymentRecord,
  ServiceRecord,
  StopCode,
  TaskDefinitionRecord,
  TaskRecord,
  TaskStatus,
} from './records.ts';
import { appMeshOf, needsForeignValues, runnableContainers } from './taskMesh.ts';
import type { TaskIps } from './taskIps.ts';
import type { PlacedSubnet } from './taskNetwork.ts';

/** A task whose Envoy never becomes healthy is given up after this long: `startTimeout`'s default of three minutes. */
const START_TIMEOUT_MS = 180_000;
/** How often such a task's Envoy asks App Mesh again. */
const ENVOY_RETRY_MS = 5_000;

/** What the scheduler hears of its tasks. */
export interface TaskListener {
  registered(task: TaskRecord, targetGroupArns: string[]): void;
  running(task: TaskRecord): void;
  /** A container's health check says otherwise than before. */
  healthChanged(task: TaskRecord): void;
  /** A target group or Cloud Map refused a registration; the task runs on without it. */
  registrationFailed(task: TaskRecord, where: string, why: string): void;
  deregistered(task: TaskRecord, targetGroupArns: string[]): void;
  stopped(task: TaskRecord): void;
}

export interface TaskLifeParts {
  clock: Clock;
  random: Random;
  delays: Delays;
  arns: Arns;
  ips: TaskIps;
  images: ImageDigests;
  tasks: TaskRunner;
  targetGroups: TargetGroups;
  cloudMap: CloudMap;
  mesh: MeshConfiguration;
  taskLogs: TaskLogs;
}

/** The life of one task, state by state (row E28), with the stop order of row E46. It decides nothing: the scheduler does. */
export class TaskLife {
  readonly #parts: TaskLifeParts;
  readonly #listener: TaskListener;

  constructor(parts: TaskLifeParts, listener: TaskListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  /** A new task of the deployment, PROVISIONING, in one of the subnets. */
  launch(
    service: ServiceRecord,
    deployment: DeploymentRecord,
    definition: TaskDefinitionRecord['definition'],
    subnets: readonly [PlacedSubnet, ...PlacedSubnet[]],
    tags: Tag[],
  ): TaskRecord {
    const { random, arns, clock, delays, ips, images } = this.#parts;
    const id = random.hex(32);
    const subnet = subnets[random.below(subnets.length)] ?? subnets[0];
    const task: TaskRecord = {
      arn: arns.task(service.clusterName, id),
      id,
      service,
      deployment,
      definition,
      mesh: deployment.serviceConnect ?? appMeshOf(definition) ?? { kind: 'none' },
      ip: subnet.freeAddresses > 0 ? ips.take(subnet.cidr) : '',
      availabilityZone: subnet.zone,
      subnet: subnet.id,
      eni: {
        attachmentId: uuid(random),
        id: `eni-${random.hex(17)}`,
        mac: ['0a', ...Array.from({ length: 5 }, () => random.hex(2))].join(':'),
      },
      containerIds: Object.fromEntries(
        (definition.containerDefinitions ?? []).map((container) => [container.name ?? '', uuid(random)]),
      ),
      imageDigests: Object.fromEntries(
        (definition.containerDefinitions ?? []).map(({ name = '', image = '' }) => [
          name,
          images.of(deployment, image),
        ]),
      ),
      tags,
      lastStatus: 'PROVISIONING',
      desiredStatus: 'RUNNING',
      version: 1,
      createdAtMs: clock.now(),
      pullStartedAtMs: undefined,
      pullStoppedAtMs: undefined,
      startedAtMs: undefined,
      stoppingAtMs: undefined,
      executionStoppedAtMs: undefined,
      stoppedAtMs: undefined,
      stopCode: undefined,
      stoppedReason: undefined,
      containerReason: undefined,
      exitCode: undefined,
      runner: undefined,
      containerHealth: {},
      healthySeen: false,
      targets: [],
      instances: [],
    };
    clock.after(delays.taskProvisioningMs / 2, () => {
      if (task.desiredStatus === 'STOPPED') return;
      if (task.ip === '') {
        const why = `Unexpected EC2 error while attempting to Create Network Interface in subnet '${subnet.id}'`;
        this.#failToStart(task, `${why}: InsufficientFreeAddressesInSubnet`, undefined);
        return;
      }
      this.#move(task, 'PENDING');
      task.pullStartedAtMs = clock.now();
      clock.after(delays.taskProvisioningMs / 2, () => this.#begin(task, clock.now() + START_TIMEOUT_MS));
    });
    return task;
  }

  /**
   * Stops a task. `drain: true` keeps the order of row E46: deregister, wait for the deregistration delay, then SIGTERM; `false`
   * deregisters and sends SIGTERM at once. Stopping twice does nothing.
   */
  stop(task: TaskRecord, stopCode: StopCode, reason: string, options: { drain: boolean }): void {
    if (task.desiredStatus === 'STOPPED') return;
    this.#markStopping(task, stopCode, reason);
    if (task.runner === undefined) {
      this.#finish(task);
      return;
    }
    this.#move(task, 'DEACTIVATING');
    let left = task.targets.length;
    const terminate = () => {
      if (task.lastStatus !== 'DEACTIVATING') return;
      this.#move(task, 'STOPPING');
      task.runner?.stop();
    };
    this.#deregister(task, () => {
      left -= 1;
      if (left === 0 && options.drain) terminate();
    });
    if (!options.drain || left === 0) terminate();
  }

  #begin(task: TaskRecord, deadlineMs: number): void {
    const { clock, mesh, tasks } = this.#parts;
    if (task.desiredStatus === 'STOPPED') return;
    if (needsForeignValues(task.definition)) {
      this.#failToStart(
        task,
        'ResourceInitializationError: unable to pull secrets or registry auth: the lab has no Secrets Manager, SSM or S3',
        undefined,
      );
      return;
    }
    const node = task.mesh;
    if (node.kind === 'appMesh' && !mesh.serves(node.meshName, node.virtualNodeName)) {
      if (clock.now() >= deadlineMs) {
        this.#failToStart(task, 'Task failed container health checks', 'dependency timed out');
      } else {
        clock.after(ENVOY_RETRY_MS, () => this.#begin(task, deadlineMs));
      }
      return;
    }
    task.pullStoppedAtMs = clock.now();
    const containers = runnableContainers(task.definition);
    const { executionRoleArn } = task.definition;
    const logs = this.#parts.taskLogs.open({ taskArn: task.arn, executionRoleArn, containers });
    if (logs.kind === 'failed') {
      this.#failToStart(task, logs.why, undefined);
      return;
    }
    const runner = tasks.start(
      {
        taskArn: task.arn,
        clusterName: task.service.clusterName,
        serviceName: task.service.name,
        ip: task.ip,
        mesh: structuredClone(task.mesh),
        taskRoleArn: task.definition.taskRoleArn,
        containers: containers.map((container) =>
          logs.mute.includes(container.name) ? { ...container, logs: undefined } : container,
        ),
      },
      { running: () => this.#activate(task), stopped: (end) => this.#ended(task, end) },
    );
    task.runner = runner;
  }

  #activate(task: TaskRecord): void {
    const { clock } = this.#parts;
    if (task.desiredStatus === 'STOPPED' || task.lastStatus !== 'PENDING') return;
    this.#move(task, 'ACTIVATING');
    this.#register(task);
    watchHealth(task, clock, () => {
      task.version += 1;
      this.#listener.healthChanged(task);
    });
    clock.after(0, () => {
      if (task.lastStatus !== 'ACTIVATING') return;
      this.#move(task, 'RUNNING');
      task.startedAtMs = clock.now();
      this.#listener.running(task);
    });
  }

  /** The processes have gone, whether they were asked to or not. */
  #ended(task: TaskRecord, end: { exitCode: number | undefined; message: string }): void {
    if (task.lastStatus === 'DEPROVISIONING' || task.lastStatus === 'STOPPED') return;
    task.exitCode = end.exitCode;
    task.containerReason = end.message === '' ? undefined : end.message;
    if (task.desiredStatus === 'RUNNING') {
      const began = task.lastStatus === 'RUNNING' || task.lastStatus === 'ACTIVATING' || end.exitCode !== undefined;
      this.#markStopping(
        task,
        began ? 'EssentialContainerExited' : 'TaskFailedToStart',
        began ? 'Essential container in task exited' : `Task failed to start: ${end.message}`,
      );
      this.#deregister(task, () => {});
    }
    this.#finish(task);
  }

  #failToStart(task: TaskRecord, reason: string, containerReason: string | undefined): void {
    task.containerReason = containerReason;
    this.#markStopping(task, 'TaskFailedToStart', reason);
    this.#finish(task);
  }

  #markStopping(task: TaskRecord, stopCode: StopCode, reason: string): void {
    task.desiredStatus = 'STOPPED';
    task.stopCode = stopCode;
    task.stoppedReason = reason;
    task.stoppingAtMs = this.#parts.clock.now();
  }

  #finish(task: TaskRecord): void {
    const { clock } = this.#parts;
    this.#move(task, 'DEPROVISIONING');
    task.executionStoppedAtMs = clock.now();
    clock.after(0, () => {
      this.#move(task, 'STOPPED');
      task.stoppedAtMs = clock.now();
      this.#parts.ips.giveBack(task.ip);
      this.#listener.stopped(task);
    });
  }

  #register(task: TaskRecord): void {
    const { targetGroups, cloudMap } = this.#parts;
    for (const balancer of task.deployment.revision.loadBalancers) {
      const target = {
        targetGroupArn: balancer.targetGroupArn ?? '',
        address: { ip: task.ip, port: balancer.containerPort ?? 0 },
      };
      this.#try(task, `(target-group ${target.targetGroupArn})`, () => {
        targetGroups.register(target.targetGroupArn, target.address);
        task.targets.push(target);
      });
    }
    for (const instance of this.#instancesOf(task)) {
      this.#try(task, `(service-registry ${instance.cloudMapServiceId})`, () => {
        cloudMap.register(instance.cloudMapServiceId, task.id, instance.attributes, kindOf(task));
        task.instances.push({ cloudMapServiceId: instance.cloudMapServiceId, instanceId: task.id });
      });
    }
    if (task.targets.length > 0) {
      this.#listener.registered(
        task,
        task.targets.map((target) => target.targetGroupArn),
      );
    }
  }

  /** `drained` runs once for each target. Cloud Map forgets the task at once. */
  #deregister(task: TaskRecord, drained: () => void): void {
    const { targetGroups, cloudMap } = this.#parts;
    for (const { cloudMapServiceId, instanceId } of task.instances.splice(0)) {
      this.#try(task, `(service-registry ${cloudMapServiceId})`, () =>
        cloudMap.deregister(cloudMapServiceId, instanceId, kindOf(task)),
      );
    }
    const targets = task.targets.splice(0);
    if (targets.length === 0) return;
    this.#listener.deregistered(
      task,
      targets.map((target) => target.targetGroupArn),
    );
    for (const { targetGroupArn, address } of targets) {
      const failed = !this.#try(task, `(target-group ${targetGroupArn})`, () =>
        targetGroups.deregister(targetGroupArn, address, drained),
      );
      // A target group that is gone has nothing left to drain.
      if (failed) drained();
    }
  }

  #instancesOf(task: TaskRecord): { cloudMapServiceId: string; attributes: Record<string, string> }[] {
    const { arns, cloudMap } = this.#parts;
    const registries = task.deployment.revision.serviceRegistries.map((registry) => {
      const service = cloudMap.findService(registry.registryArn ?? '');
      const port = registry.containerPort ?? registry.port ?? runnableContainers(task.definition)[0]?.containerPorts[0];
      return {
        cloudMapServiceId: service?.id ?? registry.registryArn ?? '',
        attributes: {
          AWS_INSTANCE_IPV4: task.ip,
          ...(port === undefined ? {} : { AWS_INSTANCE_PORT: String(port) }),
          AVAILABILITY_ZONE: task.availabilityZone,
          REGION: arns.account.region,
          ECS_CLUSTER_NAME: task.service.clusterName,
          ECS_SERVICE_NAME: task.service.name,
          ECS_TASK_DEFINITION_FAMILY: task.definition.family,
        },
      };
    });
    const { serviceConnect, serviceConnectResources, id } = task.deployment;
    const connects = (serviceConnect?.serves ?? []).flatMap((served) => {
      const arn = serviceConnectResources.find(
        ({ discoveryName }) => discoveryName === served.discoveryName,
      )?.discoveryArn;
      const service = arn === undefined ? undefined : cloudMap.findService(arn);
      if (service === undefined) return [];
      return {
        cloudMapServiceId: service.id,
        attributes: {
          AWS_INSTANCE_IPV4: task.ip,
          AWS_INSTANCE_PORT: String(served.containerPort),
          AvailabilityZone: task.availabilityZone,
          DeploymentId: id.slice(id.indexOf('/') + 1),
        },
      };
    });
    return [...registries, ...connects];
  }

  #try(task: TaskRecord, where: string, action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      this.#listener.registrationFailed(task, where, error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  #move(task: TaskRecord, status: TaskStatus): void {
    task.lastStatus = status;
    task.version += 1;
  }
}

const kindOf = ({ mesh }: TaskRecord): 'meshed' | 'other' => (mesh.kind === 'appMesh' ? 'meshed' : 'other');

function uuid(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => random.hex(length)).join('-');
}
