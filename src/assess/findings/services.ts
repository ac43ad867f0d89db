import { envoyContainers, environmentOf, identityOf, keptContainers } from '../../estate/envoy.ts';
import type { Json } from '../../estate/export.ts';
import type { BlueService, Estate } from '../../estate/model.ts';
import { mayBeOfCluster } from '../../estate/hostsAndTasks.ts';
import { lastPart } from '../../estate/order.ts';
import { loadBalancersOf } from '../../estate/services.ts';
import { isOldPlatform, runsOnFargate } from '../greenService.ts';
import type { GreenTaskDefinition } from '../taskDefinition.ts';
import { checksEnvoy } from '../targetGroup.ts';
import { servicePlace, taskDefinitionPlace, type FindingSet, type Scope } from './scope.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

/** What an ECS service and its task definition lose or need (`mesh-mapping.md` 2 and 3). */
export function serviceFindings({ estate, services, greenTaskDefinitions }: Scope, found: FindingSet): void {
  for (const blue of services) {
    if (blue.kubernetes !== undefined) continue;
    ecsFindings(blue, found);
    hostFindings(estate, blue, found);
    // A gateway is nothing but Envoy: it has no green.
    const green = blue.virtualGateway === undefined ? greenTaskDefinitions.get(blue.name) : undefined;
    taskDefinitionFindings(blue, green, found);
  }
}

function ecsFindings(blue: BlueService, found: FindingSet): void {
  const place = servicePlace(blue.name);
  const { service, taskDefinition } = blue;
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') found.add('ECS_CONTROLLER_UNSUPPORTED', place, `The controller is ${controller}.`);
  if (service.resourceManagementType === 'ECS') found.add('ECS_EXPRESS', place);
  const strategy = service.deploymentConfiguration?.strategy ?? 'ROLLING';
  const drivesRules = (service.loadBalancers ?? []).some((attached) => attached.advancedConfiguration !== undefined);
  if (strategy !== 'ROLLING' || drivesRules)
    found.add('ECS_BLUE_GREEN_STRATEGY', place, `The strategy is ${strategy}.`);
  if (service.deploymentConfiguration?.alarms?.enable === true) found.add('ECS_DEPLOYMENT_ALARMS', place);
  if ((service.serviceRegistries?.length ?? 0) > 0) found.add('CLOUDMAP_REGISTRY', place);
  const platform = unsupportedPlatform(service, taskDefinition);
  if (platform !== undefined) found.add('ECS_PLATFORM_UNSUPPORTED', place, platform);
  if (runsOnFargate(service) && isOldPlatform(service.platformVersion)) {
    found.add('ECS_FARGATE_PLATFORM_OLD', place, `It is ${service.platformVersion ?? ''}.`);
  }
  const removed = envoyContainers(taskDefinition).map((container) => container.name);
  const onEnvoy = loadBalancersOf(service).some((attached) => removed.includes(attached.containerName));
  if (onEnvoy && blue.virtualGateway === undefined) {
    found.add('ECS_LB_ON_ENVOY_CONTAINER', place);
  }
  for (const { targetGroup } of blue.targetGroups) {
    if (!checksEnvoy(targetGroup, taskDefinition)) continue;
    const check = `${targetGroup.HealthCheckPort ?? ''}${targetGroup.HealthCheckPath ?? ''}`;
    found.add('ECS_TG_HEALTHCHECK_ENVOY_PORT', place, `${targetGroup.TargetGroupName ?? ''} checks ${check}.`);
  }
}

/** An instance whose agent is older than 1.67.2 has no such attribute, and gets no task with Service Connect (row S13). */
const SERVICE_CONNECT_ATTRIBUTE = 'ecs.capability.service-connect-v1';

function hostFindings(estate: Estate, { name, arn, service }: BlueService, found: FindingSet): void {
  const account = arn.split(':')[4] ?? '';
  if (account !== '' && estate.caller.account !== '' && account !== estate.caller.account) {
    found.add('CROSS_ACCOUNT_SERVICE', servicePlace(name), `It runs in account ${account}.`);
  }
  if (runsOnFargate(service) || service.launchType === 'EXTERNAL') return;
  const old = (estate.containerInstances ?? []).filter(
    (instance) =>
      instance.status !== 'INACTIVE' &&
      (service.clusterArn === undefined || mayBeOfCluster(instance.containerInstanceArn ?? '', service.clusterArn)) &&
      !(instance.attributes ?? []).some((attribute) => attribute.name === SERVICE_CONNECT_ATTRIBUTE),
  );
  const shown = old.map(
    (instance) =>
      `${instance.ec2InstanceId ?? 'an instance'} (agent ${instance.versionInfo?.agentVersion ?? 'unknown'})`,
  );
  if (shown.length > 0) found.add('ECS_AGENT_OLD', servicePlace(name), `${shown.join(', ')}.`);
}

/** Tasks in the mesh that no service keeps. One that does not say in which mesh it runs is taken for one of this. */
export function taskFindings({ estate }: Scope, found: FindingSet): void {
  for (const { taskDefinition, taskDefinitionArn, group } of estate.standaloneTasks ?? []) {
    const { family = lastPart(taskDefinitionArn), revision } = taskDefinition;
    const place = `taskDefinition/${family}${revision === undefined ? '' : `:${revision}`}`;
    const identity = identityOf(taskDefinition)?.identity;
    if (identity !== undefined && identity.meshName !== estate.mesh.name) continue;
    const node = identity?.name;
    const shownGroup = group === '' ? 'no group' : `the group ${group}`;
    found.add('ECS_STANDALONE_TASK', place, `It runs in ${shownGroup}${node === undefined ? '' : ` as ${node}`}.`);
  }
}

/** `undefined` where Service Connect runs. */
function unsupportedPlatform(service: Json<Ecs.Service>, task: Json<Ecs.TaskDefinition>): string | undefined {
  if (task.runtimePlatform?.operatingSystemFamily?.startsWith('WINDOWS') === true) return 'Its tasks run on Windows.';
  // With a capacity provider no service tells a launch type; a task definition that is made for one alone does.
  const [only, ...others] = task.requiresCompatibilities ?? [];
  const launchType = service.launchType ?? (others.length === 0 ? only : undefined);
  if (launchType === 'EXTERNAL' || launchType === 'MANAGED_INSTANCES') return `Its launch type is ${launchType}.`;
  if (task.networkMode === 'host' || task.networkMode === 'none') return `Its network mode is ${task.networkMode}.`;
  return undefined;
}

const truthy = (container: Json<Ecs.ContainerDefinition>, name: string): boolean =>
  !['', '0', 'false', 'no'].includes((environmentOf(container, name) ?? '').toLowerCase());

type Task = Pick<BlueService, 'name' | 'taskDefinition'>;

/** What can be told of a task definition without the mesh, and of green's where it has one. */
export function taskDefinitionFindings(blue: Task, green: GreenTaskDefinition | undefined, found: FindingSet): void {
  envoyFindings(blue, found);
  if (green !== undefined) greenTaskDefinitionFindings(blue, green, found);
}

function envoyFindings(blue: Task, found: FindingSet): void {
  const place = taskDefinitionPlace(blue);
  for (const envoy of envoyContainers(blue.taskDefinition)) {
    const any = (...variables: string[]): boolean => variables.some((variable) => truthy(envoy, variable));
    if (
      any(
        'ENABLE_ENVOY_XRAY_TRACING',
        'ENABLE_ENVOY_DATADOG_TRACING',
        'ENABLE_ENVOY_JAEGER_TRACING',
        'ENVOY_TRACING_CFG_FILE',
      )
    ) {
      found.add('ECS_TRACING_ENVOY_LOST', place);
    }
    if (any('ENABLE_ENVOY_DOG_STATSD', 'ENVOY_STATS_SINKS_CFG_FILE')) found.add('ECS_STATSD_LOST', place);
    if (any('APPMESH_METRIC_EXTENSION_VERSION')) found.add('ECS_METRICS_EXTENSION_LOST', place);
    if (any('APPMESH_PREVIEW')) found.add('MESH_PREVIEW_CHANNEL', place);
  }
  if (identityOf(blue.taskDefinition)?.identity.preview === true) found.add('MESH_PREVIEW_CHANNEL', place);
  if (blue.taskDefinition.taskRoleArn !== undefined) found.add('ECS_ROLE_CLEANUP', place);
}

/** Ports of Envoy's own that an application may talk to; any of them in an environment or a health check counts. */
const ENVOY_ADDRESS = /:(?:9901|9902|15000|15001)(?!\d)/;

function greenTaskDefinitionFindings(blue: Task, green: GreenTaskDefinition, found: FindingSet): void {
  const place = taskDefinitionPlace(blue);
  for (const container of keptContainers(blue.taskDefinition)) {
    const texts = [
      ...(container.environment ?? []).map((variable) => variable.value ?? ''),
      ...(container.healthCheck?.command ?? []),
    ];
    if (texts.some((text) => ENVOY_ADDRESS.test(text))) {
      found.add('ECS_APP_REFERENCES_ENVOY', place, `Container ${container.name ?? ''}.`);
    }
  }
  if (green.dependsOnDropped) found.add('ECS_DEPENDS_ON_ENVOY', place);
  for (const volume of green.volumesDropped) found.add('ECS_VOLUME_DROPPED', place, `Volume ${volume}.`);
  for (const sidecar of green.orphanSidecars) found.add('ECS_ORPHAN_SIDECAR', place, `Container ${sidecar}.`);
  if (green.removedContainers.length === 0) return;
  switch (green.sizing.kind) {
    case 'kept':
      found.add('ECS_SIZING_KEPT', place, `${green.sizing.change}.`);
      break;
    case 'raised':
      found.add('ECS_SIZING_RAISED', place, `${green.sizing.change}.`);
      break;
    case 'memoryRequired':
      found.add('ECS_TASK_MEMORY_REQUIRED', place, `${green.sizing.change}.`);
      break;
  }
}
