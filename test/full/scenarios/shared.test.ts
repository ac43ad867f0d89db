import { CreateVirtualNodeCommand } from '@aws-sdk/client-app-mesh';
import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
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

/** A second entry over the same leaves: `/orders` goes to a service that calls what the frontend calls. The ARN of its rule. */
async function openOrders({ person: { appMesh, ecs, elbv2 }, edge }: Pick<Stage, 'person' | 'edge'>): Promise<string> {
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
  const { Rules } = await elbv2.send(
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
  return Rules?.[0]?.RuleArn ?? '';
}

async function running(names: string[]): Promise<string[]> {
  const { services = [] } = await stage.person.ecs.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: names }),
  );
  const left = services.filter((one) => one.status === 'ACTIVE');
  return left.map((one) => `${one.serviceName} ${one.runningCount}/${one.desiredCount}`).toSorted();
}

test('two entries share their leaves: one moves, the other goes on over the blue that stays and then moves over the same green, and nobody notices', async () => {
  let listenerRule = '';
  const dress = async (opened: Pick<Stage, 'person' | 'edge'>) => {
    listenerRule = await openOrders(opened);
  };
  stage = await Stage.open({ paths: ['/', '/orders'], dress });
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
  expect(await running([...LEAVES, 'frontend'])).toEqual(['stock-api 2/2', 'user-api 2/2']);
  const answer = await fetch(`${stage.edge.url}/orders`);
  expect(answer.status).toBe(200);

  await stage.apply({ name: 'orders', traffic: [{ service: 'orders', alb: { listenerRule } }], shared: LEAVES });
  const held = await stage.until(
    'room',
    ({ machine, report }) => machine.value === 'verify' && report.waitingFor.includes('aws ecs update-service'),
    'orders',
  );
  for (const leaf of LEAVES) {
    expect(held.report.waitingFor).toContain(`--service ${leaf}-sc --desired-count 4`);
    await stage.person.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service: `${leaf}-sc`, desiredCount: 4 }));
  }
  const later = await stage.untilSettled('orders');
  expect(later.machine.value).toBe('succeeded');
  expect(later.report.blueRetained).toBeUndefined();
  expect(await running([...LEAVES, 'orders', 'frontend']), 'nothing of blue is left').toEqual([]);
  expect(await running([...LEAVES.map((leaf) => `${leaf}-sc`), 'orders-sc', 'frontend-sc'])).toEqual([
    'frontend-sc 2/2',
    'orders-sc 2/2',
    'stock-api-sc 4/4',
    'user-api-sc 4/4',
  ]);

  const users = await stage.users('two entries share their leaves, and move one after the other over one green');
  expect(users.failures).toEqual({});
  expect(users.blue.failed + users.green.failed + users.nobody.failed).toBe(0);
  expect(users.green.requests).toBeGreaterThan(0);
});
