import type { KubernetesMember, KubernetesWorkload } from '../../export.ts';
import { Unknown } from '../shapes/shape.ts';
import { awsNameOf, type Cluster } from './cluster.ts';
import { type Manifest, membersOf, textsOf } from './manifests.ts';
import { selectorInWords, selects } from './selectors.ts';

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Pod'] as const;

const podLabels = (one: Manifest): Readonly<Record<string, string>> =>
  one.kind === 'Pod' ? one.labels : textsOf(membersOf(membersOf(one.spec['template'])['metadata'])['labels']);

function selectedBy(service: Manifest, labels: Readonly<Record<string, string>>): boolean {
  const selector = Object.entries(textsOf(service.spec['selector']));
  return selector.length > 0 && selector.every(([name, value]) => labels[name] === value);
}

/** Nodes and gateways of the manifests, each with what runs as it: for an assessment alone, since Meshlift moves services of ECS. */
export function membersIn(cluster: Cluster): KubernetesMember[] {
  const services = cluster.others(['Service']);
  const workloads = cluster.others(KINDS);
  return [
    ...cluster.ofController('VirtualNode').map((one) => ({ object: one, kind: 'virtualNode' as const })),
    ...cluster.ofController('VirtualGateway').map((one) => ({ object: one, kind: 'virtualGateway' as const })),
  ].map(({ object, kind }) => {
    const mesh = cluster.meshOf(object);
    const pods = selectorInWords(object.spec['podSelector']);
    return {
      meshName: mesh instanceof Unknown ? undefined : awsNameOf(mesh),
      kind,
      name: awsNameOf(object),
      address: object.address,
      ...(pods === undefined ? {} : { pods }),
      workloads: workloads.flatMap((one): KubernetesWorkload[] => {
        const labels = podLabels(one);
        if (one.namespace !== object.namespace || !selects(object.spec['podSelector'], labels)) return [];
        const own = services.filter((service) => service.namespace === one.namespace && selectedBy(service, labels));
        return [
          { kind: one.kind, namespace: one.namespace, name: one.name, services: own.map((service) => service.name) },
        ];
      }),
    };
  });
}
