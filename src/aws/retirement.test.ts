import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  CreateMeshCommand,
  CreateRouteCommand,
  CreateVirtualNodeCommand,
  CreateVirtualRouterCommand,
  CreateVirtualServiceCommand,
  ListMeshesCommand,
} from '@aws-sdk/client-app-mesh';
import { CreateServiceCommand, DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BlueService, MeshResource } from '../estate/model.ts';
import type { BlueRetirement } from '../reconciler/ports.ts';
import { Budget } from './budget.ts';
import { withCallContext } from './callContext.ts';
import { createClients } from './clients.ts';
import { createBlueRetirement } from './retirement.ts';
import { createShop, known, NETWORK, operatorClients, type Shop } from './simulatedShop.ts';

let shop: Shop;
let blue: BlueService;
let retirement: BlueRetirement;
let mutations: () => number;

beforeEach(async () => {
  shop = await createShop();
  const { services } = await shop.person.ecs.send(
    new DescribeServicesCommand({ cluster: 'shop', services: ['frontend'] }),
  );
  const service = known(services?.[0]);
  blue = {
    name: 'frontend',
    arn: service.serviceArn ?? '',
    service: JSON.parse(JSON.stringify(service)) as BlueService['service'],
    taskDefinition: {},
    taskDefinitionTags: [],
    virtualNode: undefined,
    listeners: [],
    targetGroups: [],
    scaling: shop.blueScaling,
    registries: [],
  };
  const operator = operatorClients(shop.simulated);
  ({ mutations } = operator);
  retirement = createBlueRetirement(operator.clients);
});
afterEach(() => shop.close());

const frontend = async () => {
  const { services } = await shop.person.ecs.send(
    new DescribeServicesCommand({ cluster: 'shop', services: ['frontend'] }),
  );
  return services?.[0];
};
const scalableTargets = async () => {
  const { ScalableTargets } = await shop.person.autoScaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }),
  );
  return ScalableTargets ?? [];
};

/** Asks until it passes. */
async function passes(look: () => Promise<{ verdict: string; why: string }>): Promise<void> {
  for (let round = 0; round < 60; round += 1) {
    const { verdict, why } = await look();
    if (verdict === 'pass') return;
    expect(verdict, why).toBe('wait');
    await shop.pass(5_000);
  }
  throw new Error('it never passed');
}

describe('blue in retire', () => {
  test('P2, P3: scales to 0 and stays there, with one call to suspend and to lower the minimum', async () => {
    await retirement.scaleDown(blue);
    await passes(() => retirement.scaledDown(blue));
    expect(await scalableTargets()).toMatchObject([
      {
        MinCapacity: 0,
        MaxCapacity: 6,
        SuspendedState: {
          DynamicScalingInSuspended: true,
          DynamicScalingOutSuspended: true,
          ScheduledScalingSuspended: true,
        },
      },
    ]);
    const made = mutations();
    await retirement.scaleDown(blue);
    expect(mutations()).toBe(made);
    await shop.pass(300_000);
    expect(await retirement.scaledDown(blue)).toMatchObject({ verdict: 'pass' });
  });

  test('can be called back until it is gone', async () => {
    await retirement.scaleDown(blue);
    await passes(() => retirement.scaledDown(blue));
    await retirement.revive(blue);
    await shop.pass(60_000);
    expect(await frontend()).toMatchObject({ desiredCount: 2, runningCount: 2 });
  });

  test('goes with its scaling, twice as well as once', async () => {
    await retirement.scaleDown(blue);
    await passes(() => retirement.scaledDown(blue));
    expect(await retirement.removed(blue)).toMatchObject({ verdict: 'wait' });
    await retirement.remove(blue);
    await retirement.remove(blue);
    await passes(() => retirement.removed(blue));
    await retirement.remove(blue);
    expect((await frontend())?.status).not.toBe('ACTIVE');
    expect(await scalableTargets()).toEqual([]);
  });

  test('E3: another service that took its name is not touched', async () => {
    await retirement.scaleDown(blue);
    await retirement.remove(blue);
    await passes(() => retirement.removed(blue));
    await shop.pass(60_000);
    await shop.person.ecs.send(
      new CreateServiceCommand({
        cluster: 'shop',
        serviceName: 'frontend',
        taskDefinition: blue.service.taskDefinition,
        desiredCount: 1,
        launchType: 'FARGATE',
        networkConfiguration: NETWORK,
      }),
    );
    await shop.pass(60_000);
    const made = mutations();
    for (const verb of ['scaleDown', 'remove'] as const) {
      await expect(retirement[verb](blue)).rejects.toMatchObject({ code: 'AnotherService', kind: 'conflict' });
    }
    expect(mutations()).toBe(made);
    expect(await retirement.removed(blue)).toMatchObject({ verdict: 'fail' });
    expect(await frontend()).toMatchObject({ status: 'ACTIVE', desiredCount: 1 });
  });

  test('a look for which no budget was left knows nothing; it is no refusal', async () => {
    // From here on nothing comes back into it.
    const budget = new Budget({ monotonicMs: () => 0, sleep: () => new Promise(() => {}) });
    const clients = createClients({
      ...shop.simulated.clientConfig,
      log: { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} },
      budget,
      reads: { tickMs: 1 },
    });
    await retirement.remove(blue);
    await passes(() => retirement.removed(blue));
    const look = (id: string) =>
      withCallContext({ plan: 'shop', look: { plan: 'shop', id, epoch: 1 } }, () =>
        createBlueRetirement(clients).removed(blue),
      );
    expect(await look('first')).toMatchObject({ verdict: 'pass' });
    let isSpent = false;
    while (!isSpent) {
      const taken = budget.take('application-autoscaling/read', 'normal').then(() => true);
      isSpent = !(await Promise.race([taken, new Promise<false>((resolve) => setImmediate(() => resolve(false)))]));
    }
    expect(await look('second')).toMatchObject({
      verdict: 'unknown',
      why: expect.stringContaining('was not asked in time'),
    });
  });
});

describe('the mesh', () => {
  const meshName = 'shop';
  /** In the order in which they can go (row A6). */
  const resources: MeshResource[] = [
    { kind: 'virtualService', meshName, name: 'frontend.local' },
    { kind: 'route', meshName, virtualRouterName: 'frontend', name: 'all' },
    { kind: 'virtualRouter', meshName, name: 'frontend' },
    { kind: 'virtualNode', meshName, name: 'frontend' },
    { kind: 'mesh', name: meshName },
  ];

  beforeEach(async () => {
    const appMesh = await shop.person.appMesh();
    const http = { portMapping: { port: 8080, protocol: 'http' as const } };
    await appMesh.send(new CreateMeshCommand({ meshName }));
    await appMesh.send(
      new CreateVirtualNodeCommand({
        meshName,
        virtualNodeName: 'frontend',
        spec: { listeners: [http], serviceDiscovery: { dns: { hostname: 'frontend.local' } } },
      }),
    );
    await appMesh.send(
      new CreateVirtualRouterCommand({ meshName, virtualRouterName: 'frontend', spec: { listeners: [http] } }),
    );
    await appMesh.send(
      new CreateRouteCommand({
        meshName,
        virtualRouterName: 'frontend',
        routeName: 'all',
        spec: {
          httpRoute: {
            match: { prefix: '/' },
            action: { weightedTargets: [{ virtualNode: 'frontend', weight: 1 }] },
          },
        },
      }),
    );
    await appMesh.send(
      new CreateVirtualServiceCommand({
        meshName,
        virtualServiceName: 'frontend.local',
        spec: { provider: { virtualRouter: { virtualRouterName: 'frontend' } } },
      }),
    );
  });

  test('A6: goes in its order, twice as well as once, and nothing of it is left', async () => {
    expect(await retirement.meshRemoved(resources)).toMatchObject({ verdict: 'wait' });
    for (const resource of resources) {
      await retirement.removeMesh(resource);
      await retirement.removeMesh(resource);
    }
    expect(await retirement.meshRemoved(resources)).toMatchObject({ verdict: 'pass' });
    expect(await retirement.meshRemoved(resources.slice(0, -1))).toMatchObject({ verdict: 'pass' });
    const { meshes } = await (await shop.person.appMesh()).send(new ListMeshesCommand({}));
    expect(meshes).toEqual([]);
  });

  test('A6: what is still in use is a conflict, and stays', async () => {
    await expect(retirement.removeMesh(known(resources.at(-2)))).rejects.toMatchObject({ kind: 'conflict' });
    expect(await retirement.meshRemoved(resources)).toMatchObject({ verdict: 'wait' });
    for (const resource of resources) await retirement.removeMesh(resource);
    expect(await retirement.meshRemoved(resources)).toMatchObject({ verdict: 'pass' });
  });

  test('A0: an App Mesh that does not answer is unknown, not gone', async () => {
    shop.simulated.faults.set('app-mesh-gone', true);
    expect(await retirement.meshRemoved(resources)).toMatchObject({ verdict: 'unknown' });
    await expect(retirement.removeMesh(known(resources[0]))).rejects.toMatchObject({ kind: 'unknown' });
  });
});
