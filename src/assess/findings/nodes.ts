import { keptContainers } from '../../estate/envoy.ts';
import type { Json } from '../../estate/export.ts';
import type { BlueService } from '../../estate/model.ts';
import { nodePlace, type FindingSet, type Scope } from './scope.ts';
import { inWords } from './words.ts';
import type * as AppMesh from '@aws-sdk/client-app-mesh';

type Listener = Json<AppMesh.Listener>;

/** What a virtual node's own settings lose, but for TLS (`mesh-mapping.md` 1.5). */
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
    const attributes = spec.serviceDiscovery?.awsCloudMap?.attributes;
    if (attributes !== undefined) {
      const told = attributes.map((one) => `${one.key ?? ''}=${one.value ?? ''}`);
      found.add('CLOUDMAP_ATTRIBUTES', place, `It is ${told.join(', ')}.`);
    }

    const file = spec.logging?.accessLog?.file;
    if (file === undefined) continue;
    const standard = ['/dev/stdout', '/dev/stderr'].includes(file.path ?? '');
    if (!standard) found.add('LOG_FILE_PATH_LOST', place, `It writes to ${file.path ?? ''}.`);
    if (file.format !== undefined) found.add('LOG_FORMAT_LOST', place, `It was ${inWords(file.format)}.`);
    else if (standard) found.add('LOG_STDOUT', place);
  }
}

function listenerFindings(service: BlueService, listener: Listener, found: FindingSet): void {
  const place = nodePlace(service);
  const where = `Port ${listener.portMapping?.port ?? '?'}`;
  const { outlierDetection, connectionPool, healthCheck } = listener;
  if (outlierDetection !== undefined) found.add('OUTLIER_LOST', place, `${where}: ${inWords(outlierDetection)}.`);
  if (connectionPool !== undefined) found.add('CONNECTION_POOL_LOST', place, `${where}: ${inWords(connectionPool)}.`);
  if (healthCheck === undefined) return;
  const checked = keptContainers(service.taskDefinition).some(
    (container) => container.essential !== false && container.healthCheck !== undefined,
  );
  const was = `${where}: ${inWords(healthCheck)}.`;
  if (checked) found.add('HEALTHCHECK_COVERED', place, was);
  else if (listener.portMapping?.protocol === 'grpc') found.add('HEALTHCHECK_GRPC', place, was);
  else found.add('HEALTHCHECK_MISSING', place, `${was} ${proposal(healthCheck)}`);
}

/** A command is proposed, never invented silently: the image may lack the tool. */
function proposal(check: Json<AppMesh.HealthCheckPolicy>): string {
  const path = check.path ?? '/';
  return (
    `Proposed: curl -fsS http://localhost:${check.port ?? 'PORT'}${path} || exit 1, every ${(check.intervalMillis ?? 5000) / 1000} s, ` +
    `given up after ${(check.timeoutMillis ?? 2000) / 1000} s, ${check.unhealthyThreshold ?? 3} tries.`
  );
}
