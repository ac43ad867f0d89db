import type { AppMeshClient } from '@aws-sdk/client-app-mesh';
import type { EstateExport, MeshAnswer } from '../../estate/export.ts';
import { adviceOnDenial } from '../denial.ts';
import { emptyMesh } from '../../estate/sources/draft.ts';
import { codeOf, hasCode, isThrottling, kindOf } from '../errors.ts';
import { expectCalls, whileListing } from '../expectedCalls.ts';
import { everyPage } from '../pages.ts';
import { type InventoryClients, inParallel, type ReadErrors, toJson } from './reading.ts';

/** How long the first call may take with all its retries, real time: a dark endpoint must not hold up the inventory. */
export const FIRST_ANSWER_MS = 5_000;
/** How long any later call may take, our own budget's wait included, real time. A mesh may have thousands of them. */
const CALL_MS = 60_000;

export interface MeshReading {
  answer: MeshAnswer;
  appMesh: EstateExport['appMesh'];
}

/**
 * One mesh with everything in it, or why there is nothing (row A0). A name that resolves to nothing, a connection that is
 * refused or reset, a call that takes too long or a failing server is `unreachable`; a denial is `refused`; `absent` is only
 * what the API itself calls not found. A part that is denied stands in `errors`.
 *
 * @param meshOwner the account that shares the mesh with this one, which App Mesh wants to be told
 */
export async function readAppMesh(
  clients: Pick<InventoryClients, 'appMesh'>,
  meshName: string,
  errors: ReadErrors,
  meshOwner?: string,
): Promise<MeshReading> {
  try {
    const client = await clients.appMesh();
    return {
      appMesh: await readMesh(client, { meshName, ...(meshOwner === undefined ? {} : { meshOwner }) }, errors),
      answer: { state: 'read', why: `App Mesh described the mesh ${meshName}.` },
    };
  } catch (error) {
    // A fault of ours says nothing about App Mesh.
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
    return { appMesh: emptyMesh(), answer: whyUnread(meshName, error, errors) };
  }
}

/** What a failed call says about App Mesh (row A0). What passes is in `errors` too. */
export function whyUnread(meshName: string, error: unknown, errors: ReadErrors): MeshAnswer {
  const code = codeOf(error);
  const text = `${code}: ${error instanceof Error ? error.message : String(error)}`;
  if (hasCode(error, 'NotFoundException')) {
    return { state: 'absent', why: `App Mesh knows no mesh ${meshName} (${text}).` };
  }
  // Throttling passes: the mesh is there, so this inventory is incomplete and another one is to be taken.
  if (isThrottling(error)) errors.record('appmesh:DescribeMesh', meshName, error);
  const kind = kindOf(error);
  const advice = kind === 'denied' ? ` ${adviceOnDenial('appmesh:DescribeMesh', code, text)}` : '';
  return kind === 'denied' || kind === 'invalid' || kind === 'notFound'
    ? { state: 'refused', why: `App Mesh refused to describe the mesh ${meshName} (${text}).${advice}` }
    : { state: 'unreachable', why: `App Mesh did not answer (${text}).` };
}

/** The meshes of the account, and those that others share with it. Throws the SDK's error. */
export async function listMeshes(
  clients: Pick<InventoryClients, 'appMesh'>,
): Promise<{ name: string; owner: string | undefined }[]> {
  const client = await clients.appMesh();
  const sdk = await import('@aws-sdk/client-app-mesh');
  const abortSignal = AbortSignal.timeout(FIRST_ANSWER_MS);
  const refs = await everyPage(async (nextToken) => {
    const answer = await client.send(new sdk.ListMeshesCommand({ nextToken }), { abortSignal });
    return { items: answer.meshes, next: answer.nextToken };
  });
  return refs.flatMap(({ meshName, meshOwner }) =>
    meshName === undefined ? [] : [{ name: meshName, owner: meshOwner }],
  );
}

const options = () => ({ abortSignal: AbortSignal.timeout(CALL_MS) });

async function readMesh(
  client: AppMeshClient,
  mesh: { meshName: string; meshOwner?: string },
  errors: ReadErrors,
): Promise<EstateExport['appMesh']> {
  const { meshName } = mesh;
  const sdk = await import('@aws-sdk/client-app-mesh');
  const page = (nextToken: string | undefined) => ({ ...mesh, nextToken });

  /** What one denied list lacks is on record; an endpoint that went dark ends the whole reading. */
  const list = async <Item>(call: string, read: () => Promise<Item[]>): Promise<Item[]> => {
    try {
      return await read();
    } catch (error) {
      if (kindOf(error) !== 'denied') throw error;
      errors.record(`appmesh:${call}`, `mesh/${meshName}`, error);
      return [];
    }
  };
  /** A resource that went away after it was listed is left out. The calls are expected already. */
  const describe = async <Ref, Data>(
    call: string,
    refs: readonly Ref[],
    read: (ref: Ref) => Promise<Data | undefined>,
  ): Promise<NonNullable<Data>[]> => {
    expectCalls(-refs.length);
    const found = await inParallel(refs, async (ref) => {
      try {
        return await read(ref);
      } catch (error) {
        if (hasCode(error, 'NotFoundException')) return undefined;
        if (kindOf(error) !== 'denied') throw error;
        errors.record(`appmesh:${call}`, (ref as { arn?: string }).arn, error);
        return undefined;
      }
    });
    return found.filter((one) => one !== undefined && one !== null);
  };

  // Everything is listed before anything is described: then it is known how much there is to read.
  const { described, nodeRefs, serviceRefs, routerRefs, gatewayRefs } = await whileListing(async () => {
    expectCalls(5);
    const first = await client.send(new sdk.DescribeMeshCommand(mesh), {
      abortSignal: AbortSignal.timeout(FIRST_ANSWER_MS),
    });
    return {
      described: first.mesh,
      nodeRefs: await list('ListVirtualNodes', () =>
        everyPage(async (token) => {
          const answer = await client.send(new sdk.ListVirtualNodesCommand(page(token)), options());
          return { items: answer.virtualNodes, next: answer.nextToken };
        }),
      ),
      serviceRefs: await list('ListVirtualServices', () =>
        everyPage(async (token) => {
          const answer = await client.send(new sdk.ListVirtualServicesCommand(page(token)), options());
          return { items: answer.virtualServices, next: answer.nextToken };
        }),
      ),
      routerRefs: await list('ListVirtualRouters', () =>
        everyPage(async (token) => {
          const answer = await client.send(new sdk.ListVirtualRoutersCommand(page(token)), options());
          return { items: answer.virtualRouters, next: answer.nextToken };
        }),
      ),
      gatewayRefs: await list('ListVirtualGateways', () =>
        everyPage(async (token) => {
          const answer = await client.send(new sdk.ListVirtualGatewaysCommand(page(token)), options());
          return { items: answer.virtualGateways, next: answer.nextToken };
        }),
      ),
    };
  });
  // A description of each, and a route of each router and gateway at least; the routes themselves are counted once they are listed.
  const resources = nodeRefs.length + serviceRefs.length + routerRefs.length + gatewayRefs.length;
  const parents = routerRefs.length + gatewayRefs.length;
  expectCalls(resources + parents);
  const routeRefs = await inParallel(routerRefs, ({ virtualRouterName }) =>
    list('ListRoutes', () =>
      everyPage(async (token) => {
        const answer = await client.send(new sdk.ListRoutesCommand({ ...page(token), virtualRouterName }), options());
        return { items: answer.routes, next: answer.nextToken };
      }),
    ),
  );
  const gatewayRouteRefs = await inParallel(gatewayRefs, ({ virtualGatewayName }) =>
    list('ListGatewayRoutes', () =>
      everyPage(async (token) => {
        const command = new sdk.ListGatewayRoutesCommand({ ...page(token), virtualGatewayName });
        const answer = await client.send(command, options());
        return { items: answer.gatewayRoutes, next: answer.nextToken };
      }),
    ),
  );
  const [allRoutes, allGatewayRoutes] = [routeRefs.flat(), gatewayRouteRefs.flat()];
  expectCalls(allRoutes.length + allGatewayRoutes.length - parents);
  const virtualNodes = await describe('DescribeVirtualNode', nodeRefs, async ({ virtualNodeName }) => {
    const answer = await client.send(new sdk.DescribeVirtualNodeCommand({ ...mesh, virtualNodeName }), options());
    return answer.virtualNode;
  });
  const virtualServices = await describe('DescribeVirtualService', serviceRefs, async ({ virtualServiceName }) => {
    const answer = await client.send(new sdk.DescribeVirtualServiceCommand({ ...mesh, virtualServiceName }), options());
    return answer.virtualService;
  });
  const virtualRouters = await describe('DescribeVirtualRouter', routerRefs, async ({ virtualRouterName }) => {
    const answer = await client.send(new sdk.DescribeVirtualRouterCommand({ ...mesh, virtualRouterName }), options());
    return answer.virtualRouter;
  });
  const routes = await describe('DescribeRoute', allRoutes, async ({ virtualRouterName, routeName }) => {
    const command = new sdk.DescribeRouteCommand({ ...mesh, virtualRouterName, routeName });
    return (await client.send(command, options())).route;
  });
  const virtualGateways = await describe('DescribeVirtualGateway', gatewayRefs, async ({ virtualGatewayName }) => {
    const answer = await client.send(new sdk.DescribeVirtualGatewayCommand({ ...mesh, virtualGatewayName }), options());
    return answer.virtualGateway;
  });
  const gatewayRoutes = await describe('DescribeGatewayRoute', allGatewayRoutes, async (ref) => {
    const { virtualGatewayName, gatewayRouteName } = ref;
    const command = new sdk.DescribeGatewayRouteCommand({ ...mesh, virtualGatewayName, gatewayRouteName });
    return (await client.send(command, options())).gatewayRoute;
  });

  return toJson({
    meshes: described === undefined ? [] : [described],
    virtualNodes,
    virtualServices,
    virtualRouters,
    routes,
    virtualGateways,
    gatewayRoutes,
    tags: {},
  });
}
