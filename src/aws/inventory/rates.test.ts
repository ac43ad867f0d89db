import {
  CreateMeshCommand,
  CreateRouteCommand,
  CreateVirtualNodeCommand,
  CreateVirtualRouterCommand,
} from '@aws-sdk/client-app-mesh';
import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { SimulatedClock } from '../../../lab/clock.ts';
import { createSimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import { Budget } from '../budget.ts';
import { createClients } from '../clients.ts';
import { type CallExpectations, withCallExpectations } from '../expectedCalls.ts';
import { operatorClients } from '../simulatedShop.ts';
import { takeWholeInventory } from './whole.ts';

const NODES = 120;
const ROUTERS = 60;
const ROUTES_A_ROUTER = 3;
/** What is read of the mesh: itself, four lists, the routes of each router, and each resource. */
const MESH_CALLS = 1 + 4 + 2 * ROUTERS + NODES + ROUTERS * ROUTES_A_ROUTER;

/** Pages of a list of a hundred beyond the first. */
const MORE_PAGES = 1;

const silent = (): void => {};

/** A mesh without services, so that nearly every call is App Mesh's. */
async function largeMesh() {
  const clock = new SimulatedClock();
  const simulated = createSimulatedAws({ clock });
  const { clients: person } = operatorClients(simulated);
  await person.ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  const client = await person.appMesh();
  const mesh = { meshName: 'shop' };
  await client.send(new CreateMeshCommand(mesh));
  for (let node = 0; node < NODES; node += 1) {
    const listeners = [{ portMapping: { port: 8080, protocol: 'http' as const } }];
    const serviceDiscovery = { dns: { hostname: `n${node}.shop.local` } };
    await client.send(
      new CreateVirtualNodeCommand({ ...mesh, virtualNodeName: `n${node}`, spec: { listeners, serviceDiscovery } }),
    );
  }
  for (let router = 0; router < ROUTERS; router += 1) {
    const virtualRouterName = `r${router}`;
    await client.send(
      new CreateVirtualRouterCommand({
        ...mesh,
        virtualRouterName,
        spec: { listeners: [{ portMapping: { port: 8080, protocol: 'http' } }] },
      }),
    );
    for (let route = 0; route < ROUTES_A_ROUTER; route += 1) {
      const weightedTargets = [{ virtualNode: `n${router}`, weight: 1 }];
      const httpRoute = { match: { prefix: `/${route}` }, action: { weightedTargets } };
      await client.send(
        new CreateRouteCommand({ ...mesh, virtualRouterName, routeName: `${router}-${route}`, spec: { httpRoute } }),
      );
    }
  }
  return simulated;
}

/** Takes the inventory with a budget on a clock of its own, and answers when each call was made. */
async function timed(listener: CallExpectations, onCall: () => void) {
  const simulated = await largeMesh();
  const clock = new SimulatedClock();
  const startedAt = clock.now();
  const made: { service: string; atMs: number }[] = [];
  const clients = createClients({
    ...simulated.clientConfig,
    log: { info: silent, warn: silent, error: silent, debug: silent },
    budget: new Budget({
      monotonicMs: () => clock.now(),
      sleep: (ms) => new Promise((resolve) => void clock.after(ms, () => resolve())),
    }),
    onCall: (api) => {
      made.push({ service: api.slice(0, api.indexOf(':')), atMs: clock.now() - startedAt });
      onCall();
    },
  });
  const progress = { isDone: false };
  const taking = withCallExpectations(listener, () =>
    takeWholeInventory(clients, { clusters: ['shop'], meshes: ['shop'], clock }),
  ).finally(() => {
    progress.isDone = true;
  });
  while (!progress.isDone) await clock.advanceAsync(10);
  const exported = await taking;
  await simulated.close();
  return { made, exported };
}

/** The most calls that lie within any window of so many milliseconds. */
const mostWithin = (times: readonly number[], windowMs: number): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));

test('a large mesh is read at the rate of the budget, no faster and hardly slower, and every call was expected', async () => {
  let [expected, open, calls, lateCalls] = [0, 0, 0, 0];
  let expectedOnceListed: number | undefined;
  const { made, exported } = await timed(
    {
      expect: (more) => {
        expected += more;
      },
      listing: (state) => {
        open += state === 'opened' ? 1 : -1;
        if (state === 'closed' && open === 0 && expected > NODES) expectedOnceListed ??= expected;
      },
    },
    () => {
      calls += 1;
      if (calls > expected) lateCalls += 1;
    },
  );
  expect(exported.appMesh.virtualNodes).toHaveLength(NODES);
  expect(exported.appMesh.routes).toHaveLength(ROUTERS * ROUTES_A_ROUTER);
  const times = made.filter(({ service }) => service === 'appmesh').map(({ atMs }) => atMs);
  expect(times.length).toBe(1 + MESH_CALLS + MORE_PAGES);
  // 60 saved up, of which a fifth is kept for a rollback, and 20 a second.
  for (const seconds of [1, 2, 5, 10])
    expect(mostWithin(times, seconds * 1000)).toBeLessThanOrEqual(48 + 20 * seconds + 1);
  expect(Math.max(...times)).toBeLessThan(((MESH_CALLS - 48) / 20 + 2) * 1000);
  expect([calls, lateCalls]).toEqual([expected, 0]);
  expect(expectedOnceListed).toBeGreaterThan(NODES + 3 * ROUTERS);
});
