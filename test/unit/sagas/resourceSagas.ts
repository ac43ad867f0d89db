import type { StackResource } from '../../../src/assess/model.ts';
import type { Owner } from '../../../src/reconciler/ports.ts';
import { greenOf, OWNER, type Shop, stackOf } from '../../../src/aws/simulatedShop.ts';
import { handsOn } from './hands.ts';
import type { Doing, Saga, StagedSaga } from './saga.ts';

/** What was read so far, as the reconciler keeps it. */
export type Known = Map<string, string>;

export const ensuring = (resource: StackResource, known: Known, owner: Owner = OWNER): Doing => ({
  async act({ world }) {
    const ensured = await world.resources.ensure(resource, owner, known);
    if (ensured.outcome !== 'waiting') known.set(resource.id, ensured.arn);
  },
  async isDone({ world }) {
    const observed = await world.resources.read(resource, owner, known);
    if ('arn' in observed && observed.arn !== undefined) known.set(resource.id, observed.arn);
    return observed.status === 'ready';
  },
});

export const removing = (resource: StackResource, known: Known): Doing => ({
  act: ({ world }) => world.resources.remove(resource, OWNER, known),
  isDone: async ({ world }) => (await world.resources.read(resource, OWNER, known)).status === 'absent',
});

/** Ensures everything, one after the other, until each is ready. */
export async function provisioned(
  shop: Shop,
  resources: readonly StackResource[],
  known: Known,
  owner: Owner = OWNER,
): Promise<void> {
  for (const resource of resources) await stagedBy(shop, ensuring(resource, known, owner));
}

const ROUNDS_MAX = 200;
/** Part of a stage that an operator sets. */
export async function stagedBy(shop: Shop, { act, isDone }: Doing): Promise<void> {
  const hands = handsOn(shop);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if (await isDone(hands)) return;
    await act(hands);
    await shop.pass(5_000);
  }
  throw new Error('the stage was never set');
}

/** All that a resource depends on, directly or not, in the order of the stack. */
export function beneath(resource: StackResource, stack: readonly StackResource[]): StackResource[] {
  const wanted = new Set<string>();
  const add = (ids: readonly string[]) => {
    for (const id of ids) {
      wanted.add(id);
      add(stack.find((one) => one.id === id)?.dependsOn ?? []);
    }
  };
  add(resource.dependsOn);
  return stack.filter(({ id }) => wanted.has(id));
}

/** On what it depends on it is made, and taken away again. */
async function madeAndRemoved(shop: Shop, resource: StackResource): Promise<StagedSaga> {
  const known: Known = new Map();
  await provisioned(shop, beneath(resource, stackOf(shop)), known);
  return { doing: ensuring(resource, known), undoing: removing(resource, known) };
}

type Kind = StackResource['kind'];

/** Every kind of resource that a stack may have, each with its saga. */
export const RESOURCE_SAGAS: Record<Kind, Saga> = {
  namespace: {
    name: 'namespace',
    stage: (shop) => madeAndRemoved(shop, greenOf(shop).namespace),
    changes: ['servicediscovery:CreateHttpNamespace', 'servicediscovery:DeleteNamespace'],
  },
  taskDefinition: {
    name: 'task definition',
    stage: (shop) => madeAndRemoved(shop, greenOf(shop).taskDefinition),
    changes: ['ecs:DeleteTaskDefinitions', 'ecs:DeregisterTaskDefinition', 'ecs:RegisterTaskDefinition'],
  },
  targetGroup: {
    name: 'target group',
    stage: (shop) => madeAndRemoved(shop, greenOf(shop).targetGroup),
    changes: [
      'elasticloadbalancing:CreateTargetGroup',
      'elasticloadbalancing:DeleteTargetGroup',
      'elasticloadbalancing:ModifyTargetGroupAttributes',
    ],
  },
  rule: {
    name: 'rule',
    stage: (shop) => madeAndRemoved(shop, greenOf(shop).rule),
    changes: ['elasticloadbalancing:ModifyRule'],
  },
  probeRule: {
    name: 'rule for probes',
    stage: (shop) => {
      const { rule } = greenOf(shop);
      return madeAndRemoved(shop, {
        kind: 'probeRule',
        id: 'probeRule/frontend',
        blueService: 'frontend',
        dependsOn: [rule.id],
        rule,
        listenerArn: shop.listenerArn,
        conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      });
    },
    changes: ['elasticloadbalancing:CreateRule', 'elasticloadbalancing:DeleteRule'],
  },
  alarm: {
    name: 'alarm',
    stage: (shop) => madeAndRemoved(shop, greenOf(shop).alarm),
    changes: ['cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm'],
  },
  service: {
    name: 'service',
    stage: (shop) => madeAndRemoved(shop, greenOf(shop).service),
    changes: ['ecs:CreateService', 'ecs:DeleteService'],
  },
  scaling: {
    name: 'scaling',
    stage: (shop) => {
      const { scaling } = greenOf(shop);
      const { blue } = scaling;
      return madeAndRemoved(shop, {
        ...scaling,
        blue: {
          ...blue,
          scheduledActions: [
            { ScheduledActionName: 'morning', Schedule: 'cron(0 7 * * ? *)', ScalableTargetAction: { MinCapacity: 2 } },
          ],
        },
      });
    },
    changes: [
      'application-autoscaling:DeleteScalingPolicy',
      'application-autoscaling:DeleteScheduledAction',
      'application-autoscaling:DeregisterScalableTarget',
      'application-autoscaling:PutScalingPolicy',
      'application-autoscaling:PutScheduledAction',
      'application-autoscaling:RegisterScalableTarget',
    ],
  },
  scalingFreeze: {
    name: 'freeze of blue’s scale-in',
    stage: (shop) => madeAndRemoved(shop, greenOf(shop).scalingFreeze),
    changes: ['application-autoscaling:RegisterScalableTarget'],
  },
  rebalancingFreeze: {
    name: 'freeze of blue’s rebalancing',
    stage: (shop) => madeAndRemoved(shop, greenOf(shop).rebalancingFreeze),
    changes: ['ecs:UpdateService'],
  },
  sharedNamespace: {
    name: 'namespace of another plan',
    stage: async (shop) => {
      const known: Known = new Map();
      const { namespace } = greenOf(shop);
      await provisioned(shop, [namespace], known, OTHER);
      return leftAlone({
        kind: 'sharedNamespace',
        id: 'sharedNamespace/shop-sc',
        blueService: undefined,
        dependsOn: [],
        name: namespace.name,
        arn: known.get(namespace.id) ?? '',
      });
    },
    changes: [],
    changesNothing: true,
  },
  sharedService: {
    name: 'service of another plan',
    stage: async (shop) => {
      const known: Known = new Map();
      const { service, namespace } = greenOf(shop);
      await provisioned(shop, [...beneath(service, stackOf(shop)), service], known, OTHER);
      return leftAlone(
        {
          kind: 'sharedService',
          id: 'sharedService/frontend-sc',
          blueService: undefined,
          dependsOn: [namespace.id],
          name: service.name,
          arn: known.get(service.id) ?? '',
          clusterArn: shop.clusterArn,
          maker: OTHER,
          serviceConnect: { namespace: { ref: namespace.id }, services: service.serviceConnect.services },
          tasks: { green: 2, blue: 2 },
          deployment: {},
        },
        known,
      );
    },
    changes: [],
    changesNothing: true,
  },
};

const OTHER: Owner = { plan: 'earlier', uid: 'uid-of-earlier' };

/** What another plan made is read, and neither made nor taken away whatever is asked. */
const leftAlone = (resource: StackResource, known: Known = new Map()): StagedSaga => ({
  doing: ensuring(resource, known),
  undoing: { ...removing(resource, known), isDone: ensuring(resource, known).isDone },
});
