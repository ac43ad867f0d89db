import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { clientError } from './errors.ts';

const FAMILY = /^[A-Za-z0-9_-]{1,255}$/;
/** Row S17. */
export const PORT_NAME = /^[a-z0-9_][a-z0-9_-]{0,63}$/;

/** What RegisterTaskDefinition refuses (rows E36, E37, S17). Throws `ClientException`. */
export function checkTaskDefinition(input: RegisterTaskDefinitionCommandInput): void {
  if (input.family === undefined || !FAMILY.test(input.family)) {
    throw clientError(`Invalid family ${input.family ?? ''}: 1 to 255 of [A-Za-z0-9_-].`);
  }
  const containers = input.containerDefinitions ?? [];
  if (containers.length === 0) throw clientError('Container list cannot be empty.');
  const names = containers.map((container) => container.name ?? '');
  for (const container of containers) checkContainer(input, container, names);
  if (!containers.some((container) => container.essential !== false)) {
    throw clientError('Invalid setting for container list: at least one container must be essential.');
  }
  if (new Set(names).size < names.length) throw clientError('Container names must be unique in a task definition.');
  if (input.requiresCompatibilities?.includes('FARGATE') === true) checkFargate(input);
  checkProxy(input, names);
}

function checkContainer(
  input: RegisterTaskDefinitionCommandInput,
  container: ContainerDefinition,
  names: readonly string[],
): void {
  if (container.name === undefined || container.name === '')
    throw clientError('Container.name should not be null or empty.');
  if (container.image === undefined || container.image === '') {
    throw clientError('Container.image should not be null or empty.');
  }
  for (const dependency of container.dependsOn ?? []) {
    if (!names.includes(dependency.containerName ?? '')) {
      throw clientError(
        `Container ${container.name} depends on container ${dependency.containerName ?? ''}, which does not exist in the task definition.`,
      );
    }
  }
  for (const mapping of container.portMappings ?? []) {
    if (mapping.name !== undefined && !PORT_NAME.test(mapping.name)) {
      throw clientError(
        `Port mapping name ${mapping.name} is invalid: up to 64 of [a-z0-9_-], not starting with a hyphen.`,
      );
    }
    const fixed = input.networkMode === 'awsvpc' || input.networkMode === 'host';
    if (fixed && (mapping.hostPort ?? mapping.containerPort) !== mapping.containerPort) {
      throw clientError(
        `When networkMode=${input.networkMode}, the host ports and container ports in port mappings must match`,
      );
    }
  }
  if ((container.secrets ?? []).length > 0 && input.executionRoleArn === undefined) {
    throw clientError(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'",
    );
  }
}

function checkFargate(input: RegisterTaskDefinitionCommandInput): void {
  if (input.networkMode !== 'awsvpc') {
    throw clientError("Fargate only supports network mode 'awsvpc'.");
  }
  if (input.cpu === undefined || input.memory === undefined) {
    throw clientError("Fargate requires that 'cpu' and 'memory' be defined at the task level.");
  }
}

function checkProxy(input: RegisterTaskDefinitionCommandInput, names: readonly string[]): void {
  const proxy = input.proxyConfiguration;
  if (proxy === undefined) return;
  if (input.networkMode !== 'awsvpc') {
    throw clientError('APPMESH proxy configuration is only supported in networkMode=awsvpc');
  }
  if (!names.includes(proxy.containerName ?? '')) {
    throw clientError(`Proxy container [${proxy.containerName ?? ''}] does not exist`);
  }
  const given = new Map((proxy.properties ?? []).map((property) => [property.name, property.value ?? '']));
  if ((given.get('ProxyIngressPort') ?? '') === '') throw clientError('Ingress port not found');
  if ((given.get('ProxyEgressPort') ?? '') === '') throw clientError('Egress port not found');
  if ((given.get('AppPorts') ?? '') === '') throw clientError('App ports not found');
  if ((given.get('IgnoredUID') ?? '') === '' && (given.get('IgnoredGID') ?? '') === '') {
    throw clientError('Ignored UID or GID not found');
  }
}
