import type { FindingSet, Scope } from './scope.ts';

/** What stands in the mesh and is no ECS service: nothing of it moves, whatever else is found of it. */
export function kubernetesFindings({ services }: Scope, found: FindingSet): void {
  for (const { kubernetes } of services) {
    if (kubernetes === undefined) continue;
    const { kind, name, address, pods } = kubernetes;
    const isOfNobody = kind === 'virtualNode' && pods === undefined;
    const detail = isOfNobody
      ? `${address} selects no pods, and no ECS service that was read runs as it: if one does, give what tells of it.`
      : undefined;
    found.add('NODE_ON_KUBERNETES', `${kind}/${name}`, detail);
  }
}
