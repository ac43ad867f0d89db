import type { EstateExport, KubernetesMember } from './export.ts';
import { listenersOf } from './fromMesh.ts';
import type { BlueService } from './model.ts';

type Node = EstateExport['appMesh']['virtualNodes'][number];

/** A node that runs no pods and is found by DNS alone stands for a host outside of the mesh. */
const isHost = (member: KubernetesMember, spec: Node['spec']): boolean =>
  member.pods === undefined && spec?.serviceDiscovery?.awsCloudMap === undefined;

/**
 * What stands in the mesh for the nodes and gateways of Kubernetes manifests that no ECS service runs as, named by them. One whose
 * name an ECS service has is called `virtualNode/name`. A node for a host outside is not among them.
 */
export function kubernetesServices(
  exported: EstateExport,
  meshName: string,
  services: readonly BlueService[],
): BlueService[] {
  const { virtualNodes, virtualGateways } = exported.appMesh;
  const taken = new Set(services.map((one) => one.name));
  const isRun = ({ kind, name }: KubernetesMember): boolean =>
    services.some((one) => one[kind]?.meshName === meshName && one[kind].name === name);

  return (exported.kubernetes?.members ?? []).flatMap((member): BlueService[] => {
    const { kind, name } = member;
    if (member.meshName !== meshName || isRun(member)) return [];
    const called = taken.has(name) ? `${kind}/${name}` : name;
    taken.add(called);
    const role = { meshName, name, source: 'appMesh', certainty: 'certain' } as const;
    const nothingOfEcs = {
      name: called,
      arn: '',
      kubernetes: member,
      service: {} as BlueService['service'],
      taskDefinition: {} as BlueService['taskDefinition'],
      taskDefinitionTags: [],
      targetGroups: [],
      scaling: undefined,
      registries: [],
    };
    switch (kind) {
      case 'virtualNode': {
        const node = virtualNodes.find((one) => one.meshName === meshName && one.virtualNodeName === name);
        if (node === undefined || isHost(member, node.spec)) return [];
        const spec = node.spec === undefined ? {} : { nodeSpec: node.spec };
        return [{ ...nothingOfEcs, virtualNode: role, ...spec, listeners: listenersOf(node.spec) }];
      }
      case 'virtualGateway': {
        const isTold = virtualGateways.some((one) => one.meshName === meshName && one.virtualGatewayName === name);
        return isTold ? [{ ...nothingOfEcs, virtualNode: undefined, virtualGateway: role, listeners: [] }] : [];
      }
    }
  });
}
