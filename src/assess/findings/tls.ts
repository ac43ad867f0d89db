import type { Json } from '../../estate/export.ts';
import type { BlueService } from '../../estate/model.ts';
import { loadBalancersOf } from '../../estate/services.ts';
import { nodePlace, type FindingSet, type Scope } from './scope.ts';
import { inWords } from './words.ts';
import type * as AppMesh from '@aws-sdk/client-app-mesh';

type ListenerTls = Json<AppMesh.ListenerTls>;
type ClientTls = Json<AppMesh.ClientPolicyTls>;

/** What becomes of the TLS of virtual nodes, of those that are called and of those that call (`mesh-mapping.md` 1.6). */
export function tlsFindings({ services, plaintext }: Scope, found: FindingSet): void {
  for (const service of services) {
    const spec = service.nodeSpec;
    if (spec === undefined) continue;
    const place = nodePlace(service);
    for (const { portMapping, tls } of spec.listeners ?? []) {
      if (tls === undefined || tls.mode === 'DISABLED') continue;
      serverFindings(place, `Port ${portMapping?.port ?? '?'}`, tls, found);
      if (!plaintext.has(place)) behindLoadBalancer(service, portMapping?.port, found);
    }
    const policies = [
      spec.backendDefaults?.clientPolicy?.tls,
      ...(spec.backends ?? []).map((backend) => backend.virtualService?.clientPolicy?.tls),
    ];
    for (const policy of policies) if (policy !== undefined) clientTlsFindings(place, policy, found);
  }
}

function serverFindings(place: string, where: string, tls: ListenerTls, found: FindingSet): void {
  const { certificate, validation } = tls;
  if (tls.mode === 'PERMISSIVE') found.add('TLS_PERMISSIVE', place, `${where}.`);
  if (certificate?.acm !== undefined) {
    found.add('TLS_ACM_TO_PCA', place, `The certificate is ${certificate.acm.certificateArn ?? 'unknown'}.`);
  }
  if (certificate?.file !== undefined) found.add('TLS_FILE_CERT', place, `${where}: ${inWords(certificate.file)}.`);
  for (const secret of [certificate?.sds, validation?.trust?.sds]) {
    if (secret !== undefined) found.add('TLS_SDS_CERT', place, `${where}: ${inWords(secret)}.`);
  }
  if (validation !== undefined) found.add('MTLS_LISTENER_VALIDATION', place, `${where}: ${inWords(validation)}.`);
}

/** A port that talks TLS in the mesh, and that a load balancer talks to as well. */
function behindLoadBalancer(service: BlueService, port: number | undefined, found: FindingSet): void {
  const attached = loadBalancersOf(service.service).some((one) => one.containerPort === port);
  if (attached) found.add('TLS_TARGET_GROUP_HTTPS', nodePlace(service), `Port ${port ?? '?'} of ${service.name}.`);
}

/** What a client policy asks for, at a virtual node or a virtual gateway. */
export function clientTlsFindings(place: string, policy: ClientTls, found: FindingSet): void {
  const { trust, subjectAlternativeNames } = policy.validation ?? {};
  if (trust?.acm !== undefined) found.add('TLS_CLIENT_POLICY_ABSORBED', place, `It trusted ${inWords(trust.acm)}.`);
  for (const own of [trust?.file, trust?.sds]) {
    if (own !== undefined) found.add('TLS_CLIENT_TRUST_FILE', place, `It trusted ${inWords(own)}.`);
  }
  if (subjectAlternativeNames !== undefined) {
    found.add('TLS_SAN_LOST', place, `It asked for ${inWords(subjectAlternativeNames.match?.exact ?? [])}.`);
  }
  if (policy.certificate !== undefined) {
    found.add('MTLS_CLIENT_CERT_LOST', place, `It was ${inWords(policy.certificate)}.`);
  }
  if (policy.ports !== undefined) found.add('TLS_CLIENT_POLICY_PORTS', place, `Ports ${policy.ports.join(', ')}.`);
  if (policy.enforce === false) found.add('TLS_CLIENT_NOT_ENFORCED', place);
}
