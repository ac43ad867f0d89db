import {
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  type Action,
  CreateListenerCommand,
  DeleteRuleCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test, vi } from 'vitest';
import { AWS_LIKE_DELAYS } from '../../../lab/delays.ts';
import type { AwsClients } from '../../../src/aws/clients.ts';
import { takeInventory } from '../../../src/aws/inventory/inventory.ts';
import { HASH_TAG } from '../../../src/aws/ownership.ts';
import { previewCalls } from '../../../src/aws/preview/previewCalls.ts';
import { assess } from '../../../src/assess/assess.ts';
import { buildStack } from '../../../src/assess/stack.ts';
import { readEstate } from '../../../src/estate/fromExport.ts';
import { parseManifest } from '../../../src/plan/parse.ts';
import { expectMigrated } from './endStates.ts';
import { CLUSTER, type PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';
import { addOrders, RETAIN_STOCK } from './orders.ts';
import { makeRoom, ORDERS, untilLater, withFirstSucceeded } from './sharedStage.ts';

vi.setConfig({ testTimeout: 60_000 });

interface Call {
  api: string;
  input: unknown;
}

const PREFIXES = {
  ecs: 'ecs',
  elbv2: 'elasticloadbalancing',
  serviceDiscovery: 'servicediscovery',
  autoScaling: 'application-autoscaling',
  cloudWatch: 'cloudwatch',
} as const;

interface Recordable {
  middlewareStack: {
    add: (
      middleware: (
        next: (args: { input: object }) => Promise<unknown>,
        context: { commandName?: string },
      ) => (args: { input: object }) => Promise<unknown>,
      options: { step: 'initialize'; name: string; priority: 'high' },
    ) => void;
  };
}

/** Every mutating call that these clients make and AWS accepts, with its input as the acting half gave it. */
async function record(clients: AwsClients): Promise<Call[]> {
  const calls: Call[] = [];
  const listen = (prefix: string, client: Recordable): void =>
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const input: unknown = structuredClone(args.input);
          const answer = await next(args);
          const operation = commandName.replace(/Command$/, '');
          if (!/^(Describe|List|Get)/.test(operation)) calls.push({ api: `${prefix}:${operation}`, input });
          return answer;
        },
      { step: 'initialize', name: 'record', priority: 'high' },
    );
  for (const [name, prefix] of Object.entries(PREFIXES) as [keyof typeof PREFIXES, string][]) {
    listen(prefix, clients[name] as unknown as Recordable);
  }
  listen('appmesh', (await clients.appMesh()) as unknown as Recordable);
  return calls;
}

/** What AWS and the operator name at run time only, as the preview writes it. */
function asPreviewed(call: Call, uid: string): Call {
  const text = JSON.stringify(call.input)
    .replaceAll(uid, '<uid>')
    .replaceAll(
      /"HttpHeaderName":"x-meshlift-probe","Values":\["[0-9a-f]{48}"\]/g,
      '"HttpHeaderName":"x-meshlift-probe","Values":["<secret>"]',
    )
    .replaceAll(/"(clientToken|CreatorRequestId)":"[^"]*"/g, '"$1":"<token>"')
    .replaceAll(new RegExp(`\\{"key":"${HASH_TAG}","value":"[^"]*"\\}`, 'g'), `{"key":"${HASH_TAG}","value":"<hash>"}`)
    .replaceAll(/targetgroup\/([^/"]+-sc)\/[0-9a-f]{16}/g, 'targetgroup/$1/<id>')
    .replaceAll(/namespace\/ns-[a-z0-9]+/g, 'namespace/<id of shop-sc>')
    .replaceAll(/task-definition\/([a-z-]+-sc):\d+/g, 'task-definition/$1:<revision>');
  return { api: call.api, input: JSON.parse(text) as unknown };
}

async function previewed(world: OperatorWorld, changes: PlanChanges): Promise<Call[]> {
  const read = parseManifest(world.manifest(changes));
  if (!('plan' in read)) throw new Error(read.errors.map(({ message }) => message).join('; '));
  const { plan } = read;
  const exported = await takeInventory(world.person, { cluster: CLUSTER, mesh: 'shop', clock: world.clock });
  const estate = readEstate(exported, CLUSTER, 'shop');
  const stack = buildStack(plan, estate, assess(plan, estate), 1);
  const calls = await previewCalls(plan.name, plan.spec, estate, stack);
  return calls.map(({ api, input }) => ({ api, input: JSON.parse(JSON.stringify(input)) as unknown }));
}

const distinct = (calls: readonly Call[]): string[] =>
  [...new Set(calls.map((call) => JSON.stringify(call)))].toSorted();

test('what was previewed is what is done: each mutating call of a migration, in order, with its whole input', async () => {
  const world = await OperatorWorld.create({ wire: true });
  const wanted = await previewed(world, {});
  const made = await record(world.operator.clients);
  await world.apply();
  await world.untilState('succeeded');
  const { uid } = await world.status();

  const done = made.map((call) => asPreviewed(call, uid));
  expect(done.length).toBeGreaterThan(30);
  expect(done).toEqual(wanted);
  await expectMigrated(world);
});

test.each(['the entry’s listener', 'a listener for tests', 'gRPC'])(
  'what was previewed of probes by %s is done: their rule is made with green, and goes before the first step',
  async (door) => {
    const isGrpc = door === 'gRPC';
    const world = await OperatorWorld.create({ wire: true, ...(isGrpc ? { protocolVersion: 'GRPC' as const } : {}) });
    const testListener = door === 'a listener for tests' ? await createTestListener(world) : undefined;
    const alb = { listenerRule: world.edge.listenerRuleArn, ...(testListener === undefined ? {} : { testListener }) };
    const changes = {
      probes: [{ service: 'frontend', ...(isGrpc ? { grpc: {} } : { path: '/health' }) }],
      ...(isGrpc ? { accept: ['OPS_CONNECTIONS_OUTLIVE_WEIGHTS'] } : {}),
      traffic: [{ service: 'frontend', alb }],
    };
    const wanted = await previewed(world, changes);
    const made = await record(world.operator.clients);
    await world.apply(changes);
    await world.untilState('succeeded');
    const { uid } = await world.status();
    // The id of the rule is AWS's own.
    const rule = made.find(({ api }) => api.endsWith(':DeleteRule'))?.input as { RuleArn: string };
    expect(made.find(({ api }) => api.endsWith(':CreateRule'))?.input).toMatchObject({
      ListenerArn: testListener ?? world.edge.listenerArn,
    });
    const done = made.map((call) => asPreviewed(call, uid));
    const named = JSON.parse(
      JSON.stringify(done).replaceAll(rule.RuleArn, rule.RuleArn.replace(/[^/]*$/, '<id>')),
    ) as Call[];
    // It waits for no service, and no service for it: between these the order may be another.
    expect(distinct(named)).toEqual(distinct(wanted));
    expect(named).toHaveLength(wanted.length);
    for (const calls of [named, wanted]) {
      const apis = calls.map(({ api }) => api.slice(api.indexOf(':') + 1));
      const order = ['CreateTargetGroup', 'CreateRule', 'DeleteRule', 'DeleteService'].map((api) => apis.indexOf(api));
      expect(order).toEqual(order.toSorted((one, other) => one - other));
      expect(apis.slice(apis.indexOf('DeleteRule')).filter((api) => api === 'ModifyRule')).toHaveLength(4);
    }
  },
);

async function createTestListener(world: OperatorWorld): Promise<string> {
  const { Listeners } = await world.person.elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: world.edge.loadBalancerArn,
      Protocol: 'HTTP',
      Port: 9090,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  return Listeners?.[0]?.ListenerArn ?? '';
}

test('what was previewed of a rehearsal is done: there and back before the first step', async () => {
  const world = await OperatorWorld.create({ wire: true });
  const wanted = await previewed(world, { rehearse: true });
  const made = await record(world.operator.clients);
  await world.apply({ rehearse: true });
  await world.untilState('succeeded');
  const { uid } = await world.status();
  expect(made.map((call) => asPreviewed(call, uid))).toEqual(wanted);
});

/** What a person has made otherwise than the sample estate has it, and the plan for it. */
interface Shape {
  what: string;
  make: (world: OperatorWorld) => Promise<PlanChanges>;
}

const forwardTo = (world: OperatorWorld): Action[] => [{ Type: 'forward', TargetGroupArn: world.edge.targetGroupArn }];

async function defaultForwards(world: OperatorWorld): Promise<void> {
  const { listenerArn } = world.edge;
  await world.person.elbv2.send(
    new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions: forwardTo(world) }),
  );
}

/** By steps and on a schedule, and never inwards. */
async function scaleBySteps(world: OperatorWorld): Promise<void> {
  const target = {
    ServiceNamespace: 'ecs' as const,
    ResourceId: `service/${CLUSTER}/stock-api`,
    ScalableDimension: 'ecs:service:DesiredCount' as const,
  };
  const { autoScaling } = world.person;
  await autoScaling.send(
    new RegisterScalableTargetCommand({
      ...target,
      MinCapacity: 1,
      MaxCapacity: 5,
      SuspendedState: { DynamicScalingInSuspended: true },
    }),
  );
  await autoScaling.send(
    new PutScheduledActionCommand({
      ...target,
      ScheduledActionName: 'night',
      Schedule: 'cron(0 22 * * ? *)',
      Timezone: 'Europe/Dublin',
      ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 2 },
    }),
  );
  await autoScaling.send(
    new PutScalingPolicyCommand({
      ...target,
      PolicyName: 'steps',
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'ChangeInCapacity',
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
        Cooldown: 60,
      },
    }),
  );
}

const SHAPES: Shape[] = [
  {
    what: 'a called service whose blue is retained, and its scaling given back',
    make: async (world) => {
      await addOrders(world);
      await world.clock.advanceAsync(120_000);
      return { decisions: [RETAIN_STOCK] };
    },
  },
  {
    what: 'the default action of a listener, and a called service without tasks',
    make: async (world) => {
      await defaultForwards(world);
      await world.person.elbv2.send(new DeleteRuleCommand({ RuleArn: world.edge.listenerRuleArn }));
      await world.person.ecs.send(
        new UpdateServiceCommand({ cluster: CLUSTER, service: 'stock-api', desiredCount: 0 }),
      );
      return { traffic: [{ service: 'frontend', alb: { listener: world.edge.listenerArn } }] };
    },
  },
  {
    what: 'a rule and a default action, one step alone, and the mesh kept',
    make: async (world) => {
      await defaultForwards(world);
      const { listenerArn: listener, listenerRuleArn: listenerRule } = world.edge;
      return {
        steps: [{ weight: 100, bake: '1m' }],
        mesh: 'keep',
        traffic: [
          { service: 'frontend', alb: { listenerRule } },
          { service: 'frontend', alb: { listener } },
        ],
      };
    },
  },
  {
    what: 'alarms that the plan creates, by a rule and a default action that share a target group',
    make: async (world) => {
      await defaultForwards(world);
      const { listenerArn: listener, listenerRuleArn: listenerRule } = world.edge;
      return {
        steps: [{ weight: 100, bake: '1m' }],
        alarms: { names: ['shop-5xx'], create: { latencyP99: { max: '2s' } } },
        traffic: [
          { service: 'frontend', alb: { listenerRule } },
          { service: 'frontend', alb: { listener } },
        ],
      };
    },
  },
  {
    what: 'a service that has a name in Cloud Map and is stopped before it is started',
    make: async (world) => {
      await world.person.ecs.send(
        new UpdateServiceCommand({
          cluster: CLUSTER,
          service: 'user-api',
          deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 },
        }),
      );
      return { steps: [{ weight: 100, bake: '1m' }] };
    },
  },
  {
    what: 'weights and stickiness, and a service scaled by steps, on a schedule, and not inwards',
    make: async (world) => {
      const { targetGroupArn: TargetGroupArn, listenerRuleArn: RuleArn } = world.edge;
      await world.person.elbv2.send(
        new ModifyTargetGroupAttributesCommand({
          TargetGroupArn,
          Attributes: [
            { Key: 'stickiness.enabled', Value: 'true' },
            { Key: 'stickiness.lb_cookie.duration_seconds', Value: '60' },
            { Key: 'slow_start.duration_seconds', Value: '30' },
          ],
        }),
      );
      const ForwardConfig = {
        TargetGroups: [{ TargetGroupArn, Weight: 7 }],
        TargetGroupStickinessConfig: { Enabled: false },
      };
      await world.person.elbv2.send(
        new ModifyRuleCommand({ RuleArn, Actions: [{ Type: 'forward', Order: 1, ForwardConfig }] }),
      );
      await scaleBySteps(world);
      return { accept: ['OPS_SCALING_ALARMS'] };
    },
  },
];

test.each(SHAPES)('what was previewed is what is done: $what', async ({ make }) => {
  const world = await OperatorWorld.create({ wire: true, referee: false });
  const changes = await make(world);
  await world.clock.advanceAsync(120_000);
  const wanted = await previewed(world, changes);
  const made = await record(world.operator.clients);
  await world.apply(changes);
  await world.untilState('succeeded');
  const { uid } = await world.status();
  expect(made.map((call) => asPreviewed(call, uid))).toEqual(wanted);
  await world.close();
});

test('where AWS takes its time the same calls are made, and those alone repeated that carry a token', async () => {
  const world = await OperatorWorld.create({ wire: true, delays: AWS_LIKE_DELAYS });
  const wanted = await previewed(world, {});
  const made = await record(world.operator.clients);
  await world.apply();
  await world.untilState('succeeded');
  const { uid } = await world.status();
  const done = made.map((call) => asPreviewed(call, uid));
  expect(distinct(done)).toEqual(distinct(wanted));
  const repeated = done.filter(
    (call, index) => done.findIndex((other) => JSON.stringify(other) === JSON.stringify(call)) < index,
  );
  expect(repeated.filter((call) => !JSON.stringify(call.input).includes('"<token>"'))).toEqual([]);
});

test('what was previewed of a green that is shared is done: it is named, and nothing of it made; at last it takes over blue’s name', async () => {
  const { world, later } = await withFirstSucceeded(true);
  const wanted = (await previewed(world, later)).map((call) => asPreviewed(call, '<uid>'));
  const made = await record(world.operator.clients);
  await world.apply(later);
  await untilLater(world, 'verify');
  await makeRoom(world);
  await untilLater(world, 'succeeded');
  const { uid } = await world.status(ORDERS);
  expect(made.map((call) => asPreviewed(call, uid))).toEqual(wanted);
  const ofGreen = wanted.filter(({ input }) => JSON.stringify(input).includes('stock-api-sc'));
  expect(ofGreen.map(({ api }) => api)).toEqual(['ecs:UpdateService']);
});
