import { randomUUID } from 'node:crypto';
import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { parse } from 'yaml';
import { SimulatedClock } from '../../lab/clock.ts';
import { NO_DELAYS } from '../../lab/delays.ts';
import { createEdge, type Edge } from '../../lab/estates/shop/edge.ts';
import { createMesh } from '../../lab/estates/shop/mesh.ts';
import { createRegistries } from '../../lab/estates/shop/registries.ts';
import { createServices } from '../../lab/estates/shop/services.ts';
import { createAlarms, createScaling } from '../../lab/estates/shop/watch.ts';
import { createSimulatedAws, SIMULATED_ACCOUNT, type SimulatedAws } from '../../lab/simulated/simulatedAws.ts';
import type { WireRequest, WireResponse } from '../../lab/wire/message.ts';
import { startWireServer } from '../../lab/wire/server.ts';
import { loadBalancerDimension, targetGroupDimension } from '../../src/aws/arns.ts';
import { isReading } from '../../src/aws/budget.ts';
import { withCallContext } from '../../src/aws/callContext.ts';
import { takeInventory } from '../../src/aws/inventory/inventory.ts';
import { operatorClients } from '../../src/aws/simulatedShop.ts';
import { createWorld } from '../../src/aws/world.ts';
import { testCli, type TestCli } from '../../src/cli/testing.ts';
import type { Condition } from '../../src/machines/record.ts';
import type { Log } from '../../src/reconciler/ports.ts';
import { createChannels } from '../../src/notify/channels.ts';
import { Reconciler } from '../../src/reconciler/reconcile.ts';
import { oneWorld } from '../../src/reconciler/ports.ts';
import { DEFAULT_SETTINGS } from '../../src/reconciler/settings.ts';
import { toAttributes } from '../../src/state/attributes.ts';
import { createTable } from '../../src/state/createTable.ts';
import { DynamoTable } from '../../src/state/dynamoTable.ts';
import { planHash } from '../../src/state/planHash.ts';
import { TablePlanStore } from '../../src/state/planStore.ts';

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
const TABLE = 'meshlift';

/** The sample shop in process, with an operator beside it, and the command line in front of the same endpoint. */
export interface BadInputWorld {
  edge: Edge;
  cli: TestCli;
  store: TablePlanStore;
  /** A plan that nothing is wrong with, as a person writes it. */
  goodPlan: string;
  /** The literal item, as `aws dynamodb put-item` would write it. */
  putByHand: (name: string, plan: string) => Promise<void>;
  /** Lets the operator look at a plan some times, with time between. */
  reconcile: (name: string, passes: number) => Promise<void>;
  /** The same until something holds; throws where it never does. */
  reconcileUntil: (name: string, holds: () => Promise<boolean> | boolean) => Promise<void>;
  ready: (name: string) => Promise<Condition | undefined>;
  /** Calls since the last time of asking that changed something in AWS, whoever made them. */
  mutations: () => string[];
  /** All that an inventory reads of AWS. */
  snapshot: () => Promise<unknown>;
  /** From now on AWS denies this operation (`DescribeRules`) to the command line; `undefined` denies none. */
  deny: (operation: string | undefined) => void;
  /** App Mesh answers no more, or again. */
  darkenAppMesh: (isDark: boolean) => void;
  /** As a person does to try an alarm: it holds until the next evaluation. */
  setAlarm: (name: string, state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA') => Promise<void>;
  /** An alarm on blue's target group alone, which is OK. */
  putBlindAlarm: (name: string) => Promise<void>;
  close: () => Promise<void>;
}

export async function startBadInputWorld(): Promise<BadInputWorld> {
  const clock = new SimulatedClock();
  let mutations: string[] = [];
  let denied: string | undefined;
  const simulated = createSimulatedAws({
    clock,
    delays: NO_DELAYS,
    onCall: ({ service, operation }) => {
      if (service !== 'dynamodb' && !isReading(operation)) mutations.push(`${service} ${operation}`);
    },
  });
  const { clients } = operatorClients(simulated);
  await createMesh(await clients.appMesh());
  const registries = await createRegistries(clients.serviceDiscovery, performance.now() + 10_000);
  const edge = await createEdge(clients.elbv2);
  const { targetGroupArn } = edge;
  await createServices({ ecs: clients.ecs, account: SIMULATED_ACCOUNT, registries, targetGroupArn });
  await createScaling(clients.autoScaling, edge);
  await createAlarms(clients.cloudWatch, edge);
  countUsers(simulated, clock, edge);
  await clock.advanceAsync(180_000, 5_000);

  const wire = await startWireServer({
    dispatch: (request) =>
      denied !== undefined && operationOf(request) === denied
        ? Promise.resolve(accessDenied(request, denied))
        : simulated.aws.dispatch(request),
    log: () => {},
  });
  const client = new DynamoDBClient(simulated.clientConfig);
  await createTable(client, TABLE, () => new Promise((resolve) => setTimeout(resolve, 5)));
  const store = new TablePlanStore({
    table: new DynamoTable(client, TABLE, () => randomUUID()),
    holder: 'operator',
    leaseMs: 60_000,
    monotonicMs: () => performance.now(),
  });
  const operatorClock = { now: () => clock.now(), realMs: (ms: number) => ms };
  const reconciler = new Reconciler({
    store,
    worlds: oneWorld(createWorld({ clients, clock: operatorClock, realPause: () => Promise.resolve() })),
    channels: createChannels(clients),
    scoped: withCallContext,
    callMsMax: 1_000,
    monotonicMs: () => performance.now(),
    clock: operatorClock,
    settings: DEFAULT_SETTINGS,
    log: SILENT,
    name: 'operator',
    newUid: () => randomUUID(),
    hashSpec: planHash,
  });
  const cli = testCli({ endpointUrl: wire.endpoint }, () => clock.now());
  cli.admission = true;

  const pass = async (name: string) => {
    await reconciler.reconcile(name);
    await clock.advanceAsync(10_000, 5_000);
  };
  return {
    edge,
    cli,
    store,
    goodPlan: goodPlan(edge.listenerRuleArn),
    putByHand: async (name, plan) => {
      const item = { pk: `plan#${name}`, sk: 'spec', ...(parse(plan) as object) };
      await client.send(new PutItemCommand({ TableName: TABLE, Item: toAttributes(item) }));
    },
    reconcile: async (name, passes) => {
      for (let count = 0; count < passes; count += 1) await pass(name);
    },
    reconcileUntil: async (name, holds) => {
      for (let count = 0; count < 50; count += 1) {
        if (await holds()) return;
        await pass(name);
      }
      throw new Error(`the plan ${name} never came so far`);
    },
    ready: async (name) =>
      (await store.readStatus(name))?.status.conditions.find((condition) => condition.type === 'Ready'),
    mutations: () => {
      const seen = mutations;
      mutations = [];
      return seen;
    },
    snapshot: async () => {
      const { takenAt: _, ...exported } = await takeInventory(clients, { cluster: 'shop', mesh: 'shop', clock });
      return exported;
    },
    deny: (operation) => {
      denied = operation;
    },
    darkenAppMesh: (isDark) => simulated.faults.set('app-mesh-gone', isDark),
    setAlarm: async (AlarmName, StateValue) => {
      await clients.cloudWatch.send(
        new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a person tries it' }),
      );
    },
    putBlindAlarm: async (AlarmName) => {
      await clients.cloudWatch.send(
        new PutMetricAlarmCommand({
          AlarmName,
          Namespace: 'AWS/ApplicationELB',
          MetricName: 'HTTPCode_Target_5XX_Count',
          Dimensions: [
            { Name: 'LoadBalancer', Value: loadBalancerDimension(edge.loadBalancerArn) },
            { Name: 'TargetGroup', Value: targetGroupDimension(edge.targetGroupArn) },
          ],
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 5,
          ComparisonOperator: 'GreaterThanThreshold',
        }),
      );
      await clients.cloudWatch.send(
        new SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason: 'a person tries it' }),
      );
    },
    close: async () => {
      client.destroy();
      await wire.close();
      await simulated.close();
    },
  };
}

/** What CloudWatch hears of users, a few times a minute; none of their requests is routed. */
function countUsers(
  simulated: SimulatedAws,
  clock: SimulatedClock,
  { loadBalancerArn }: Pick<Edge, 'loadBalancerArn'>,
): void {
  const dimensions = { LoadBalancer: loadBalancerDimension(loadBalancerArn) };
  for (const [name, value] of [
    ['RequestCount', 1],
    ['TargetResponseTime', 0.02],
  ] as const) {
    const { cloudwatch } = simulated.aws.services;
    cloudwatch.record({ namespace: 'AWS/ApplicationELB', name, dimensions, value, atMs: clock.now() });
  }
  clock.after(20_000, () => countUsers(simulated, clock, { loadBalancerArn }));
}

const operationOf = ({ headers, body, path }: WireRequest): string | null => {
  if (/^\/v20190125\/meshes\/[^/]+$/.test(path)) return 'DescribeMesh';
  return (
    headers['x-amz-target']?.split('.').at(-1) ?? new URLSearchParams(Buffer.from(body).toString('utf8')).get('Action')
  );
};

/** As the JSON protocols say it, or the query protocol. */
function accessDenied({ headers, path }: WireRequest, operation: string): WireResponse {
  const message = `You are not authorized to perform ${operation}`;
  const isJson = headers['x-amz-target'] !== undefined || path !== '/';
  const text = isJson
    ? JSON.stringify({ __type: 'AccessDeniedException', message })
    : '<ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><Error><Type>Sender</Type>' +
      `<Code>AccessDenied</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
  return {
    status: isJson ? 400 : 403,
    headers: { 'content-type': isJson ? 'application/x-amz-json-1.1' : 'text/xml', date: new Date().toUTCString() },
    body: Buffer.from(text),
  };
}

const goodPlan = (listenerRule: string): string => `apiVersion: meshlift.dev/v1
kind: MigrationPlan
metadata: { name: shop }
spec:
  source: { cluster: shop, mesh: shop }
  target: { serviceConnect: { namespace: shop-sc } }
  services:
    user-api: {}
    stock-api: {}
  traffic:
    - service: frontend
      alb: { listenerRule: "${listenerRule}" }
  ramp:
    steps:
      - { weight: 5, bake: 5m }
      - { weight: 50, bake: 5m }
      - { weight: 100, bake: 5m }
  gates:
    alarms: [shop-5xx, shop-latency]
  retire: { evidence: callGraph }
`;
