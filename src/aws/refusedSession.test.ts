import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { DescribeClustersCommand } from '@aws-sdk/client-ecs';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeEach, expect, test, vi } from 'vitest';
import { SimulatedClock } from '../../lab/clock.ts';
import { createSimulatedAws, SIMULATED_ACCOUNT } from '../../lab/simulated/simulatedAws.ts';
import type { CallSeen } from '../../lab/wire/serving.ts';
import { assumedRole } from './assumedRole.ts';
import { Budget } from './budget.ts';
import { type AwsClients, createClients } from './clients.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ROLE = `arn:aws:iam::${SIMULATED_ACCOUNT.id}:role/spoke`;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const policy = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });

const TRUST = {
  Effect: 'Allow',
  Principal: { AWS: SIMULATED_ACCOUNT.id },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
};

/** Clients in a role, of an operator whose own clock is told apart from AWS's: the two need not agree. */
async function setUp() {
  const clock = new SimulatedClock();
  const calls: CallSeen[] = [];
  const simulated = createSimulatedAws({ clock, onCall: (call) => void calls.push(call) });
  const iam = new IAMClient(simulated.clientConfig);
  await iam.send(new CreateRoleCommand({ RoleName: 'spoke', AssumeRolePolicyDocument: policy(TRUST) }));
  const put = (PolicyName: string, statement: object) =>
    iam.send(new PutRolePolicyCommand({ RoleName: 'spoke', PolicyName, PolicyDocument: policy(statement) }));
  await put('own', { Effect: 'Allow', Action: '*', Resource: '*' });
  const sts = new STSClient(simulated.clientConfig);
  const another = () => sts.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'another' }));
  const ownTime = { now: clock.now() };
  const credentials = assumedRole(
    sts,
    { now: () => ownTime.now, realMs: (ms) => ms },
    { plan: 'shop', uid: 'uid-1' },
    { roleArn: ROLE, externalId: null },
  );
  const clients = createClients({ ...simulated.clientConfig, log, budget: new Budget(), credentials, attemptsMax: 1 });
  const pass = async (ms: number) => {
    ownTime.now += ms;
    await clock.advanceAsync(ms);
  };
  const sessions = () => calls.filter(({ operation }) => operation === 'AssumeRole').length;
  return { clock, clients, iam, put, pass, another, sessions };
}

let world: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  world = await setUp();
});

const look = ({ ecs }: AwsClients) => ecs.send(new DescribeClustersCommand({}));
const DENIED = { name: 'AccessDeniedException', message: expect.stringContaining('explicit deny') };

test.each<[string, (clients: AwsClients) => Promise<unknown>, string]>([
  ['ECS', look, 'ExpiredTokenException'],
  ['ELBv2', ({ elbv2 }) => elbv2.send(new DescribeLoadBalancersCommand({})), 'ExpiredToken'],
  ['EC2', async (clients) => (await clients.ec2()).send(new DescribeVpcsCommand({})), 'RequestExpired'],
])('a session that %s says has expired is given up, and the next call has a new one', async (_api, call, name) => {
  const { clock, clients, sessions } = world;
  await call(clients);
  // By the operator's own clock it has its hour before it.
  await clock.advanceAsync(HOUR_MS);
  await expect(call(clients)).rejects.toMatchObject({ name });
  await call(clients);
  await call(clients);
  expect(sessions()).toBe(2);
});

test('a session that AWS does not know is given up', async () => {
  const { clients, clock, another, sessions } = world;
  await look(clients);
  // The lab forgets what has been over for a day, once another session begins.
  await clock.advanceAsync(26 * HOUR_MS);
  await another();
  await expect(look(clients)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  await look(clients);
  expect(sessions()).toBe(3);
});

test('where the sessions of a role were revoked there is a new one a moment later', async () => {
  const { clock, clients, put, pass, sessions } = world;
  await look(clients);
  await pass(10 * MINUTE_MS);
  const now = new Date(clock.now()).toISOString();
  const Condition = { DateLessThan: { 'aws:TokenIssueTime': now } };
  await put('AWSRevokeOlderSessions', { Effect: 'Deny', Action: ['*'], Resource: ['*'], Condition });
  await expect(look(clients)).rejects.toMatchObject(DENIED);
  await vi.waitFor(() => look(clients));
  expect(sessions()).toBe(2);
});

test('one thing that a policy denies costs nobody a session that still serves, though STS answers no more', async () => {
  const { clients, iam, put, pass, sessions } = world;
  await look(clients);
  await put('no-clusters', { Effect: 'Deny', Action: 'ecs:DescribeClusters', Resource: '*' });
  await pass(10 * MINUTE_MS);
  await iam.send(
    new UpdateAssumeRolePolicyCommand({ RoleName: 'spoke', PolicyDocument: policy({ ...TRUST, Effect: 'Deny' }) }),
  );
  await expect(look(clients)).rejects.toMatchObject(DENIED);
  await vi.waitFor(() => expect(sessions()).toBe(2));
  await clients.elbv2.send(new DescribeLoadBalancersCommand({}));
  expect(sessions(), 'and STS is left alone for a while').toBe(2);
});

test('what a policy denies every session costs no more than one session a minute', async () => {
  const { clients, put, pass, sessions } = world;
  await look(clients);
  await put('no-clusters', { Effect: 'Deny', Action: 'ecs:DescribeClusters', Resource: '*' });
  for (let minute = 0; minute < 4; minute += 1) {
    for (let n = 0; n < 3; n += 1) await expect(look(clients)).rejects.toMatchObject(DENIED);
    await pass(MINUTE_MS);
  }
  expect(sessions()).toBe(4);
});

test('what the role does not allow says nothing of the session', async () => {
  const { clients, put, pass, sessions } = world;
  await look(clients);
  await put('own', { Effect: 'Allow', Action: 's3:*', Resource: '*' });
  await pass(10 * MINUTE_MS);
  await expect(look(clients)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(look(clients)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(sessions()).toBe(1);
});
