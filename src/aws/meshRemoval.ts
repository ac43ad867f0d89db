import type { MeshResource } from '../estate/model.ts';
import { pass, wait, type Verdict } from '../plan/verdict.ts';
import type { AwsClients } from './clients.ts';
import { hasCode } from './errors.ts';

export const MESH_REMOVAL_ACTIONS = [
  'appmesh:DeleteGatewayRoute',
  'appmesh:DeleteMesh',
  'appmesh:DeleteRoute',
  'appmesh:DeleteVirtualGateway',
  'appmesh:DeleteVirtualNode',
  'appmesh:DeleteVirtualRouter',
  'appmesh:DeleteVirtualService',
  'appmesh:DescribeGatewayRoute',
  'appmesh:DescribeMesh',
  'appmesh:DescribeRoute',
  'appmesh:DescribeVirtualGateway',
  'appmesh:DescribeVirtualNode',
  'appmesh:DescribeVirtualRouter',
  'appmesh:DescribeVirtualService',
] as const;

/**
 * Deletes one App Mesh resource; the caller keeps the order (row A6). One that is gone counts as deleted; one that is still in
 * use fails with a 409, and is tried again.
 */
export async function removeMesh(clients: AwsClients, resource: MeshResource): Promise<void> {
  const sdk = await import('@aws-sdk/client-app-mesh');
  const client = await clients.appMesh();
  try {
    switch (resource.kind) {
      case 'gatewayRoute':
        await client.send(
          new sdk.DeleteGatewayRouteCommand({
            meshName: resource.meshName,
            virtualGatewayName: resource.virtualGatewayName,
            gatewayRouteName: resource.name,
          }),
        );
        break;
      case 'virtualGateway':
        await client.send(
          new sdk.DeleteVirtualGatewayCommand({ meshName: resource.meshName, virtualGatewayName: resource.name }),
        );
        break;
      case 'virtualService':
        await client.send(
          new sdk.DeleteVirtualServiceCommand({ meshName: resource.meshName, virtualServiceName: resource.name }),
        );
        break;
      case 'route':
        await client.send(
          new sdk.DeleteRouteCommand({
            meshName: resource.meshName,
            virtualRouterName: resource.virtualRouterName,
            routeName: resource.name,
          }),
        );
        break;
      case 'virtualRouter':
        await client.send(
          new sdk.DeleteVirtualRouterCommand({ meshName: resource.meshName, virtualRouterName: resource.name }),
        );
        break;
      case 'virtualNode':
        await client.send(
          new sdk.DeleteVirtualNodeCommand({ meshName: resource.meshName, virtualNodeName: resource.name }),
        );
        break;
      case 'mesh':
        await client.send(new sdk.DeleteMeshCommand({ meshName: resource.name }));
        break;
    }
  } catch (error) {
    if (!hasCode(error, 'NotFoundException')) throw error;
  }
}

/** `pass` when none of them is there any more. A mesh that is gone took everything with it. */
export async function meshRemoved(clients: AwsClients, resources: readonly MeshResource[]): Promise<Verdict> {
  const last = resources.at(-1);
  if (last === undefined) return pass('nothing of the mesh is to be deleted');
  if (last.kind === 'mesh' && !(await exists(clients, last))) return pass(`mesh ${last.name} is gone`);
  for (const resource of resources) {
    if (await exists(clients, resource)) return wait(`${resource.kind}/${resource.name} is still there`);
  }
  return pass(`all ${resources.length} App Mesh resources are gone`);
}

/** App Mesh shows a deleted resource for a moment with the status DELETED (row A5). */
async function exists(clients: AwsClients, resource: MeshResource): Promise<boolean> {
  try {
    return (await statusOf(clients, resource)) !== 'DELETED';
  } catch (error) {
    if (hasCode(error, 'NotFoundException')) return false;
    throw error;
  }
}

async function statusOf(clients: AwsClients, resource: MeshResource): Promise<string | undefined> {
  const sdk = await import('@aws-sdk/client-app-mesh');
  const client = await clients.appMesh();
  switch (resource.kind) {
    case 'gatewayRoute': {
      const { meshName, virtualGatewayName, name } = resource;
      const command = new sdk.DescribeGatewayRouteCommand({ meshName, virtualGatewayName, gatewayRouteName: name });
      return (await client.send(command)).gatewayRoute?.status?.status;
    }
    case 'virtualGateway': {
      const command = new sdk.DescribeVirtualGatewayCommand({
        meshName: resource.meshName,
        virtualGatewayName: resource.name,
      });
      return (await client.send(command)).virtualGateway?.status?.status;
    }
    case 'virtualService': {
      const command = new sdk.DescribeVirtualServiceCommand({
        meshName: resource.meshName,
        virtualServiceName: resource.name,
      });
      return (await client.send(command)).virtualService?.status?.status;
    }
    case 'route': {
      const { meshName, virtualRouterName, name } = resource;
      const command = new sdk.DescribeRouteCommand({ meshName, virtualRouterName, routeName: name });
      return (await client.send(command)).route?.status?.status;
    }
    case 'virtualRouter': {
      const command = new sdk.DescribeVirtualRouterCommand({
        meshName: resource.meshName,
        virtualRouterName: resource.name,
      });
      return (await client.send(command)).virtualRouter?.status?.status;
    }
    case 'virtualNode': {
      const command = new sdk.DescribeVirtualNodeCommand({
        meshName: resource.meshName,
        virtualNodeName: resource.name,
      });
      return (await client.send(command)).virtualNode?.status?.status;
    }
    case 'mesh':
      return (await client.send(new sdk.DescribeMeshCommand({ meshName: resource.name }))).mesh?.status?.status;
  }
}
