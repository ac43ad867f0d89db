import type * as Ecs from '@aws-sdk/client-ecs';
import type { Json } from '../../export.ts';
import { parseJson } from '../jsonText.ts';
import { SourceError } from '../reading.ts';
import { told, type Block } from './block.ts';
import { tagsOf, type Reader } from './reader.ts';

/**
 * The provider keeps the containers as one text of JSON, in the API's own spelling, but for a `cpu` of 0, which it drops and the API
 * tells.
 */
function containers(block: Block): Json<Ecs.ContainerDefinition>[] | undefined {
  const text = block.text('container_definitions');
  if (text === undefined) return undefined;
  try {
    const found = parseJson(text, 'container_definitions');
    if (Array.isArray(found)) return found.map((one: object) => ({ cpu: 0, ...one }));
    return block.report('container_definitions', 'It should be a list of containers in JSON, so it is left out.');
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return block.report('container_definitions', `It is no JSON (${error.place}), so it is left out.`);
  }
}

function volume(block: Block): Json<Ecs.Volume> {
  const docker = block.one('docker_volume_configuration');
  const efs = block.one('efs_volume_configuration');
  const fsx = block.one('fsx_windows_file_server_volume_configuration');
  const efsAccess = efs?.one('authorization_config');
  const fsxAccess = fsx?.one('authorization_config');
  const sourcePath = block.text('host_path');
  return told({
    name: block.text('name'),
    host: sourcePath === undefined ? undefined : { sourcePath },
    // Said of every volume, and false but for those that the service makes.
    configuredAtLaunch: block.flag('configure_at_launch') === true ? true : undefined,
    dockerVolumeConfiguration:
      docker === undefined
        ? undefined
        : told({
            scope: docker.text('scope') as Ecs.Scope | undefined,
            autoprovision: docker.flag('autoprovision'),
            driver: docker.text('driver'),
            driverOpts: docker.map('driver_opts'),
            labels: docker.map('labels'),
          }),
    efsVolumeConfiguration:
      efs === undefined
        ? undefined
        : told({
            fileSystemId: efs.text('file_system_id'),
            rootDirectory: efs.text('root_directory'),
            transitEncryption: efs.text('transit_encryption') as Ecs.EFSTransitEncryption | undefined,
            transitEncryptionPort: efs.number('transit_encryption_port'),
            authorizationConfig:
              efsAccess === undefined
                ? undefined
                : told({
                    accessPointId: efsAccess.text('access_point_id'),
                    iam: efsAccess.text('iam') as Ecs.EFSAuthorizationConfigIAM | undefined,
                  }),
          }),
    fsxWindowsFileServerVolumeConfiguration:
      fsx === undefined
        ? undefined
        : told({
            fileSystemId: fsx.text('file_system_id'),
            rootDirectory: fsx.text('root_directory'),
            authorizationConfig:
              fsxAccess === undefined
                ? undefined
                : {
                    credentialsParameter: fsxAccess.text('credentials_parameter'),
                    domain: fsxAccess.text('domain'),
                  },
          }),
  });
}

const taskDefinition: Reader = (block, draft) => {
  const proxy = block.one('proxy_configuration');
  const platform = block.one('runtime_platform');
  const storage = block.one('ephemeral_storage')?.number('size_in_gib');
  const described = told({
    taskDefinitionArn: block.text('arn'),
    containerDefinitions: containers(block),
    family: block.text('family'),
    revision: block.number('revision'),
    status: block.text('status') as Ecs.TaskDefinitionStatus | undefined,
    taskRoleArn: block.text('task_role_arn'),
    executionRoleArn: block.text('execution_role_arn'),
    networkMode: block.text('network_mode') as Ecs.NetworkMode | undefined,
    volumes: (block.many('volume') ?? []).map(volume),
    placementConstraints: (block.many('placement_constraints') ?? []).map((one) =>
      told({
        type: one.text('type') as Ecs.TaskDefinitionPlacementConstraintType | undefined,
        expression: one.text('expression'),
      }),
    ),
    requiresCompatibilities: block.texts('requires_compatibilities') as Ecs.Compatibility[] | undefined,
    cpu: block.text('cpu'),
    memory: block.text('memory'),
    ipcMode: block.text('ipc_mode') as Ecs.IpcMode | undefined,
    pidMode: block.text('pid_mode') as Ecs.PidMode | undefined,
    enableFaultInjection: block.flag('enable_fault_injection'),
    ephemeralStorage: storage === undefined ? undefined : { sizeInGiB: storage },
    inferenceAccelerators: block
      .many('inference_accelerator')
      ?.map((one) => told({ deviceName: one.text('device_name'), deviceType: one.text('device_type') })),
    runtimePlatform:
      platform === undefined
        ? undefined
        : told({
            cpuArchitecture: platform.text('cpu_architecture') as Ecs.CPUArchitecture | undefined,
            operatingSystemFamily: platform.text('operating_system_family') as Ecs.OSFamily | undefined,
          }),
    proxyConfiguration:
      proxy === undefined
        ? undefined
        : told({
            type: proxy.text('type') as Ecs.ProxyConfigurationType | undefined,
            containerName: proxy.text('container_name'),
            properties: Object.entries(proxy.map('properties') ?? {}).map(([name, value]) => ({ name, value })),
          }),
  }) as Json<Ecs.TaskDefinition>;
  block.skip('id', 'arn_without_revision', 'skip_destroy', 'track_latest', 'task_definition');
  const found = { taskDefinition: described, tags: tagsOf(block) };
  draft.ecs.taskDefinitions.push(found);
  return found;
};

/** Task definitions, by Terraform's type. */
export const TASK_DEFINITIONS: Readonly<Record<string, Reader>> = { aws_ecs_task_definition: taskDefinition };
