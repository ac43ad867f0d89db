import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, expect, test } from 'vitest';
import { SimulatedClock } from '../../lab/clock.ts';
import { createSimulatedAws, SIMULATED_ACCOUNT } from '../../lab/simulated/simulatedAws.ts';
import type { CallSeen } from '../../lab/wire/serving.ts';
import { OWN_ACCOUNT } from '../plan/reach.ts';
import { Budget } from './budget.ts';
import { type AwsClients, createClients } from './clients.ts';
import { createWorld } from './world.ts';
import { AccountWorlds } from './worlds.ts';

const { id: HOME, region: REGION } = SIMULATED_ACCOUNT;
const OTHER_REGION = 'us-east-1';
const ROLE = `arn:aws:iam::${HOME}:role/spoke`;
const OTHER_ACCOUNTS = 'arn:aws:iam::444455556666:role/spoke';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const access = (changes: { roleArn?: string; externalId?: string; region?: string }) => ({
  roleArn: null,
  externalId: null,
  region: null,
  ...changes,
});
const owner = (plan: string, uid = `uid-of-${plan}`) => ({ plan, uid });
const newBudget = () => new Budget({ monotonicMs: () => performance.now(), sleep: () => Promise.resolve() });

/** Worlds in front of an AWS whose role `spoke` everybody in the account may assume with one of two external ids. */
async function setUp({ isHomeKnown = true } = {}) {
  const clock = new SimulatedClock();
  const calls: CallSeen[] = [];
  const simulated = createSimulatedAws({ clock, onCall: (call) => void calls.push(call) });
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: HOME },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: { StringEquals: { 'sts:ExternalId': ['one', 'other'] } },
  };
  await new IAMClient(simulated.clientConfig).send(
    new CreateRoleCommand({
      RoleName: 'spoke',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    }),
  );
  const connected: { region: string; budget: Budget; clients: AwsClients; isDestroyed: boolean }[] = [];
  const homeBudget = newBudget();
  const home = createClients({ ...simulated.clientConfig, log, budget: homeBudget });
  const time = { now: () => clock.now(), realMs: (ms: number) => ms };
  const worlds = new AccountWorlds({
    home,
    homeBudget,
    homeAccount: () => (isHomeKnown ? HOME : undefined),
    reach: OWN_ACCOUNT,
    clock: time,
    connect: ({ region, budget, credentials }) => {
      const own = credentials === undefined ? {} : { credentials };
      const clients = createClients({ ...simulated.clientConfig, log, region, budget, ...own });
      const made = { region, budget, clients, isDestroyed: false };
      connected.push(made);
      const destroy = clients.destroy.bind(clients);
      clients.destroy = () => {
        made.isDestroyed = true;
        destroy();
      };
      return clients;
    },
    createBudget: newBudget,
    createWorld: (clients) => createWorld({ clients, clock: time, realPause: () => Promise.resolve() }),
  });
  /** The access key that AWS sees behind the clients that were made as the n-th. */
  const keyOf = async (n: number): Promise<string | undefined> => {
    await connected[n]?.clients.sts.send(new GetCallerIdentityCommand({}));
    return calls.at(-1)?.accessKeyId;
  };
  return { worlds, home, homeBudget, connected, keyOf };
}

let world: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  world = await setUp();
});

test('plans without an access share the operator’s own world, and those in another Region share that Region’s', () => {
  const { worlds, connected } = world;
  const home = worlds.of(owner('a'), null);
  expect(worlds.of(owner('b'), access({ region: REGION }))).toBe(home);
  expect(connected).toEqual([]);
  const there = worlds.of(owner('c'), access({ region: OTHER_REGION }));
  expect(there).not.toBe(home);
  expect(worlds.of(owner('d'), access({ region: OTHER_REGION }))).toBe(there);
  expect(connected.map(({ region }) => region)).toEqual([OTHER_REGION]);
});

test('a plan keeps its session from one reconcile to the next, and no other plan has it', async () => {
  const { worlds, keyOf } = world;
  const first = worlds.of(owner('a'), access({ roleArn: ROLE, externalId: 'one' }));
  expect(worlds.of(owner('a'), access({ roleArn: ROLE, externalId: 'one' }))).toBe(first);
  expect(worlds.of(owner('b'), access({ roleArn: ROLE, externalId: 'one' }))).not.toBe(first);
  const keys = [await keyOf(0), await keyOf(1)];
  expect(keys[0]).toMatch(/^ASIA/);
  expect(new Set(keys).size).toBe(2);
  expect(await keyOf(0), 'of the same session').toBe(keys[0]);
});

test.each([
  ['external id', owner('a'), { roleArn: ROLE, externalId: 'other' }],
  ['uid', owner('a', 'uid-of-the-next'), { roleArn: ROLE, externalId: 'one' }],
  ['Region', owner('a'), { roleArn: ROLE, externalId: 'one', region: OTHER_REGION }],
])('with another %s the plan has a session of its own, and the one before is given up', async (_what, next, wanted) => {
  const { worlds, connected, keyOf } = world;
  const before = worlds.of(owner('a'), access({ roleArn: ROLE, externalId: 'one' }));
  const key = await keyOf(0);
  expect(worlds.of(next, access(wanted))).not.toBe(before);
  expect(connected.map(({ isDestroyed }) => isDestroyed)).toEqual([true, false]);
  expect(await keyOf(1)).not.toBe(key);
});

test('a plan that is forgotten takes its clients along, and a Region’s go with the last plan in it', () => {
  const { worlds, connected } = world;
  worlds.of(owner('a'), access({ roleArn: ROLE, externalId: 'one' }));
  worlds.of(owner('b'), access({ region: OTHER_REGION }));
  worlds.of(owner('c'), access({ region: OTHER_REGION }));
  const destroyed = () => connected.map(({ isDestroyed }) => isDestroyed);
  worlds.forget('a');
  worlds.forget('b');
  expect(destroyed()).toEqual([true, false]);
  // As good as forgotten: it is at home now.
  worlds.of(owner('c'), null);
  expect(destroyed()).toEqual([true, true]);
  worlds.of(owner('d'), access({ region: OTHER_REGION }));
  expect(destroyed()).toEqual([true, true, false]);
  worlds.destroy();
  expect(destroyed()).toEqual([true, true, true]);
});

test('plans of one account and Region draw on one budget, the operator’s own where it is its own', () => {
  const { worlds, connected, homeBudget } = world;
  worlds.of(owner('own'), access({ roleArn: ROLE }));
  worlds.of(owner('spoke'), access({ roleArn: OTHER_ACCOUNTS }));
  worlds.of(owner('spoke2'), access({ roleArn: OTHER_ACCOUNTS }));
  worlds.of(owner('there'), access({ region: OTHER_REGION }));
  worlds.of(owner('there2'), access({ roleArn: ROLE, region: OTHER_REGION }));
  const [own, spoke, spoke2, there, there2] = connected.map(({ budget }) => budget);
  expect(own).toBe(homeBudget);
  expect(spoke2).toBe(spoke);
  expect(there2).toBe(there);
  expect(new Set([own, spoke, there]).size).toBe(3);
});

test('what throttling has taught a budget outlives a change of role, and is gone with the last plan that drew on it', () => {
  const { worlds, connected } = world;
  worlds.of(owner('spoke'), access({ roleArn: OTHER_ACCOUNTS }));
  worlds.of(owner('spoke'), access({ roleArn: OTHER_ACCOUNTS, externalId: 'one' }));
  worlds.forget('spoke');
  worlds.of(owner('spoke'), access({ roleArn: OTHER_ACCOUNTS }));
  const [first, second, third] = connected.map(({ budget }) => budget);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test('while the operator’s own account is not known, one that a role leads into counts as another', async () => {
  const { worlds, connected, homeBudget } = await setUp({ isHomeKnown: false });
  worlds.of(owner('own'), access({ roleArn: ROLE }));
  expect(connected[0]?.budget).not.toBe(homeBudget);
});

test('to hurry reaches the reads of the plan’s own world alone', () => {
  const { worlds, home, connected } = world;
  const hurried: string[] = [];
  const listen = (name: string, { reader }: AwsClients) => {
    if (reader === undefined) throw new Error(`${name} reads nothing`);
    reader.hurry = (plan) => void hurried.push(`${plan} in ${name}`);
  };
  listen('home', home);
  worlds.of(owner('a'), access({ roleArn: ROLE }));
  worlds.of(owner('b'), access({ region: OTHER_REGION }));
  connected.forEach(({ clients }, n) => listen(`world ${n}`, clients));
  for (const plan of ['a', 'b', 'c']) worlds.hurry(plan);
  expect(hurried).toEqual(['a in world 0', 'b in world 1', 'c in home']);
});
