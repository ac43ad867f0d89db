import {
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  CreateServiceCommand as CreateCloudMapServiceCommand,
  CreatePrivateDnsNamespaceCommand,
  ListNamespacesCommand,
} from '@aws-sdk/client-servicediscovery';
import type { RegistryHandOver, ServiceResource } from '../../../src/assess/model.ts';
import { greenOf, known, OWNER, type Shop, stackOf } from '../../../src/aws/simulatedShop.ts';
import type { BlueService } from '../../../src/estate/model.ts';
import type { Verdict } from '../../../src/plan/verdict.ts';
import type { BlueRetirement, GreenRegistries, Router, TurnTaking, World } from '../../../src/reconciler/ports.ts';
import { makeMesh, MESH } from './mesh.ts';
import { beneath, ensuring, type Known, provisioned, stagedBy } from './resourceSagas.ts';
import type { Doing, Saga, StagedSaga } from './saga.ts';

const doing = (act: (world: World) => Promise<unknown>, look: (world: World) => Promise<Verdict>): Doing => ({
  act: ({ world }) => act(world),
  isDone: async ({ world }) => (await look(world)).verdict === 'pass',
});

/** What is done as the way back of another saga is held to all that a way back is. */
export type SagaOrWayBack = Saga | { wayBackOf: string };

/** Blue as a plan records it. */
async function blueOf({ person, blueScaling }: Shop): Promise<BlueService> {
  const { services } = await person.ecs.send(new DescribeServicesCommand({ cluster: 'shop', services: ['frontend'] }));
  const service = known(services?.[0]);
  return {
    name: 'frontend',
    arn: service.serviceArn ?? '',
    service: JSON.parse(JSON.stringify(service)) as BlueService['service'],
    taskDefinition: {},
    taskDefinitionTags: [],
    virtualNode: undefined,
    listeners: [],
    targetGroups: [],
    scaling: blueScaling,
    registries: [],
  };
}

const frozenBlue = (shop: Shop) => provisioned(shop, [greenOf(shop).scalingFreeze], new Map());

/** Whether a side runs as many as it is to, and scales, or sleeps. */
const runs =
  (shop: Shop, service: string, count: number, scaling: 'awake' | 'asleep') =>
  async ({ turns }: World): Promise<Verdict> => {
    const turn = await turns.read(shop.clusterArn, service, undefined);
    const isSo = turn.alive === count && turn.desired === count && turn.scaling === scaling;
    return { verdict: isSo ? 'pass' : 'wait', why: turn.why };
  };

const BLUE: Record<Exclude<keyof BlueRetirement, 'scaledDown' | 'removed' | 'meshRemoved'>, SagaOrWayBack> = {
  scaleDown: {
    name: 'blue is scaled down',
    async stage(shop) {
      await frozenBlue(shop);
      const blue = await blueOf(shop);
      return {
        doing: doing(
          (world) => world.blue.scaleDown(blue),
          (world) => world.blue.scaledDown(blue),
        ),
        undoing: doing((world) => world.turns.restartBlue(blue), runs(shop, 'frontend', 2, 'awake')),
      };
    },
    changes: ['application-autoscaling:RegisterScalableTarget', 'ecs:UpdateService'],
    doesNotLook: true,
  },
  revive: {
    name: 'blue is set back to its count',
    async stage(shop) {
      await frozenBlue(shop);
      const blue = await blueOf(shop);
      const scaledDown = doing(
        (world) => world.blue.scaleDown(blue),
        (world) => world.blue.scaledDown(blue),
      );
      await stagedBy(shop, scaledDown);
      return {
        doing: doing((world) => world.blue.revive(blue), runs(shop, 'frontend', 2, 'asleep')),
        undoing: scaledDown,
      };
    },
    changes: ['ecs:UpdateService'],
    doesNotLook: true,
  },
  remove: {
    name: 'blue is taken away',
    async stage(shop) {
      const blue = await blueOf(shop);
      return {
        doing: doing(
          (world) => world.blue.remove(blue),
          (world) => world.blue.removed(blue),
        ),
      };
    },
    changes: ['application-autoscaling:DeregisterScalableTarget', 'ecs:DeleteService'],
  },
  removeMesh: {
    name: 'the mesh is taken away',
    async stage(shop) {
      await makeMesh(shop);
      return {
        doing: doing(
          async (world) => {
            for (const resource of MESH) await world.blue.removeMesh(resource);
          },
          (world) => world.blue.meshRemoved(MESH),
        ),
        restore: () => makeMesh(shop),
      };
    },
    changes: [
      'appmesh:DeleteGatewayRoute',
      'appmesh:DeleteMesh',
      'appmesh:DeleteRoute',
      'appmesh:DeleteVirtualGateway',
      'appmesh:DeleteVirtualNode',
      'appmesh:DeleteVirtualRouter',
      'appmesh:DeleteVirtualService',
    ],
    doesNotLook: true,
  },
};

/** Green that sleeps until its turn comes, beside blue. */
async function sleepingGreen(shop: Shop) {
  const green = greenOf(shop);
  const service: ServiceResource = { ...green.service, input: { ...green.service.input, desiredCount: 0 } };
  const scaling = { ...green.scaling, sleeps: true as const };
  const resources = [...beneath(service, stackOf(shop)), service, scaling];
  await provisioned(shop, resources, new Map());
  const start = doing((world) => world.turns.startGreen(service, 2, scaling), runs(shop, service.name, 2, 'awake'));
  const stop = doing((world) => world.turns.stopGreen(service, scaling), runs(shop, service.name, 0, 'asleep'));
  return { start, stop };
}

const TURNS: Record<Exclude<keyof TurnTaking, 'read'>, SagaOrWayBack> = {
  startGreen: {
    name: 'green takes its turn',
    async stage(shop) {
      const { start, stop } = await sleepingGreen(shop);
      return { doing: start, undoing: stop };
    },
    changes: ['application-autoscaling:RegisterScalableTarget', 'ecs:UpdateService'],
    doesNotLook: true,
  },
  stopGreen: { wayBackOf: 'startGreen' },
  restartBlue: { wayBackOf: 'scaleDown' },
};

/** Green beside a name of blue's in Cloud Map. Its own deployments may stop tasks first, which this one must not. */
async function greenAndName(shop: Shop): Promise<RegistryHandOver> {
  const { serviceDiscovery } = shop.person;
  await serviceDiscovery.send(
    new CreatePrivateDnsNamespaceCommand({ Name: 'shop.local', Vpc: 'vpc-0f1e2d3c4b5a69788' }),
  );
  await shop.pass(60_000);
  const { Namespaces } = await serviceDiscovery.send(new ListNamespacesCommand({}));
  const { Service } = await serviceDiscovery.send(
    new CreateCloudMapServiceCommand({
      Name: 'frontend',
      NamespaceId: known(Namespaces?.[0]?.Id),
      DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 10 }] },
    }),
  );
  const green = greenOf(shop);
  const deployment = { minimumHealthyPercent: 0, maximumPercent: 100 };
  const service: ServiceResource = {
    ...green.service,
    input: { ...green.service.input, deploymentConfiguration: deployment },
  };
  await provisioned(shop, [...beneath(service, stackOf(shop)), service], new Map());
  return {
    blue: 'frontend',
    green: service.name,
    clusterArn: shop.clusterArn,
    deployment,
    registries: [
      {
        cloudMapServiceId: known(Service?.Id),
        name: 'frontend.shop.local',
        input: { registryArn: known(Service?.Arn) },
      },
    ],
  };
}

const registered = (handOver: RegistryHandOver): Doing =>
  doing(
    (world) => world.registries.register(handOver, OWNER),
    (world) => world.registries.registered(handOver),
  );
const withdrawn = (handOver: RegistryHandOver): Doing =>
  doing(
    (world) => world.registries.withdraw(handOver, OWNER),
    (world) => world.registries.withdrawn(handOver, OWNER),
  );

const REGISTRIES: Record<Exclude<keyof GreenRegistries, 'registered' | 'withdrawn'>, SagaOrWayBack> = {
  register: {
    name: 'green registers under blue’s name',
    async stage(shop) {
      const handOver = await greenAndName(shop);
      return { doing: registered(handOver), undoing: withdrawn(handOver) };
    },
    changes: ['ecs:UpdateService'],
  },
  withdraw: { wayBackOf: 'register' },
};

const ROUTER: Record<Exclude<keyof Router, 'read' | 'verify' | 'verifyGone'>, Saga> = {
  write: {
    name: 'green is given weight',
    async stage(shop) {
      const { rule, service } = greenOf(shop);
      const arns: Known = new Map();
      await provisioned(shop, [...beneath(service, stackOf(shop)), service], arns);
      const carries = (greenWeight: number): Doing => {
        const route = { kind: 'split', greenWeight } as const;
        return doing(
          (world) => world.router.write(rule, route, arns),
          (world) => world.router.verify(rule, route, arns),
        );
      };
      return { doing: carries(30), undoing: carries(0) };
    },
    changes: ['elasticloadbalancing:ModifyRule'],
    doesNotLook: true,
  },
  proveWayBack: {
    name: 'the way back is proven',
    stage(shop) {
      const { rule } = greenOf(shop);
      let isProven = false;
      const proving: Doing = {
        act: async ({ world }) => {
          isProven = (await world.router.proveWayBack(rule)).verdict === 'pass';
        },
        isDone: () => {
          const was = isProven;
          isProven = false;
          return Promise.resolve(was);
        },
      };
      return Promise.resolve({ doing: proving, undoing: proving });
    },
    changes: ['elasticloadbalancing:ModifyRule'],
    changesNothing: true,
    doesNotLook: true,
  },
};

const FLOOR = 4;
const BLUE_KEY = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/shop/frontend',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;
const FLOOR_OF_BLUE = new DescribeScalableTargetsCommand({
  ServiceNamespace: 'ecs',
  ResourceIds: [BLUE_KEY.ResourceId],
});

const OTHERS: Record<'raiseFloor' | 'releaseScaling', Saga> = {
  raiseFloor: {
    name: 'blue’s floor is raised',
    async stage(shop): Promise<StagedSaga> {
      const { scalingFreeze } = greenOf(shop);
      await frozenBlue(shop);
      return {
        doing: {
          act: ({ world }) => world.raiseFloor(scalingFreeze, FLOOR),
          isDone: async () =>
            (await shop.person.autoScaling.send(FLOOR_OF_BLUE)).ScalableTargets?.[0]?.MinCapacity === FLOOR,
        },
        restore: async () => {
          await shop.person.autoScaling.send(new RegisterScalableTargetCommand({ ...BLUE_KEY, MinCapacity: 1 }));
          await shop.person.ecs.send(
            new UpdateServiceCommand({ cluster: 'shop', service: 'frontend', desiredCount: 2 }),
          );
        },
      };
    },
    changes: ['application-autoscaling:RegisterScalableTarget'],
  },
  releaseScaling: {
    name: 'green scales by itself',
    async stage(shop) {
      const { scaling } = greenOf(shop);
      const arns: Known = new Map();
      await provisioned(shop, [...beneath(scaling, stackOf(shop)), scaling], arns);
      return {
        doing: doing(
          (world) => world.releaseScaling(scaling),
          (world) => world.scalingReleased(scaling),
        ),
        undoing: ensuring(scaling, arns),
      };
    },
    changes: ['application-autoscaling:RegisterScalableTarget'],
  },
};

/** Everything else that an operator does to AWS, by the ports through which it does it. */
export const ACT_SAGAS = { blue: BLUE, turns: TURNS, registries: REGISTRIES, router: ROUTER, world: OTHERS };
