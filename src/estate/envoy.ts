import type { Json } from './export.ts';
import type { NodeEvidence } from './model.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

/** A mesh resource as Envoy's environment names it. */
export interface MeshIdentity {
  kind: 'virtualNode' | 'virtualGateway';
  meshName: string;
  /** The mesh's owner where the name carries one, else `undefined`: the task's own account. */
  meshOwner: string | undefined;
  name: string;
  /** True for a mesh of the preview channel, which lives on an endpoint of its own. */
  preview: boolean;
}

/**
 * Row 0.13 of the mapping: the value is often no ARN, and may carry the mesh's owner after an `@`. In a template's ARN the Region
 * and the account may be empty.
 */
const RESOURCE =
  /^(?:arn:[\w-]+:(appmesh|appmesh-preview):[\w-]*:(?:\d{12})?:)?mesh\/([^/@]+)(?:@(\d{12}))?\/(virtualNode|virtualGateway)\/(.+)$/;

/** In the agent's order of preference. */
const IDENTITY_VARIABLES = ['APPMESH_RESOURCE_ARN', 'APPMESH_RESOURCE_NAME', 'APPMESH_VIRTUAL_NODE_NAME'] as const;

const ENVOY_IMAGE = /(^|\/)aws-appmesh-envoy([:@]|$)/;

export const environmentOf = (container: Json<Ecs.ContainerDefinition>, name: string): string | undefined =>
  container.environment?.find((variable) => variable.name === name)?.value;

/** `undefined` for a text that names no virtual node and no virtual gateway. */
export function parseMeshIdentity(text: string): MeshIdentity | undefined {
  const found = RESOURCE.exec(text.trim());
  if (found === null) return undefined;
  const [, service, meshName, meshOwner, kind, name] = found;
  if (meshName === undefined || name === undefined) return undefined;
  return {
    kind: kind === 'virtualGateway' ? 'virtualGateway' : 'virtualNode',
    meshName,
    meshOwner,
    name,
    preview: service === 'appmesh-preview',
  };
}

/** The containers that go with App Mesh: the proxy that the task names, Envoy's image, or one that carries an identity. */
function isEnvoy(taskDefinition: Json<Ecs.TaskDefinition>, container: Json<Ecs.ContainerDefinition>): boolean {
  return (
    (container.name !== undefined && container.name === taskDefinition.proxyConfiguration?.containerName) ||
    ENVOY_IMAGE.test(container.image ?? '') ||
    IDENTITY_VARIABLES.some((name) => environmentOf(container, name) !== undefined)
  );
}

export const envoyContainers = (taskDefinition: Json<Ecs.TaskDefinition>): Json<Ecs.ContainerDefinition>[] =>
  (taskDefinition.containerDefinitions ?? []).filter((container) => isEnvoy(taskDefinition, container));

export const keptContainers = (taskDefinition: Json<Ecs.TaskDefinition>): Json<Ecs.ContainerDefinition>[] =>
  (taskDefinition.containerDefinitions ?? []).filter((container) => !isEnvoy(taskDefinition, container));

/** What the tasks run as, as their own Envoy says. `undefined` where no variable tells (it may come from a secret or a file). */
export function identityOf(
  taskDefinition: Json<Ecs.TaskDefinition>,
): { identity: MeshIdentity; evidence: NodeEvidence } | undefined {
  for (const container of envoyContainers(taskDefinition)) {
    for (const variable of IDENTITY_VARIABLES) {
      const value = environmentOf(container, variable);
      const identity = value === undefined ? undefined : parseMeshIdentity(value);
      if (identity !== undefined) return { identity, evidence: `env:${variable}` };
    }
  }
  return undefined;
}

/** The ports that Envoy takes inbound traffic for: `AppPorts` of the proxy configuration. */
export function appPorts(taskDefinition: Json<Ecs.TaskDefinition>): number[] {
  const properties = taskDefinition.proxyConfiguration?.properties ?? [];
  const value = properties.find((property) => property.name === 'AppPorts')?.value ?? '';
  return value
    .split(',')
    .map((text) => Number(text.trim()))
    .filter((port) => Number.isInteger(port) && port > 0 && port < 65_536);
}

export const usesAppMesh = (taskDefinition: Json<Ecs.TaskDefinition>): boolean =>
  taskDefinition.proxyConfiguration?.type === 'APPMESH' ||
  (taskDefinition.proxyConfiguration !== undefined && taskDefinition.proxyConfiguration.type === undefined) ||
  envoyContainers(taskDefinition).length > 0;
