import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { CreateClusterCommand, ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { beforeEach, expect, test } from 'vitest';
import { policy } from './accessWorld.ts';
import { byAccount } from './byAccount.ts';
import { SimulatedClock } from './clock.ts';
import { createSimulatedAws } from './simulated/simulatedAws.ts';
import { createInProcessHandler } from './wire/inProcessHandler.ts';

const HUB = '111122223333';
const SPOKE = '444455556666';
const PLAN_ROLE = `arn:aws:iam::${SPOKE}:role/plan`;

function twoAccounts() {
  const clock = new SimulatedClock();
  const hub = createSimulatedAws({ clock });
  const { accounts } = hub.aws;
  const spoke = createSimulatedAws({ clock, seed: 2, account: { id: SPOKE, region: 'eu-west-1' }, accounts });
  const requestHandler = createInProcessHandler(
    byAccount(accounts, [
      { accountId: HUB, administrators: [], dispatch: hub.aws.dispatch },
      { accountId: SPOKE, administrators: ['AKIDSPOKE'], dispatch: spoke.aws.dispatch },
    ]),
  );
  const as = (accessKeyId: string, sessionToken?: string, secretAccessKey = 'simulated') => ({
    ...hub.clientConfig,
    maxAttempts: 1,
    requestHandler,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
  });
  const assume = async (by: ReturnType<typeof as>, input: AssumeRoleCommandInput) => {
    const { Credentials } = await new STSClient(by).send(new AssumeRoleCommand(input));
    return as(Credentials?.AccessKeyId ?? '', Credentials?.SessionToken, Credentials?.SecretAccessKey);
  };
  return { hub: as('AKIDHUB'), spoke: as('AKIDSPOKE'), assume };
}

let world: ReturnType<typeof twoAccounts>;

/** An operator in the hub that may assume the role that the spoke has for it. */
async function operator(statement: object) {
  const RoleName = 'operator';
  const iam = new IAMClient(world.hub);
  const trust = policy({ Effect: 'Allow', Principal: { AWS: HUB }, Action: 'sts:AssumeRole' });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: policy(statement) }));
  return world.assume(world.hub, { RoleArn: `arn:aws:iam::${HUB}:role/operator`, RoleSessionName: 'operator' });
}

beforeEach(async () => {
  world = twoAccounts();
  const iam = new IAMClient(world.spoke);
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: HUB },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: { StringEquals: { 'sts:ExternalId': 'meshlift' } },
  };
  const role = { RoleName: 'plan', AssumeRolePolicyDocument: policy(trust) };
  await iam.send(new CreateRoleCommand(role));
  const own = { Effect: 'Allow', Action: ['ecs:*', 'dynamodb:*'], Resource: '*' };
  await iam.send(new PutRolePolicyCommand({ RoleName: 'plan', PolicyName: 'own', PolicyDocument: policy(own) }));
});

const INTO_SPOKE = { RoleArn: PLAN_ROLE, RoleSessionName: 'plan-1', ExternalId: 'meshlift' };

test('each account has services of its own, and a session those of its role’s', async () => {
  const inHub = await operator({ Effect: 'Allow', Action: '*', Resource: '*' });
  const inSpoke = await world.assume(inHub, INTO_SPOKE);
  const identity = await new STSClient(inSpoke).send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({ Account: SPOKE, Arn: `arn:aws:sts::${SPOKE}:assumed-role/plan/plan-1` });

  await new ECSClient(inHub).send(new CreateClusterCommand({ clusterName: 'hub' }));
  await new ECSClient(inSpoke).send(new CreateClusterCommand({ clusterName: 'spoke' }));
  await new DynamoDBClient(inHub).send(
    new CreateTableCommand({
      TableName: 'plans',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  const clustersOf = async (config: typeof inHub) =>
    (await new ECSClient(config).send(new ListClustersCommand({}))).clusterArns;
  expect(await clustersOf(world.hub)).toEqual([`arn:aws:ecs:eu-west-1:${HUB}:cluster/hub`]);
  expect(await clustersOf(inHub)).toEqual(await clustersOf(world.hub));
  expect(await clustersOf(world.spoke)).toEqual([`arn:aws:ecs:eu-west-1:${SPOKE}:cluster/spoke`]);
  expect(await clustersOf(inSpoke)).toEqual(await clustersOf(world.spoke));
  const tablesOf = async (config: typeof inHub) =>
    (await new DynamoDBClient(config).send(new ListTablesCommand({}))).TableNames;
  expect(await tablesOf(inHub)).toEqual(['plans']);
  expect(await tablesOf(inSpoke)).toEqual([]);
});

test.each([
  ['whose own policies do not allow it', { Action: 's3:*' }, INTO_SPOKE],
  ['without the external id', { Action: '*' }, { RoleArn: PLAN_ROLE, RoleSessionName: 'plan-1' }],
  ['with another external id', { Action: '*' }, { ...INTO_SPOKE, ExternalId: 'other' }],
])('N66: a role of another account is not assumed by one %s', async (_title, statement, input) => {
  const inHub = await operator({ Effect: 'Allow', Resource: '*', ...statement });
  await expect(world.assume(inHub, input)).rejects.toMatchObject({
    name: 'AccessDenied',
    message:
      `User: arn:aws:sts::${HUB}:assumed-role/operator/operator is not authorized to perform: ` +
      `sts:AssumeRole on resource: ${PLAN_ROLE}`,
  });
});
