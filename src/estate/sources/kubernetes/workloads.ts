import { awsNameOf, type Cluster } from './cluster.ts';
import { type Manifest, membersOf, textsOf } from './manifests.ts';
import { selects } from './selectors.ts';

/** What runs as a virtual node or a virtual gateway: for an assessment alone, since Meshlift moves services of ECS. */
export interface Workload {
  /** Where it runs as: the name in App Mesh. */
  runsAs: { kind: 'virtualNode' | 'virtualGateway'; name: string };
  /** `Deployment`, `StatefulSet`, `DaemonSet`, `Pod`. */
  kind: string;
  namespace: string;
  name: string;
  /** The Services that select its pods, by name, in its namespace. */
  services: string[];
}

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Pod'] as const;

const podLabels = (one: Manifest): Readonly<Record<string, string>> =>
  one.kind === 'Pod' ? one.labels : textsOf(membersOf(membersOf(one.spec['template'])['metadata'])['labels']);

function selectedBy(service: Manifest, labels: Readonly<Record<string, string>>): boolean {
  const selector = Object.entries(textsOf(service.spec['selector']));
  return selector.length > 0 && selector.every(([name, value]) => labels[name] === value);
}

export function workloadsOf(cluster: Cluster): Workload[] {
  const services = cluster.others(['Service']);
  return [
    ...cluster.ofController('VirtualNode').map((one) => ({ object: one, kind: 'virtualNode' as const })),
    ...cluster.ofController('VirtualGateway').map((one) => ({ object: one, kind: 'virtualGateway' as const })),
  ].flatMap(({ object, kind }) =>
    cluster.others(KINDS).flatMap((one): Workload[] => {
      const labels = podLabels(one);
      if (one.namespace !== object.namespace || !selects(object.spec['podSelector'], labels)) return [];
      const own = services.filter((service) => service.namespace === one.namespace && selectedBy(service, labels));
      return [
        {
          runsAs: { kind, name: awsNameOf(object) },
          kind: one.kind,
          namespace: one.namespace,
          name: one.name,
          services: own.map((service) => service.name),
        },
      ];
    }),
  );
}
