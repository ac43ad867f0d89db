import { envoyContainers, environmentOf, keptContainers } from '../estate/envoy.ts';
import type { Json } from '../estate/export.ts';
import type { BlueService } from '../estate/model.ts';
import type { NamedPort } from './aliases.ts';
import { type Sizing, sizeOf } from './sizing.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

type Container = Json<Ecs.ContainerDefinition>;
type TaskDefinition = Json<Ecs.TaskDefinition>;
type RegisterInput = Json<Ecs.RegisterTaskDefinitionCommandInput>;

/** Green's task definition, and what was changed on the way: what the findings are made of. */
export interface GreenTaskDefinition {
  input: RegisterInput;
  removedContainers: string[];
  /** True where a kept container waited for a removed one. */
  dependsOnDropped: boolean;
  /** Volumes that only removed containers mounted. */
  volumesDropped: string[];
  /** Kept containers that, as far as can be seen, served nothing but the removed proxy. */
  orphanSidecars: string[];
  sizing: Sizing;
}

const mounted = (containers: readonly Container[]): Set<string> =>
  new Set(containers.flatMap((container) => container.mountPoints ?? []).map((mount) => mount.sourceVolume ?? ''));

/**
 * The transformation of `mesh-mapping.md` 2.2: Envoy, `proxyConfiguration` and every `dependsOn` on Envoy go, ports get names
 * and `appProtocol`, all else stays. Pure; also what a pipeline's filter would run.
 *
 * @param family green's family; never blue's, which pipelines and mesh filters look at
 * @param ports the ports that aliases lead to
 */
export function greenTaskDefinition(
  blue: Pick<BlueService, 'taskDefinition' | 'taskDefinitionTags'>,
  ports: readonly NamedPort[],
  family: string,
): GreenTaskDefinition {
  const { taskDefinition } = blue;
  const removed = envoyContainers(taskDefinition);
  const removedNames = new Set(removed.map((container) => container.name ?? ''));
  const kept = keptContainers(taskDefinition);
  const stillMounted = mounted(kept);
  const wasMounted = mounted(removed);
  const sizing = sizeOf(taskDefinition, kept, removed);

  const {
    // What only a response carries: `TaskDefinition` without `RegisterTaskDefinitionRequest`.
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _registeredAt,
    deregisteredAt: _deregisteredAt,
    registeredBy: _registeredBy,
    deleteRequestedAt: _deleteRequestedAt,
    // Withdrawn by AWS.
    inferenceAccelerators: _accelerators,
    proxyConfiguration: _proxy,
    cpu: _cpu,
    memory: _memory,
    ...rest
  } = taskDefinition;

  return {
    input: {
      ...rest,
      family,
      containerDefinitions: withNamedPorts(
        kept.map((container) => withoutEnvoy(container, removedNames)),
        ports,
      ),
      ...(taskDefinition.volumes === undefined
        ? {}
        : { volumes: taskDefinition.volumes.filter((volume) => stillMounted.has(volume.name ?? '')) }),
      ...(sizing.cpu === undefined ? {} : { cpu: sizing.cpu }),
      ...(sizing.memory === undefined ? {} : { memory: sizing.memory }),
      tags: ownTags(blue.taskDefinitionTags),
    },
    removedContainers: [...removedNames],
    dependsOnDropped: kept.some((one) => one.dependsOn?.some((needed) => removedNames.has(needed.containerName ?? ''))),
    volumesDropped: (taskDefinition.volumes ?? [])
      .map((volume) => volume.name ?? '')
      .filter((name) => wasMounted.has(name) && !stillMounted.has(name)),
    orphanSidecars: orphans(kept, removed),
    sizing,
  };
}

/** Tags of `aws:` are AWS's own and cannot be set (row E70). */
export const ownTags = (tags: readonly Json<Ecs.Tag>[] | undefined): Json<Ecs.Tag>[] =>
  (tags ?? []).filter((tag) => !(tag.key ?? '').toLowerCase().startsWith('aws:'));

/** The container that owns the service's ports: the first essential one that is kept. */
const mainContainer = (taskDefinition: TaskDefinition): Container | undefined => {
  const kept = keptContainers(taskDefinition);
  return kept.find((container) => container.essential !== false) ?? kept[0];
};

/** The kept container that maps a TCP port, else the main one: Envoy may have owned the mapping. */
export const containerOfPort = (taskDefinition: TaskDefinition, port: number): Container | undefined =>
  keptContainers(taskDefinition).find((container) => mappingOf(container, port) !== undefined) ??
  mainContainer(taskDefinition);

const mappingOf = (container: Container, port: number): Json<Ecs.PortMapping> | undefined =>
  container.portMappings?.find((mapping) => mapping.containerPort === port && mapping.protocol !== 'udp');

function withoutEnvoy(container: Container, removed: ReadonlySet<string>): Container {
  // Service Connect does not support `links`, which tasks with awsvpc carry as a leftover only.
  const { dependsOn, links: _links, ...rest } = container;
  const still = dependsOn?.filter((needed) => !removed.has(needed.containerName ?? ''));
  return still === undefined || still.length === 0 ? rest : { ...rest, dependsOn: still };
}

function withNamedPorts(containers: readonly Container[], ports: readonly NamedPort[]): Container[] {
  const main = containers.find((container) => container.essential !== false) ?? containers[0];
  return containers.map((container) => {
    const mappings = [...(container.portMappings ?? [])];
    let changed = false;
    for (const port of ports) {
      const at = mappings.findIndex((one) => one.containerPort === port.containerPort && one.protocol !== 'udp');
      const owned = containers.some((one) => mappingOf(one, port.containerPort) !== undefined);
      if (at < 0 && (owned || container !== main)) continue;
      const blueMapping = mappings[at] ?? {
        containerPort: port.containerPort,
        hostPort: port.containerPort,
        protocol: 'tcp' as const,
      };
      const { appProtocol: _appProtocol, ...rest } = blueMapping;
      const named = {
        ...rest,
        name: port.name,
        ...(port.protocol === 'tcp' ? {} : { appProtocol: port.protocol }),
      };
      if (at < 0) mappings.push(named);
      else mappings[at] = named;
      changed = true;
    }
    return changed ? { ...container, portMappings: mappings } : container;
  });
}

/** Side containers that Envoy waited for, shared a volume with, or sent to, and that no other container has to do with. */
function orphans(kept: readonly Container[], removed: readonly Container[]): string[] {
  const volumes = (container: Container): string[] =>
    (container.mountPoints ?? []).map((mount) => mount.sourceVolume ?? '');
  const dependsOn = (container: Container, name: string): boolean =>
    container.dependsOn?.some((needed) => needed.containerName === name) ?? false;
  const names = (container: Container, port: number): boolean =>
    (container.environment ?? []).some(({ value }) => new RegExp(`(^|:)${port}(?!\\d)`).test(value ?? ''));
  const traced = removed.some((envoy) => environmentOf(envoy, 'ENABLE_ENVOY_XRAY_TRACING') !== undefined);

  return kept
    .filter((container) => container.essential === false)
    .filter((container) => {
      const ports = (container.portMappings ?? []).flatMap((mapping) => mapping.containerPort ?? []);
      const touches = (other: Container): boolean =>
        dependsOn(other, container.name ?? '') ||
        volumes(other).some((volume) => volumes(container).includes(volume)) ||
        ports.some((port) => names(other, port));
      const fedEnvoy = removed.some(touches) || (traced && ports.includes(2000));
      return fedEnvoy && !kept.some((other) => other !== container && touches(other));
    })
    .map((container) => container.name ?? '');
}
