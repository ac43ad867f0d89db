import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateClusterCommand, DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateTargetGroupCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SimulatedClock } from '../../../lab/clock.ts';
import { VPC } from '../../../lab/estates/shop/edge.ts';
import { createSimulatedAws, type SimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import { createTable } from '../../../src/state/createTable.ts';
import { DynamoTable } from '../../../src/state/dynamoTable.ts';
import { TablePlanStore } from '../../../src/state/planStore.ts';
import { testStatus } from '../../../src/state/testing.ts';
import { OperatorRole } from '../operator/operatorRole.ts';
import { Door } from '../../nemesis/door.ts';
import { Grants } from '../../nemesis/grants.ts';
import { type Entry, History, readHistory } from '../../nemesis/history.ts';

const TABLE = 'plans';
let directory: string;
let simulated: SimulatedAws;
let history: History;
let door: Door;
let role: OperatorRole;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'door-'));
  role = new OperatorRole();
  simulated = createSimulatedAws({ clock: new SimulatedClock(), onAsked: role.onAsked });
  history = new History(join(directory, 'history.jsonl'));
  door = await Door.open(simulated.aws.dispatch, history, new Grants(role));
});

afterEach(async () => {
  await door.close();
  history.close();
  await simulated.close();
  rmSync(directory, { recursive: true });
});

const behindDoor = () => ({
  endpoint: door.endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'op-1', secretAccessKey: 'lab' },
  maxAttempts: 1,
});

const seen = (): Entry[] => readHistory(history.file);

test('an operator gets its role’s credentials at the door, under its own name, and what it does is held against its policies', async () => {
  await role.create(simulated);
  const environment = new Grants(role).environmentOf('op-1-1', door.endpoint);
  const answer = await fetch(environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '');
  const { AccessKeyId, SecretAccessKey, Token } = (await answer.json()) as Record<string, string>;
  const credentials = {
    accessKeyId: AccessKeyId ?? '',
    secretAccessKey: SecretAccessKey ?? '',
    sessionToken: Token ?? '',
  };
  const ecs = new ECSClient({ ...behindDoor(), credentials });
  await expect(ecs.send(new CreateClusterCommand({ clusterName: 'shop' }))).rejects.toThrow('is not authorized');
  expect(seen()).toMatchObject([{ kind: 'call', by: 'op-1-1', api: 'ecs:CreateCluster', outcome: 'refused' }]);
  expect(role.denied).toEqual([expect.stringContaining('ecs:CreateCluster on ')]);
  ecs.destroy();
});

test('a call is taken down with who sent it and, where it changes something, with what it asks', async () => {
  const ecs = new ECSClient(behindDoor());
  const elbv2 = new ElasticLoadBalancingV2Client(behindDoor());
  await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  await ecs.send(new DescribeClustersCommand({ clusters: ['shop'] }));
  await expect(elbv2.send(new CreateTargetGroupCommand({ Name: '-' }))).rejects.toThrow();
  expect(seen()).toMatchObject([
    {
      kind: 'call',
      by: 'op-1',
      api: 'ecs:CreateCluster',
      outcome: 'ok',
      answered: true,
      input: { clusterName: 'shop' },
    },
    { kind: 'call', by: 'op-1', api: 'ecs:DescribeClusters', outcome: 'ok' },
    {
      api: 'elasticloadbalancing:CreateTargetGroup',
      outcome: 'refused',
      code: 'ValidationError',
      input: { Name: '-' },
    },
  ]);
  expect(seen()[1]).not.toHaveProperty('input');
});

test('a call whose answer is lost has had its effect; one that is cut off has none, and the others pass', async () => {
  const ecs = new ECSClient(behindDoor());
  const elbv2 = new ElasticLoadBalancingV2Client(behindDoor());
  const lost = door.trouble('ecs', { kind: 'loseAnswer' });
  await expect(ecs.send(new CreateClusterCommand({ clusterName: 'lost' }))).rejects.toThrow();
  door.clear(lost);
  const cut = door.trouble('ecs', { kind: 'refuse' });
  await expect(ecs.send(new CreateClusterCommand({ clusterName: 'cut' }))).rejects.toThrow();
  await elbv2.send(
    new CreateTargetGroupCommand({ Name: 'other', Protocol: 'HTTP', Port: 80, VpcId: VPC, TargetType: 'ip' }),
  );
  door.clear(cut);
  const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: ['lost', 'cut'] }));
  expect(clusters.map(({ clusterName }) => clusterName)).toEqual(['lost']);
  expect([lost.struck, cut.struck]).toEqual([1, 1]);
  expect(seen().slice(0, 2)).toMatchObject([
    { api: 'ecs:CreateCluster', outcome: 'ok', answered: false, input: { clusterName: 'lost' } },
    { api: 'elasticloadbalancing:CreateTargetGroup', outcome: 'ok', answered: true },
  ]);
});

test('what comes back from nowhere is nothing, until the caller gives up', async () => {
  const ecs = new ECSClient({ ...behindDoor(), requestHandler: { requestTimeout: 100, throwOnRequestTimeout: true } });
  door.trouble('everything', { kind: 'blackHole' });
  await expect(ecs.send(new CreateClusterCommand({ clusterName: 'shop' }))).rejects.toThrow();
  expect(seen()).toEqual([]);
});

test('every write to a plan’s status says whose lease it is under, from the first to the last', async () => {
  const client = new DynamoDBClient(behindDoor());
  await createTable(client, TABLE, (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))));
  let ms = 0;
  let tokens = 0;
  const table = new DynamoTable(client, TABLE, () => `t${(tokens += 1)}`);
  const storeOf = (holder: string) => new TablePlanStore({ table, holder, leaseMs: 1_000, monotonicMs: () => ms });
  const first = await storeOf('op-1').acquire('shop', () => testStatus());
  const challenger = storeOf('op-2');
  await challenger.acquire('shop', () => testStatus());
  ms = 2_000;
  const taken = await challenger.acquire('shop', () => testStatus());
  if (first.kind !== 'acquired' || taken.kind !== 'acquired') throw new Error('nobody holds the plan');
  const lease = await challenger.write(taken.lease, taken.status, []);
  await challenger.release(lease);
  await expect(storeOf('op-1').write(first.lease, first.status, [])).rejects.toThrow();
  const records = seen().filter((entry) => entry.kind === 'record');
  const { machine, uid } = taken.status;
  expect(records.map(({ plan, hasLanded, write }) => ({ plan, hasLanded, ...write }))).toEqual([
    {
      plan: 'shop',
      hasLanded: true,
      what: 'status',
      holder: 'op-1',
      epoch: 1,
      version: 1,
      uid,
      state: machine.value,
      step: 0,
    },
    { plan: 'shop', hasLanded: true, what: 'lease', holder: 'op-2', epoch: 2, version: 2 },
    {
      plan: 'shop',
      hasLanded: true,
      what: 'status',
      holder: 'op-2',
      epoch: 2,
      version: 3,
      uid,
      state: machine.value,
      step: 0,
    },
    { plan: 'shop', hasLanded: true, what: 'lease', holder: '', epoch: 2, version: 4 },
  ]);
});
