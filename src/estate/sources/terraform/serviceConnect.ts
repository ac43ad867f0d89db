import type * as Ecs from '@aws-sdk/client-ecs';
import type { Json } from '../../export.ts';
import { told, type Block } from './block.ts';

function logging(block: Block): Json<Ecs.LogConfiguration> {
  return told({
    logDriver: block.text('log_driver') as Ecs.LogDriver | undefined,
    options: block.map('options'),
    secretOptions: block
      .many('secret_option')
      ?.map((one) => ({ name: one.text('name'), valueFrom: one.text('value_from') })),
  });
}

function connected(block: Block): Json<Ecs.ServiceConnectService> {
  const timeout = block.one('timeout');
  const tls = block.one('tls');
  return told({
    portName: block.text('port_name'),
    discoveryName: block.text('discovery_name'),
    ingressPortOverride: block.number('ingress_port_override'),
    clientAliases: block
      .many('client_alias')
      ?.map((alias) => told({ port: alias.number('port'), dnsName: alias.text('dns_name') })),
    timeout:
      timeout === undefined
        ? undefined
        : told({
            idleTimeoutSeconds: timeout.count('idle_timeout_seconds'),
            perRequestTimeoutSeconds: timeout.count('per_request_timeout_seconds'),
          }),
    tls:
      tls === undefined
        ? undefined
        : told({
            issuerCertificateAuthority: told({
              awsPcaAuthorityArn: tls.one('issuer_cert_authority')?.text('aws_pca_authority_arn'),
            }),
            kmsKey: tls.text('kms_key'),
            roleArn: tls.text('role_arn'),
          }),
  });
}

/** As the configuration asks for it: the provider does not read it back from ECS. */
export function serviceConnect(block: Block): Json<Ecs.ServiceConnectConfiguration> {
  const log = block.one('log_configuration');
  const accessLog = block.one('access_log_configuration');
  return told({
    enabled: block.flag('enabled'),
    namespace: block.text('namespace'),
    services: block.many('service')?.map(connected),
    logConfiguration: log === undefined ? undefined : logging(log),
    accessLogConfiguration:
      accessLog === undefined
        ? undefined
        : (told({
            format: accessLog.text('format'),
            includeQueryParameters: accessLog.text('include_query_parameters'),
          }) as Json<Ecs.ServiceConnectAccessLogConfiguration>),
  });
}

/** Volumes that ECS makes for each task. `undefined` where there is none. */
export function volumeConfigurations(service: Block): Json<Ecs.ServiceVolumeConfiguration>[] | undefined {
  return service.many('volume_configuration')?.map((one) => {
    const volume = one.one('managed_ebs_volume');
    return told({
      name: one.text('name'),
      managedEBSVolume:
        volume === undefined
          ? undefined
          : told({
              encrypted: volume.flag('encrypted'),
              kmsKeyId: volume.text('kms_key_id'),
              volumeType: volume.text('volume_type'),
              sizeInGiB: volume.number('size_in_gb'),
              snapshotId: volume.text('snapshot_id'),
              volumeInitializationRate: volume.number('volume_initialization_rate'),
              iops: volume.number('iops'),
              throughput: volume.number('throughput'),
              tagSpecifications: volume.many('tag_specifications')?.map((tags) =>
                told({
                  resourceType: tags.text('resource_type') as Ecs.EBSResourceType | undefined,
                  propagateTags: tags.text('propagate_tags') as Ecs.PropagateTags | undefined,
                  tags: Object.entries(tags.map('tags') ?? {}).map(([key, value]) => ({ key, value })),
                }),
              ),
              roleArn: volume.text('role_arn'),
              filesystemType: volume.text('file_system_type') as Ecs.TaskFilesystemType | undefined,
            }),
    });
  });
}
