import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ECSClient, ListClustersCommand, ListServicesCommand } from '@aws-sdk/client-ecs';
import { afterEach, expect, test, vi } from 'vitest';
import { policy } from '../accessWorld.ts';
import { createSimulatedAws } from '../simulated/simulatedAws.ts';
import { SimulatedClock } from '../clock.ts';
import type { TaskSpec } from '../services/ports.ts';
import { startWireServer } from '../wire/server.ts';
import { TaskCredentials } from './taskCredentials.ts';

const ACCOUNT = { id: '111122223333', region: 'eu-west-1' };
const ROLE = 'arn:aws:iam::111122223333:role/operator';
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

const spec = (id: string, taskRoleArn?: string): TaskSpec => ({
  taskArn: `arn:aws:ecs:eu-west-1:111122223333:task/shop/${id}`,
  clusterName: 'shop',
  serviceName: 'operator',
  ip: '10.0.0.1',
  mesh: { kind: 'none' },
  containers: [],
  taskRoleArn,
});

const ask = async (environment: Record<string, string>, authorization?: string) =>
  fetch(environment['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '', {
    headers: { authorization: authorization ?? environment['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '' },
  });

/** An AWS on loopback with a role for tasks, whose sessions end by the time of day. */
async function stage(service = 'ecs-tasks.amazonaws.com', condition: object = {}) {
  const simulated = createSimulatedAws({ clock: new SimulatedClock(Date.now()) });
  const { aws } = simulated;
  const iam = new IAMClient(simulated.clientConfig);
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'operator',
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'sts:AssumeRole',
        ...condition,
      }),
    }),
  );
  const PolicyDocument = policy({ Effect: 'Allow', Action: 'ecs:ListClusters', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'operator', PolicyName: 'own', PolicyDocument }));
  let endpoint = '';
  const credentials = new TaskCredentials({ accounts: aws.accounts, endpoint: () => endpoint });
  const server = await startWireServer({ dispatch: credentials.around(aws.dispatch), log: () => {} });
  closing.push(() => server.close());
  endpoint = server.endpoint;
  return { credentials, endpoint };
}

test('N68: an SDK in a task finds the credentials of its role, and is held to its policies', async () => {
  const { credentials, endpoint } = await stage();
  for (const variable of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(variable, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
  for (const [name, value] of Object.entries(credentials.environmentOf(spec('t1', ROLE)))) vi.stubEnv(name, value);
  const config = { endpoint, region: ACCOUNT.region, maxAttempts: 1 };
  const identity = await new STSClient(config).send(new GetCallerIdentityCommand({}));
  expect(identity.Arn).toBe('arn:aws:sts::111122223333:assumed-role/operator/t1');
  const ecs = new ECSClient(config);
  await expect(ecs.send(new ListClustersCommand({}))).resolves.toMatchObject({ clusterArns: [] });
  await expect(ecs.send(new ListServicesCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('a task without a role finds nothing, and one that names its role finds it as one with an ARN does', async () => {
  const { credentials } = await stage();
  expect(credentials.environmentOf(spec('t1'))).toEqual({});
  const answer = await ask(credentials.environmentOf(spec('t2', 'operator')));
  expect(await answer.json()).toMatchObject({ RoleArn: ROLE });
});

test('credentials are for their task alone, and for as long as it is there', async () => {
  const { credentials } = await stage();
  const one = credentials.environmentOf(spec('t1', ROLE));
  const other = credentials.environmentOf(spec('t2', ROLE));
  expect((await ask(one)).status).toBe(200);
  expect((await ask(one, other['AWS_CONTAINER_AUTHORIZATION_TOKEN'])).status).toBe(401);
  credentials.forget(spec('t1').taskArn);
  expect((await ask(one)).status).toBe(401);
  expect((await ask(other)).status).toBe(200);
});

test('a role that does not trust tasks is told', async () => {
  const { credentials } = await stage('ec2.amazonaws.com');
  const answer = await ask(credentials.environmentOf(spec('t1', ROLE)));
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ message: expect.stringContaining('ecs-tasks.amazonaws.com') });
});

test.each([
  ['111122223333', 200],
  ['444455556666', 400],
])('N75: a role may trust tasks of one account alone: %s', async (account, status) => {
  const { credentials } = await stage('ecs-tasks.amazonaws.com', {
    Condition: {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:aws:ecs:eu-west-1:${account}:*` },
    },
  });
  expect((await ask(credentials.environmentOf(spec('t1', ROLE)))).status).toBe(status);
});
