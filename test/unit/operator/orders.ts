import { RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { CreateVirtualNodeCommand } from '@aws-sdk/client-app-mesh';
import { CreateRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { createTargetGroup, type Edge } from '../../../lab/estates/shop/edge.ts';
import { MESH, PORT, SERVICES } from '../../../lab/estates/shop/names.ts';
import { createServiceLike } from '../../serviceLike.ts';
import { CLUSTER } from './manifest.ts';
import type { OperatorWorld } from './operatorWorld.ts';

type OrdersEntry = Pick<Edge, 'listenerRuleArn' | 'targetGroupArn'>;

/** What a plan of the shop decides once {@link addOrders} has put another caller of stock-api there. */
export const RETAIN_STOCK = {
  code: 'OPS_CALLER_LEFT_BEHIND',
  place: 'service/stock-api',
  choice: 'retain',
} as const;

/** Gives a service an entry of its own, `/orders` or what it is called: the ARNs of its rule and its target group. */
export async function addOrdersEntry(
  { person: { elbv2 }, edge }: OperatorWorld,
  name = 'orders',
  priority = 5,
): Promise<OrdersEntry> {
  const targetGroupArn = await createTargetGroup(elbv2, name);
  const { Rules } = await elbv2.send(
    new CreateRuleCommand({
      ListenerArn: edge.listenerArn,
      Priority: priority,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [`/${name}`] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  return { listenerRuleArn: Rules?.[0]?.RuleArn ?? '', targetGroupArn };
}

/**
 * Another service of the mesh calls stock-api, and stock-api scales.
 *
 * @param entry what leads to the new service; default nothing
 * @param name of the service
 */
export async function addOrders({ person }: OperatorWorld, entry?: OrdersEntry, name = 'orders'): Promise<void> {
  const { ecs, autoScaling } = person;
  const stock = SERVICES.find((one) => one.name === 'stock-api');
  await (await person.appMesh()).send(
    new CreateVirtualNodeCommand({
      meshName: MESH,
      virtualNodeName: `${name}-vn`,
      spec: {
        listeners: [{ portMapping: { port: PORT, protocol: 'http' } }],
        serviceDiscovery: { dns: { hostname: `${name}.shop.local` } },
        backends: [{ virtualService: { virtualServiceName: stock?.virtualService } }],
      },
    }),
  );
  await createServiceLike(ecs, 'stock-api', {
    name,
    virtualNode: `${name}-vn`,
    desiredCount: 1,
    ...(entry === undefined
      ? {}
      : { loadBalancers: [{ targetGroupArn: entry.targetGroupArn, containerName: 'app', containerPort: PORT }] }),
  });
  await autoScaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ResourceId: `service/${CLUSTER}/stock-api`,
      ScalableDimension: 'ecs:service:DesiredCount',
      MinCapacity: 2,
      MaxCapacity: 5,
    }),
  );
}
