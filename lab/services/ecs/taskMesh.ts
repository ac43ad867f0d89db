import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import type { TaskContainer, TaskMesh } from '../ports.ts';

/** What `APPMESH_RESOURCE_ARN` and its elder names may hold: an ARN, or only its last part, with the mesh's owner or without. */
const RESOURCE =
  /^(?:arn:[\w-]+:(?:appmesh|appmesh-preview):[\w-]+:\d{12}:)?mesh\/([^/@]+)(?:@\d{12})?\/virtualNode\/(.+)$/;

/** In the order in which App Mesh's agent prefers them. */
const RESOURCE_VARIABLES = ['APPMESH_RESOURCE_ARN', 'APPMESH_RESOURCE_NAME', 'APPMESH_VIRTUAL_NODE_NAME'];

/** ECS's own default between SIGTERM and SIGKILL (row E46). */
const STOP_TIMEOUT_SECONDS = 30;

/** The name of the App Mesh proxy's container; `undefined` in a task definition without one. */
export function proxyContainerOf(definition: TaskDefinition): string | undefined {
  const proxy = definition.proxyConfiguration;
  return proxy === undefined || (proxy.type ?? 'APPMESH') !== 'APPMESH' ? undefined : proxy.containerName;
}

/**
 * The virtual node that a task of this definition runs as. An Envoy without a readable identity is in no mesh that answers it,
 * so its mesh and node are empty names, which App Mesh never serves.
 */
export function appMeshOf(definition: TaskDefinition): Extract<TaskMesh, { kind: 'appMesh' }> | undefined {
  const proxyName = proxyContainerOf(definition);
  if (proxyName === undefined) return undefined;
  const proxy = definition.containerDefinitions?.find((container) => container.name === proxyName);
  const environment = environmentOf(proxy);
  for (const variable of RESOURCE_VARIABLES) {
    const match = RESOURCE.exec(environment[variable] ?? '');
    if (match !== null) return { kind: 'appMesh', meshName: match[1] ?? '', virtualNodeName: match[2] ?? '' };
  }
  return { kind: 'appMesh', meshName: '', virtualNodeName: '' };
}

/** The containers that the data plane runs: all but the App Mesh proxy. */
export function runnableContainers(definition: TaskDefinition): TaskContainer[] {
  const proxyName = proxyContainerOf(definition);
  return (definition.containerDefinitions ?? [])
    .filter((container) => container.name !== proxyName)
    .map((container) => ({
      name: container.name ?? '',
      image: container.image ?? '',
      command: [...(container.entryPoint ?? []), ...(container.command ?? [])],
      environment: environmentOf(container),
      containerPorts: (container.portMappings ?? []).flatMap(({ containerPort }) => containerPort ?? []),
      essential: container.essential ?? true,
      logs: logsOf(container),
      user: container.user,
      readonlyRootFilesystem: container.readonlyRootFilesystem,
      stopTimeoutMs: (container.stopTimeout ?? STOP_TIMEOUT_SECONDS) * 1000,
    }));
}

/** Whether a container takes values from Secrets Manager, SSM or S3, none of which the lab plays. */
export const needsForeignValues = (definition: TaskDefinition) =>
  (definition.containerDefinitions ?? []).some(
    (container) => (container.secrets ?? []).length > 0 || (container.environmentFiles ?? []).length > 0,
  );

/** The named port of a task definition, with the container it belongs to. */
export function findPort(definition: TaskDefinition, portName: string) {
  return (definition.containerDefinitions ?? [])
    .flatMap((container) => container.portMappings ?? [])
    .find((mapping) => mapping.name === portName);
}

function logsOf({ logConfiguration }: ContainerDefinition): TaskContainer['logs'] {
  const {
    'awslogs-group': group,
    'awslogs-stream-prefix': streamPrefix = '',
    ...more
  } = logConfiguration?.options ?? {};
  if (logConfiguration?.logDriver !== 'awslogs' || group === undefined) return undefined;
  return { group, streamPrefix, createsGroup: more['awslogs-create-group'] === 'true' };
}

function environmentOf(container: ContainerDefinition | undefined): Record<string, string> {
  return Object.fromEntries(
    (container?.environment ?? []).flatMap(({ name, value }) => (name === undefined ? [] : [[name, value ?? '']])),
  );
}
