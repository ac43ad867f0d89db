import { keptContainers } from '../../estate/envoy.ts';
import type { Json } from '../../estate/export.ts';
import type { BlueService } from '../../estate/model.ts';
import { nodePlace, type FindingSet, type Scope } from './scope.ts';
import type * as AppMesh from '@aws-sdk/client-app-mesh';

type Listener = Json<AppMesh.Listener>;
type ClientTls = Json<AppMesh.ClientPolicyTls>;

/** What a virtual node's own settings lose (`mesh-mapping.md` 1.5, 1.6). */
export function nodeFindings({ services }: Scope, found: FindingSet): void {
  for (const service of services) {
    const spec = service.nodeSpec;
    if (spec === undefined) continue;
    const place = nodePlace(service);
    const listeners = spec.listeners ?? [];
    if (listeners.length > 1) {
      found.add('NODE_MULTI_LISTENER', place, `Ports ${listeners.map((one) => one.portMapping?.port).join(', ')}.`);
    }
    for (const listener of listeners) listenerFindings(service, listener, found);
    if (spec.serviceDiscovery?.awsCloudMap?.attributes !== undefined) found.add('CLOUDMAP_ATTRIBUTES', place);

    const file = spec.logging?.accessLog?.file;
    if (file !== undefined) {
      const standard = ['/dev/stdout', '/dev/stderr'].includes(file.path ?? '');
      if (!standard) found.add('LOG_FILE_PATH_LOST', place, `It writes to ${file.path ?? ''}.`);
      if (file.format !== undefined) found.add('LOG_FORMAT_LOST', place);
      else if (standard) found.add('LOG_STDOUT', place);
    }

    const policies = [
      spec.backendDefaults?.clientPolicy?.tls,
      ...(spec.backends ?? []).map((backend) => backend.virtualService?.clientPolicy?.tls),
    ];
    for (const policy of policies) if (policy !== undefined) clientFindings(place, policy, found);
  }
}

function listenerFindings(service: BlueService, listener: Listener, found: FindingSet): void {
  const place = nodePlace(service);
  const where = `Port ${listener.portMapping?.port ?? '?'}.`;
  if (listener.outlierDetection !== undefined) found.add('OUTLIER_LOST', place, where);
  if (listener.connectionPool !== undefined) found.add('CONNECTION_POOL_LOST', place, where);
  if (listener.healthCheck !== undefined) {
    const checked = keptContainers(service.taskDefinition).some(
      (container) => container.essential !== false && container.healthCheck !== undefined,
    );
    if (checked) found.add('HEALTHCHECK_COVERED', place);
    else if (listener.portMapping?.protocol === 'grpc') found.add('HEALTHCHECK_GRPC', place, where);
    else found.add('HEALTHCHECK_MISSING', place, `${where} ${proposal(listener.healthCheck)}`);
  }

  const { tls } = listener;
  if (tls === undefined || tls.mode === 'DISABLED') return;
  if (tls.mode === 'PERMISSIVE') found.add('TLS_PERMISSIVE', place, where);
  if (tls.certificate?.acm !== undefined) {
    found.add('TLS_ACM_TO_PCA', place, `The certificate is ${tls.certificate.acm.certificateArn ?? 'unknown'}.`);
  }
  if (tls.certificate?.file !== undefined) found.add('TLS_FILE_CERT', place, where);
  if (tls.certificate?.sds !== undefined || tls.validation?.trust?.sds !== undefined) {
    found.add('TLS_SDS_CERT', place, where);
  }
  if (tls.validation !== undefined) found.add('MTLS_LISTENER_VALIDATION', place, where);
}

/** A command is proposed, never invented silently: the image may lack the tool. */
function proposal(check: Json<AppMesh.HealthCheckPolicy>): string {
  const path = check.path ?? '/';
  return (
    `Proposed: curl -fsS http://localhost:PORT${path} || exit 1, every ${(check.intervalMillis ?? 5000) / 1000} s, ` +
    `${check.unhealthyThreshold ?? 3} tries.`
  );
}

function clientFindings(place: string, policy: ClientTls, found: FindingSet): void {
  const trust = policy.validation?.trust;
  if (trust?.acm !== undefined) found.add('TLS_CLIENT_POLICY_ABSORBED', place);
  if (trust?.file !== undefined || trust?.sds !== undefined) found.add('TLS_CLIENT_TRUST_FILE', place);
  if (policy.validation?.subjectAlternativeNames !== undefined) found.add('TLS_SAN_LOST', place);
  if (policy.certificate !== undefined) found.add('MTLS_CLIENT_CERT_LOST', place);
  if (policy.ports !== undefined) found.add('TLS_CLIENT_POLICY_PORTS', place, `Ports ${policy.ports.join(', ')}.`);
  if (policy.enforce === false) found.add('TLS_CLIENT_NOT_ENFORCED', place);
}
