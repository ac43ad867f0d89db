import { RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { PlanStatus } from '../../../src/machines/record.ts';
import { CLUSTER, type PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';
import { addOrders, addOrdersEntry, RETAIN_STOCK } from './orders.ts';

/** Name of the later plan, and of the service that it moves. */
export const ORDERS = 'orders';
/** What the first plan made of stock-api, and the later one shares. */
export const GREEN = 'stock-api-sc';
const STEPS = [
  { weight: 20, bake: '1m' },
  { weight: 100, bake: '1m' },
];
/** The first plan: the frontend moves, and orders goes on calling blue of stock-api. */
export const FIRST: PlanChanges = { steps: [{ weight: 100, bake: '1m' }], decisions: [RETAIN_STOCK] };

export interface Stage {
  world: OperatorWorld;
  /** The later plan, over the green that the first has made. */
  later: PlanChanges;
}

/** The shop, and orders that calls stock-api too; who asks for orders is `orders`, or everybody. */
export async function stage(askedBy: '/orders' | '/*' = '/orders', wire = false): Promise<Stage> {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 }, wire });
  const entry = await addOrdersEntry(world);
  await addOrders(world, entry);
  await world.clock.advanceAsync(120_000);
  const later: PlanChanges = {
    name: ORDERS,
    steps: STEPS,
    traffic: [{ service: ORDERS, alb: { listenerRule: entry.listenerRuleArn } }],
    shared: ['stock-api'],
  };
  if (askedBy === '/orders') return { world, later };
  await world.apply(FIRST);
  await world.untilState('succeeded');
  await world.person.elbv2.send(
    new ModifyRuleCommand({
      RuleArn: entry.listenerRuleArn,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
    }),
  );
  return { world, later };
}

export async function withFirstSucceeded(wire = false): Promise<Stage> {
  const made = await stage('/orders', wire);
  await made.world.apply(FIRST);
  await made.world.untilState('succeeded');
  return made;
}

/** A person does what the plan's sentence says. */
export async function makeRoom({ person }: OperatorWorld, minCapacity = 4): Promise<void> {
  await person.autoScaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ScalableDimension: 'ecs:service:DesiredCount',
      ResourceId: `service/${CLUSTER}/${GREEN}`,
      MinCapacity: minCapacity,
      MaxCapacity: Math.max(minCapacity, 5),
    }),
  );
}

/** Until the later plan has entered a state; in the ramp at a step of it. */
export const untilLater = (world: OperatorWorld, value: string, step?: number, plan = ORDERS): Promise<PlanStatus> =>
  world.until(
    `the later plan in ${value}`,
    ({ machine }) => machine.value === value && (step === undefined || machine.context.step === step),
    plan,
  );
