import { describe, expect, test } from 'vitest';
import { REVISION, read, whole, type Resource } from '../../../../test/fixtures/terraformResources.ts';

const definition = (attributes: object): Resource => [
  'aws_ecs_task_definition',
  { arn: REVISION, family: 'user-api', revision: 7, ...attributes },
];

describe('a task definition', () => {
  test('in the form of DescribeTaskDefinition', () => {
    const containers = [{ name: 'app', image: 'a:1', environment: [{ name: 'A', value: 'b' }] }];
    const found = whole(
      definition({
        container_definitions: JSON.stringify(containers),
        cpu: '512',
        memory: '1024',
        network_mode: 'awsvpc',
        ipc_mode: '',
        requires_compatibilities: ['FARGATE'],
        ephemeral_storage: [{ size_in_gib: 30 }],
        proxy_configuration: [{ type: '', container_name: 'envoy', properties: { AppPorts: '8080' } }],
        runtime_platform: [{ cpu_architecture: 'ARM64', operating_system_family: 'LINUX' }],
        volume: [
          { name: 'data', host_path: '/data', configure_at_launch: false },
          { name: 'cache', host_path: '', configure_at_launch: true },
          {
            name: 'docker',
            docker_volume_configuration: [
              { scope: 'shared', autoprovision: true, driver: 'local', driver_opts: { a: 'b' }, labels: null },
            ],
          },
          {
            name: 'fsx',
            fsx_windows_file_server_volume_configuration: [
              {
                file_system_id: 'fs-1',
                root_directory: '/',
                authorization_config: [{ credentials_parameter: 'arn:secret', domain: 'corp' }],
              },
            ],
          },
        ],
        track_latest: true,
      }),
    ).ecs.taskDefinitions[0];
    expect(found?.taskDefinition).toMatchObject({
      taskDefinitionArn: REVISION,
      family: 'user-api',
      revision: 7,
      containerDefinitions: [{ ...containers[0], cpu: 0 }],
      cpu: '512',
      ephemeralStorage: { sizeInGiB: 30 },
      proxyConfiguration: { containerName: 'envoy', properties: [{ name: 'AppPorts', value: '8080' }] },
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
      volumes: [
        { name: 'data', host: { sourcePath: '/data' } },
        { name: 'cache', configuredAtLaunch: true },
        {
          name: 'docker',
          dockerVolumeConfiguration: { scope: 'shared', autoprovision: true, driver: 'local', driverOpts: { a: 'b' } },
        },
        {
          name: 'fsx',
          fsxWindowsFileServerVolumeConfiguration: {
            fileSystemId: 'fs-1',
            rootDirectory: '/',
            authorizationConfig: { credentialsParameter: 'arn:secret', domain: 'corp' },
          },
        },
      ],
    });
  });

  test.each([
    ['{"name": "app"}', 'It should be a list of containers in JSON, so it is left out.'],
    ['[{"name": hunter2}]', 'It is no JSON (line 1, column 11), so it is left out.'],
  ])('whose containers are %s', (text, why) => {
    const { exported, unresolved } = read(definition({ container_definitions: text }));
    expect(unresolved).toEqual([{ place: 'aws_ecs_task_definition.r0.container_definitions', why }]);
    expect(exported.ecs.taskDefinitions[0]?.taskDefinition).not.toHaveProperty('containerDefinitions');
  });
});
