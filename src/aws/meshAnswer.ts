import type { MeshAnswer } from '../estate/export.ts';
import type { AwsClients } from './clients.ts';
import { isThrottling } from './errors.ts';
import { FIRST_ANSWER_MS, whyUnread } from './inventory/appMesh.ts';
import { ReadErrors } from './inventory/reading.ts';

export const MESH_ANSWER_ACTIONS = ['appmesh:DescribeMesh'] as const;

/**
 * How App Mesh answers for a mesh now, in the words of the inventory (row A0). Throws the SDK's error where it says "later": that
 * tells of neither.
 */
export async function readMeshAnswer(clients: Pick<AwsClients, 'appMesh'>, meshName: string): Promise<MeshAnswer> {
  try {
    const client = await clients.appMesh();
    const sdk = await import('@aws-sdk/client-app-mesh');
    const abortSignal = AbortSignal.timeout(FIRST_ANSWER_MS);
    await client.send(new sdk.DescribeMeshCommand({ meshName }), { abortSignal });
    return { state: 'read', why: `App Mesh described the mesh ${meshName}.` };
  } catch (error) {
    // A fault of ours says nothing about App Mesh.
    if (error instanceof TypeError || error instanceof ReferenceError || isThrottling(error)) throw error;
    return whyUnread(meshName, error, new ReadErrors());
  }
}
