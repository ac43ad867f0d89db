import { CreateVirtualNodeCommand } from '@aws-sdk/client-app-mesh';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { CreateRuleCommand, DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, expect, test } from 'vitest';
import { createTargetGroup } from '../../../lab/estates/shop/edge.ts';
import { CLUSTER, MESH, PORT, SERVICES } from '../../../lab/estates/shop/names.ts';
import { createServiceLike } from '../../serviceLike.ts';
import { Stage, until } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

/** In a row, before users come. */
const ANSWERS = 30;
const LEAVES = ['stock-api', 'user-api'];

/** A second entry over the same leaves: `/orders` goes to a service that calls what the frontend calls. */
async function openOrders({ person: { appMesh, ecs, elbv2 }, edge }: Pick<Stage, 'person' | 'edge'>): Promise<void> {
  const frontend = SERVICES.find(({ name }) => name === 'frontend');
  await appMesh.send(
    new CreateVirtualNodeCommand({
      meshName: MESH,
      virtualNodeName: 'orders-vn',
      spec: {
        listeners: [{ portMapping: { port: PORT, protocol: 'http' } }],
        serviceDiscovery: { dns: { hostname: 'orders.shop.local' } },
        backends: frontend?.calls.map(({ virtualService }) => ({
          virtualService: { virtualServiceName: virtualService },
        })),
      },
    }),
  );
  const targetGroupArn = await createTargetGroup(elbv2, 'orders');
  await elbv2.send(
    new CreateRuleCommand({
      ListenerArn: edge.listenerArn,
      Priority: 5,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/orders'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  await createServiceLike(ecs, 'frontend', {
    name: 'orders',
    virtualNode: 'orders-vn',
    desiredCount: 2,
    loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: PORT }],
  });
  // Every node of the load balancer has to know the rule, and that its targets are healthy.
  let inARow = 0;
  await until('orders behind the load balancer', async () => {
    const { TargetHealthDescriptions = [] } = await elbv2.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
    );
    const healthy = TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy');
    const isServed = healthy.length === 2 && (await fetch(`${edge.url}/orders`)).status === 200;
    inARow = isServed ? inARow + 1 : 0;
    return inARow === ANSWERS ? true : undefined;
  });
}

test('two entries share their leaves: one moves, the other goes on over the blue that stays, and nobody notices', async () => {
  stage = await Stage.open({ paths: ['/', '/orders'], dress: openOrders });
  await stage.apply({
    decisions: LEAVES.map((name) => ({
      code: 'OPS_CALLER_LEFT_BEHIND',
      place: `service/${name}`,
      choice: 'retain',
    })),
  });
  const status = await stage.untilSettled();
  expect(status.machine.value).toBe('succeeded');
  expect(status.report.blueRetained).toEqual(LEAVES.map((service) => ({ service, callers: ['orders'] })));
  const { services = [] } = await stage.person.ecs.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: [...LEAVES, 'frontend'] }),
  );
  const left = services.filter((one) => one.status === 'ACTIVE');
  expect(left.map((one) => `${one.serviceName} ${one.runningCount}/${one.desiredCount}`).toSorted()).toEqual([
    'stock-api 2/2',
    'user-api 2/2',
  ]);
  const answer = await fetch(`${stage.edge.url}/orders`);
  expect(answer.status).toBe(200);

  const users = await stage.users('two entries share their leaves, and one moves');
  expect(users.failures).toEqual({});
  expect(users.blue.failed + users.green.failed + users.nobody.failed).toBe(0);
  expect(users.green.requests).toBeGreaterThan(0);
});
