import {
  CreateGatewayRouteCommand,
  CreateVirtualGatewayCommand,
  ListVirtualServicesCommand,
} from '@aws-sdk/client-app-mesh';
import { PutScheduledActionCommand } from '@aws-sdk/client-application-auto-scaling';
import { DeleteRuleCommand, ModifyListenerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateEventBusCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { describe, expect, test, vi } from 'vitest';
import { OPERATOR_POLICIES, statementsFor } from '../../src/aws/policy/shippedPolicies.ts';
import { isSettled } from '../../src/machines/classify.ts';
import { PLAN, type PlanChanges } from '../unit/operator/manifest.ts';
import { OperatorWorld, type WorldOptions } from '../unit/operator/operatorWorld.ts';
import { abort, PLAN_OF_TURNS } from '../unit/operator/turns.ts';
import { addWorker } from '../unit/operator/worker.ts';

vi.setConfig({ testTimeout: 600_000 });

const SHIPPED = [...new Set(Object.values(OPERATOR_POLICIES).flatMap((all) => all.flatMap(({ Action }) => Action)))];
const PASSES_MAX = 300;

/** Everything that a plan can ask for besides. */
const RICH: PlanChanges = {
  steps: [{ weight: 100, bake: '6m' }],
  alarms: { names: ['shop-5xx'], create: true },
  probes: [{ service: 'frontend', path: '/health', expect: { status: 200 } }],
  analysis: { errorRate: { max: '5%' } },
};

interface Story {
  name: string;
  begin: (options: WorldOptions) => Promise<OperatorWorld>;
  /** Given after each pass. */
  meanwhile?: (world: OperatorWorld) => Promise<void>;
}

const abortInBake = async (world: OperatorWorld): Promise<void> => {
  if ((await world.state()) === 'ramp.bake') await abort(world);
};

/** What some applications have besides: a gateway of the mesh, scaling by the clock. */
async function furnish({ person }: OperatorWorld): Promise<void> {
  const mesh = await person.appMesh();
  const listeners = [{ portMapping: { port: 8080, protocol: 'http' as const } }];
  const gateway = { meshName: 'shop', virtualGatewayName: 'edge' };
  await mesh.send(new CreateVirtualGatewayCommand({ ...gateway, spec: { listeners } }));
  const { virtualServices = [] } = await mesh.send(new ListVirtualServicesCommand({ meshName: 'shop' }));
  const target = { virtualService: { virtualServiceName: virtualServices[0]?.virtualServiceName } };
  const spec = { httpRoute: { match: { prefix: '/' }, action: { target } } };
  await mesh.send(new CreateGatewayRouteCommand({ ...gateway, gatewayRouteName: 'all', spec }));
  await person.autoScaling.send(
    new PutScheduledActionCommand({
      ServiceNamespace: 'ecs',
      ScalableDimension: 'ecs:service:DesiredCount',
      ResourceId: 'service/shop/frontend',
      ScheduledActionName: 'night',
      Schedule: 'cron(0 22 * * ? *)',
      ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 4 },
    }),
  );
}

const STORIES: Story[] = [
  {
    name: 'a migration to its end',
    begin: async (options) => {
      const world = await OperatorWorld.create({ settings: { tickMs: 30_000 }, ...options });
      await furnish(world);
      await world.apply(RICH);
      return world;
    },
  },
  {
    name: 'a way back',
    begin: async (options) => {
      const world = await OperatorWorld.create({ settings: { tickMs: 30_000 }, ...options });
      await furnish(world);
      await world.apply(RICH);
      return world;
    },
    meanwhile: abortInBake,
  },
  {
    name: 'sides that take turns',
    begin: async (options) => {
      const world = await OperatorWorld.create({ settings: { tickMs: 30_000 }, ...options });
      await addWorker(world);
      await world.apply(PLAN_OF_TURNS);
      return world;
    },
  },
  {
    name: 'an entry that is a listener’s default action',
    begin: async (options) => {
      // The referee looks after the rule, which is not there.
      const world = await OperatorWorld.create({ settings: { tickMs: 30_000 }, referee: false, ...options });
      const { listenerArn, listenerRuleArn, targetGroupArn } = world.edge;
      const DefaultActions = [{ Type: 'forward' as const, TargetGroupArn: targetGroupArn }];
      await world.person.elbv2.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions }));
      await world.person.elbv2.send(new DeleteRuleCommand({ RuleArn: listenerRuleArn }));
      await world.apply({ traffic: [{ service: 'frontend', alb: { listener: listenerArn } }] });
      return world;
    },
  },
  {
    name: 'people who are told',
    begin: async (options) => {
      const world = await OperatorWorld.create({ settings: { tickMs: 30_000 }, ...options });
      const sns = await world.person.sns();
      const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'told' }));
      const bus = await world.person.eventBridge();
      await bus.send(new CreateEventBusCommand({ Name: 'told' }));
      await world.apply({ notify: [{ sns: TopicArn }, { eventBridge: 'told' }] });
      return world;
    },
  },
];

/** Plays a story until it has settled, or until `isOver`. */
async function play(
  { begin, meanwhile }: Story,
  options: WorldOptions,
  isOver: (world: OperatorWorld) => Promise<boolean> = async () => false,
): Promise<OperatorWorld> {
  const world = await begin(options);
  for (let passes = 0; passes < PASSES_MAX; passes += 1) {
    if (await isOver(world)) break;
    const status = await world.store.readStatus(PLAN);
    const isAtRest = status !== undefined && isSettled(status.status.machine.value);
    if (isAtRest && !(await world.operator.reconciler.needsWork(PLAN))) break;
    await world.pass();
    await meanwhile?.(world);
  }
  return world;
}

/** Allowed, and asked for by no story. */
const UNASKED: Record<string, string> = {
  'appmesh:DeleteGatewayRoute': 'asked for where a gateway’s own service moves too: test/unit/sagas/acts.test.ts',
  'appmesh:DeleteVirtualGateway': 'as `appmesh:DeleteGatewayRoute`',
  'sts:GetCallerIdentity': 'AWS answers it to everybody who has credentials, whatever a policy says',
  'iam:CreateServiceLinkedRole':
    'AWS asks for it with the first service and the first scaling of an account; the lab’s account has had them',
  'servicediscovery:CreateService':
    'ECS makes the Cloud Map services of Service Connect with its caller’s rights; the lab’s ECS asks nobody',
  'servicediscovery:GetNamespace': 'as `servicediscovery:CreateService`',
  'servicediscovery:DeleteService':
    'asked for where ECS has left a Cloud Map service behind (row C5): src/aws/resources/resources.test.ts',
  'elasticloadbalancing:ModifyTargetGroup':
    'asked for where somebody has changed green’s health check: src/aws/resources/resources.test.ts',
};

/** The operator's own table, which is in memory here: {@link ./policyOfTable.test.ts}. */
const isOfTable = (action: string): boolean => action.startsWith('dynamodb:');

const asked = new Map<string, Story>();

describe('the shipped policy', () => {
  test.each(STORIES)('allows $name all it asks for', async (story) => {
    const world = await play(story, {});
    const { machine, report } = await world.status();
    expect(isSettled(machine.value), `${machine.value}: ${report.waitingFor}`).toBe(true);
    for (const action of world.role.asked) if (!asked.has(action)) asked.set(action, story);
    await world.close();
  });

  test('allows nothing else, but for what is named with its reason', () => {
    expect(SHIPPED.filter((action) => !asked.has(action) && !isOfTable(action)).toSorted()).toEqual(
      Object.keys(UNASKED).toSorted(),
    );
  });

  test('without any one action an operator says which permission is missing, and in which statement the policy has it', async () => {
    expect(asked.size).toBeGreaterThan(60);
    const unsaid: string[] = [];
    for (const [action, story] of asked) {
      const statements = statementsFor(action).join(', ');
      const words = new RegExp(
        `Allow ${action}( on \\S+)? in the role .* The shipped policies have it in ${statements} `,
        'i',
      );
      const isSaid = async (world: OperatorWorld) => words.test(await wordsOf(world));
      const world = await play(story, { withoutAction: action }, isSaid);
      if (!(await isSaid(world))) unsaid.push(`${action} (${story.name}): ${await wordsOf(world)}`);
      await world.close();
    }
    expect(unsaid).toEqual([]);
  });
});

/** All that a person can read of the plan. */
async function wordsOf(world: OperatorWorld): Promise<string> {
  const status = await world.store.readStatus(PLAN);
  const texts = [
    ...(await world.events()).map(({ message }) => message),
    ...(status?.status.conditions ?? []).map(({ message }) => message),
    status?.status.report.waitingFor ?? '',
    ...(status?.status.report.gates ?? []).map(({ why }) => why),
    status?.status.machine.context.backwardBecause?.message ?? '',
  ];
  return texts.join('\n');
}
