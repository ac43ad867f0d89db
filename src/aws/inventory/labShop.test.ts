import { CreateServiceCommand, DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SimulatedClock } from '../../../lab/clock.ts';
import { NO_DELAYS } from '../../../lab/delays.ts';
import { createEdge, type Edge } from '../../../lab/estates/shop/edge.ts';
import { createMesh } from '../../../lab/estates/shop/mesh.ts';
import { createRegistries } from '../../../lab/estates/shop/registries.ts';
import { createServices } from '../../../lab/estates/shop/services.ts';
import { createScaling } from '../../../lab/estates/shop/watch.ts';
import { createSimulatedAws, SIMULATED_ACCOUNT, type SimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import { planFor } from '../../../test/fixtures/estates.ts';
import { assess } from '../../assess/assess.ts';
import type { Assessment, Stack } from '../../assess/model.ts';
import { buildStack } from '../../assess/stack.ts';
import { readEstate } from '../../estate/fromExport.ts';
import type { Decision } from '../../plan/model.ts';
import { operatorClients } from '../simulatedShop.ts';
import { takeInventory } from './inventory.ts';

/** The lab's sample estate, in process, through the very API that an inventory reads. */
let simulated: SimulatedAws;
let edge: Edge;
const clock = new SimulatedClock();

beforeEach(async () => {
  simulated = createSimulatedAws({ clock, delays: NO_DELAYS });
  const { clients } = operatorClients(simulated);
  await createMesh(await clients.appMesh());
  const registries = await createRegistries(clients.serviceDiscovery, performance.now() + 10_000);
  edge = await createEdge(clients.elbv2);
  await createServices({
    ecs: clients.ecs,
    account: SIMULATED_ACCOUNT,
    registries,
    targetGroupArn: edge.targetGroupArn,
  });
  await createScaling(clients.autoScaling, edge);
});

afterEach(() => simulated.close());

async function planned(decisions: Decision[] = []): Promise<{ assessment: Assessment; stack: Stack; mesh: string }> {
  const { clients } = operatorClients(simulated);
  const exported = await takeInventory(clients, { cluster: 'shop', mesh: 'shop', clock });
  expect(exported.errors).toEqual([]);
  const plan = planFor('01-simple-three-tier', {
    traffic: [{ service: 'frontend', alb: { listenerRule: edge.listenerRuleArn } }],
    decisions,
  });
  const estate = readEstate(exported, 'shop', 'shop');
  const assessment = assess(plan, estate);
  return { assessment, stack: buildStack(plan, estate, assessment, 1), mesh: estate.mesh.answer.state };
}

const aliases = (stack: Stack): unknown[] =>
  stack.resources.flatMap((one) =>
    one.kind === 'service' ? one.serviceConnect.services.flatMap((entry) => entry.clientAliases ?? []) : [],
  );

test('the sample estate moves without a question', async () => {
  const { assessment, stack, mesh } = await planned();
  expect(mesh).toBe('read');
  expect(assessment.refusals).toEqual([]);
  expect(assessment.waves).toEqual([['stock-api', 'user-api'], ['frontend']]);
  expect(stack.resources.map((one) => one.id)).toEqual([
    'scalingFreeze/frontend',
    'rebalancingFreeze/frontend',
    'rebalancingFreeze/stock-api',
    'rebalancingFreeze/user-api',
    'namespace/shop-sc',
    'targetGroup/frontend-sc',
    expect.stringMatching(/^rule\/shop\/[0-9a-f]{16}$/),
    'taskDefinition/stock-api-sc',
    'service/stock-api-sc',
    'taskDefinition/user-api-sc',
    'service/user-api-sc',
    'taskDefinition/frontend-sc',
    'service/frontend-sc',
    'scaling/frontend-sc',
  ]);
  expect(aliases(stack)).toEqual([
    { dnsName: 'stock.shop.local', port: 8080 },
    { dnsName: 'user.shop.local', port: 8080 },
  ]);
  expect(stack.retire.mesh.at(-1)).toEqual({ kind: 'mesh', name: 'shop' });
});

test('E26: a cluster with more services than a page and a call hold is read whole', async () => {
  const { clients } = operatorClients(simulated);
  const { services } = await clients.ecs.send(new DescribeServicesCommand({ cluster: 'shop', services: ['user-api'] }));
  const [blue] = services ?? [];
  for (let index = 0; index < 23; index += 1) {
    await clients.ecs.send(
      new CreateServiceCommand({
        cluster: 'shop',
        serviceName: `extra-${index}`,
        taskDefinition: blue?.taskDefinition,
        desiredCount: 0,
        launchType: 'FARGATE',
        networkConfiguration: blue?.networkConfiguration,
      }),
    );
  }
  const exported = await takeInventory(clients, { cluster: 'shop', mesh: 'shop', clock });
  expect(exported.ecs.services).toHaveLength(26);
  expect(exported.ecs.taskDefinitions).toHaveLength(3);
});

test('A0: with App Mesh gone it moves by the same names, once the calls are confirmed', async () => {
  const before = await planned();
  simulated.faults.set('app-mesh-gone', true);
  const open = await planned();
  expect(open.mesh).toBe('unreachable');
  expect(open.assessment.refusals.map((one) => one.reason)).toEqual(['FindingUndecided']);
  const { assessment, stack } = await planned([
    { code: 'CALL_GRAPH_GUESSED', place: 'cluster/shop', choice: 'confirm' },
  ]);
  expect(assessment.refusals).toEqual([]);
  expect(assessment.waves).toEqual(before.assessment.waves);
  expect(aliases(stack)).toEqual(aliases(before.stack));
  expect(stack.retire.mesh).toEqual([]);
  expect(stack.retire.meshSkipped).toContain('App Mesh did not answer');
});
