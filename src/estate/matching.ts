import { registryHost } from './cloudMap.ts';
import { identityOf, usesAppMesh, type MeshIdentity } from './envoy.ts';
import type { EstateExport, Json } from './export.ts';
import { placeOf } from './identity.ts';
import type { BlueService, NodeEvidence, Source } from './model.ts';
import type { FoundService } from './services.ts';
import { primaryTaskSet } from './taskSets.ts';
import type * as AppMesh from '@aws-sdk/client-app-mesh';

/** What a service's tasks run as, and why we think so. */
export type MeshRole = Pick<BlueService, 'virtualNode' | 'virtualGateway' | 'matchedBy' | 'matchConflict'>;

type Node = Json<AppMesh.VirtualNodeData>;

const SOURCES: Readonly<Record<NodeEvidence, Source>> = {
  'env:APPMESH_RESOURCE_ARN': 'taskDefinition',
  'env:APPMESH_RESOURCE_NAME': 'taskDefinition',
  'env:APPMESH_VIRTUAL_NODE_NAME': 'taskDefinition',
  cloudMap: 'cloudMap',
  dns: 'cloudMap',
  instances: 'cloudMap',
  name: 'appMesh',
};

/** Whether every attribute of the node's Cloud Map filter fits the service. An attribute that we cannot judge does not fit. */
function attributesFit(node: Node, service: FoundService, clusterName: string): boolean {
  const values: Readonly<Record<string, string | undefined>> = {
    ECS_SERVICE_NAME: service.name,
    ECS_CLUSTER_NAME: clusterName,
    ECS_TASK_DEFINITION_FAMILY: service.taskDefinition.family,
    ECS_TASK_SET_EXTERNAL_ID: primaryTaskSet(service.service)?.externalId,
  };
  const attributes = node.spec?.serviceDiscovery?.awsCloudMap?.attributes ?? [];
  return attributes.every(({ key, value }) => value !== undefined && values[key ?? ''] === value);
}

function registered(node: Node, service: FoundService, clusterName: string): boolean {
  const discovery = node.spec?.serviceDiscovery?.awsCloudMap;
  return (
    discovery !== undefined &&
    service.registries.some(
      (one) => one.name === discovery.serviceName && one.namespaceName === discovery.namespaceName,
    ) &&
    attributesFit(node, service, clusterName)
  );
}

function resolves(node: Node, service: FoundService, exported: EstateExport): boolean {
  const hostname = node.spec?.serviceDiscovery?.dns?.hostname?.toLowerCase();
  if (hostname === undefined) return false;
  if (service.registries.some((registry) => registryHost(registry) === hostname)) return true;
  const balancers = new Set(service.targetGroups.flatMap(({ targetGroup }) => targetGroup.LoadBalancerArns ?? []));
  return exported.elbv2.loadBalancers.some(
    (one) => balancers.has(one.LoadBalancerArn ?? '') && one.DNSName?.toLowerCase() === hostname,
  );
}

function roleFor(meshName: string, name: string, matchedBy: NodeEvidence[]): MeshRole {
  const strongest = matchedBy[0] ?? 'name';
  return {
    virtualNode: {
      meshName,
      name,
      source: SOURCES[strongest],
      certainty: strongest === 'name' ? 'guess' : 'certain',
    },
    matchedBy,
  };
}

/**
 * The mesh that an identity means, `NAME@OWNER` for one that is called like this mesh and is another account's. The mesh of a
 * name without `@owner` is owned by the task's own account.
 */
function meshOf(identity: MeshIdentity, mesh: { name: string; owner: string | undefined }, account: string): string {
  const owner = identity.meshOwner ?? account;
  const isNamesake = identity.meshName === mesh.name && mesh.owner !== undefined && owner !== mesh.owner;
  return isNamesake ? `${identity.meshName}@${owner}` : identity.meshName;
}

/**
 * Which virtual node, or gateway, a service's tasks run as (`mesh-mapping.md` 4.1): what Envoy's environment says is certain;
 * Cloud Map and DNS are strong; an equal name is a guess, taken only for tasks that run Envoy.
 */
export function matchService(
  service: FoundService,
  exported: EstateExport,
  mesh: { name: string; owner: string | undefined },
  clusterName: string,
): MeshRole {
  const nodes = exported.appMesh.virtualNodes.filter((node) => node.meshName === mesh.name);
  const inRegistry = nodes.filter((node) => registered(node, service, clusterName));
  const inDns = nodes.filter((node) => resolves(node, service, exported));
  const cloudMapEvidence: NodeEvidence = service.registriesFromInstances ? 'instances' : 'cloudMap';

  const told = identityOf(service.taskDefinition);
  if (told !== undefined) {
    const { identity, evidence } = told;
    const meshName = meshOf(identity, mesh, placeOf(service.arn).account || exported.caller.account);
    if (identity.kind === 'virtualGateway') {
      return {
        virtualNode: undefined,
        virtualGateway: {
          meshName,
          name: identity.name,
          source: 'taskDefinition',
          certainty: 'certain',
        },
        matchedBy: [evidence],
      };
    }
    if (meshName !== mesh.name) return roleFor(meshName, identity.name, [evidence]);
    const agrees = inRegistry.some((node) => node.virtualNodeName === identity.name);
    const other = inRegistry.find((node) => node.virtualNodeName !== identity.name)?.virtualNodeName;
    return {
      ...roleFor(mesh.name, identity.name, [evidence, ...(agrees ? [cloudMapEvidence] : [])]),
      ...(other !== undefined && !agrees ? { matchConflict: { environment: identity.name, cloudMap: other } } : {}),
    };
  }

  const byRegistry = inRegistry[0]?.virtualNodeName;
  if (byRegistry !== undefined) return roleFor(mesh.name, byRegistry, [cloudMapEvidence]);
  const byDns = inDns[0]?.virtualNodeName;
  if (byDns !== undefined) return roleFor(mesh.name, byDns, ['dns']);
  const sameName = nodes.some((node) => node.virtualNodeName === service.name);
  if (sameName && usesAppMesh(service.taskDefinition)) return roleFor(mesh.name, service.name, ['name']);
  return { virtualNode: undefined };
}

/**
 * The same where App Mesh does not answer: Envoy's environment is all there is. Tasks that run Envoy without saying as what are
 * taken for a node of the mesh under their service's name, as a guess.
 */
export function matchWithoutMesh(
  service: FoundService,
  exported: EstateExport,
  mesh: { name: string; owner: string | undefined },
): MeshRole {
  const told = identityOf(service.taskDefinition);
  if (told !== undefined) {
    const { identity, evidence } = told;
    const account = placeOf(service.arn).account || exported.caller.account;
    const named = { meshName: meshOf(identity, mesh, account), name: identity.name };
    return identity.kind === 'virtualGateway'
      ? {
          virtualNode: undefined,
          virtualGateway: { ...named, source: 'taskDefinition', certainty: 'certain' },
          matchedBy: [evidence],
        }
      : { virtualNode: { ...named, source: 'taskDefinition', certainty: 'certain' }, matchedBy: [evidence] };
  }
  if (!usesAppMesh(service.taskDefinition)) return { virtualNode: undefined };
  return {
    virtualNode: { meshName: mesh.name, name: service.name, source: 'taskDefinition', certainty: 'guess' },
    matchedBy: ['name'],
  };
}
