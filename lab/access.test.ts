import { AppMeshClient, DescribeMeshCommand } from '@aws-sdk/client-app-mesh';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  DescribeClustersCommand,
  ECSClient,
  ListClustersCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-ecs';
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from 'vitest';
import { accessWorld, OWN_ACCOUNT, policy } from './accessWorld.ts';
import type { DirectCall } from './wire/direct.ts';

const ROLE = 'arn:aws:iam::111122223333:role/limited';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/limited/session';
const CLUSTER = 'arn:aws:ecs:eu-west-1:111122223333:cluster/shop';
const allow = (Action: string | string[], over: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...over });
const NOTHING = allow('s3:GetObject');

let world: ReturnType<typeof accessWorld>;

const user = (action: string) => `User: ${SESSION} is not authorized to perform: ${action}`;
const because = (action: string) => `because no identity-based policy allows the ${action} action`;
const full = (action: string, resource: string) => `${user(action)} on resource: ${resource} ${because(action)}`;
type Config = Awaited<ReturnType<typeof world.assume>>;
const list = async (config: Config) => new ECSClient(config).send(new ListClustersCommand({}));
const describeClusters = async (config: Config) => new ECSClient(config).send(new DescribeClustersCommand({}));
const lookAtShop = (ecs: ECSClient) => ecs.send(new DescribeClustersCommand({ clusters: ['shop'] }));
const register = async (roles: { taskRoleArn?: string; executionRoleArn?: string }) => {
  const ecs = new ECSClient(await world.assume('limited'));
  return ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'user',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'app', image: 'shop/app:1' }],
      ...roles,
    }),
  );
};
const refusal = (by: string, action = 'sts:AssumeRole') => ({
  name: 'AccessDenied',
  message: `User: ${by} is not authorized to perform: ${action} on resource: ${ROLE}`,
  $metadata: { httpStatusCode: 403 },
});

beforeEach(() => {
  world = accessWorld();
});

describe('N65: each API refuses in its own form what no policy allows', () => {
  const cases: [string, (config: Config) => Promise<unknown>, string, number, string][] = [
    [
      'JSON 1.1',
      (config) => new ECSClient(config).send(new DescribeClustersCommand({ clusters: ['shop'] })),
      'AccessDeniedException',
      400,
      full('ecs:DescribeClusters', CLUSTER),
    ],
    [
      'JSON 1.1, without a resource',
      (config) => new ECSClient(config).send(new ListClustersCommand({})),
      'AccessDeniedException',
      400,
      full('ecs:ListClusters', '*'),
    ],
    [
      'JSON 1.0',
      (config) =>
        new CloudWatchClient(config).send(
          new GetMetricDataCommand({ MetricDataQueries: [], StartTime: new Date(0), EndTime: new Date(1) }),
        ),
      'AccessDeniedException',
      400,
      full('cloudwatch:GetMetricData', '*'),
    ],
    [
      'REST',
      (config) => new AppMeshClient(config).send(new DescribeMeshCommand({ meshName: 'shop' })),
      'AccessDeniedException',
      403,
      full('appmesh:DescribeMesh', 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop'),
    ],
    [
      'a query',
      (config) => new ElasticLoadBalancingV2Client(config).send(new DescribeRulesCommand({})),
      'AccessDenied',
      403,
      `${user('elasticloadbalancing:DescribeRules')} ${because('elasticloadbalancing:DescribeRules')}`,
    ],
    [
      'SNS',
      (config) =>
        new SNSClient(config).send(
          new PublishCommand({ TopicArn: 'arn:aws:sns:eu-west-1:111122223333:told', Message: 'm' }),
        ),
      'AuthorizationErrorException',
      403,
      full('SNS:Publish', 'arn:aws:sns:eu-west-1:111122223333:told'),
    ],
    [
      'EC2',
      (config) => new EC2Client(config).send(new DescribeVpcsCommand({})),
      'UnauthorizedOperation',
      403,
      `You are not authorized to perform this operation. ${user('ec2:DescribeVpcs')} ${because('ec2:DescribeVpcs')}`,
    ],
    [
      'DynamoDB',
      (config) => new DynamoDBClient(config).send(new PutItemCommand({ TableName: 'plans', Item: { pk: { S: 'a' } } })),
      'AccessDeniedException',
      400,
      full('dynamodb:PutItem', 'arn:aws:dynamodb:eu-west-1:111122223333:table/plans'),
    ],
    [
      'DynamoDB Streams',
      (config) => new DynamoDBStreamsClient(config).send(new ListStreamsCommand({})),
      'AccessDeniedException',
      400,
      full('dynamodb:ListStreams', '*'),
    ],
  ];
  test.each(cases)('%s', async (_title, call, name, status, message) => {
    await world.createRole('limited', NOTHING);
    await expect(call(await world.assume('limited'))).rejects.toMatchObject({
      name,
      message,
      $metadata: { httpStatusCode: status },
    });
  });

  test('without a wire as well', async () => {
    await world.createRole('limited', NOTHING);
    const { credentials } = await world.assume('limited');
    const direct = world.simulated.aws.directAs(credentials);
    const call: DirectCall = { namespace: 'com.amazonaws.ecs', operation: 'ListClusters', input: {} };
    await expect(direct(call)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: full('ecs:ListClusters', '*'),
    });
    await expect(world.simulated.aws.direct(call)).resolves.toMatchObject({ clusterArns: [] });
  });

  test('an explicit deny, a boundary and a session’s policy are named', async () => {
    await world.createRole('limited', [allow('ecs:*'), { ...allow('ecs:ListClusters'), Effect: 'Deny' }]);
    await expect(list(await world.assume('limited'))).rejects.toMatchObject({
      message: `${user('ecs:ListClusters')} on resource: * with an explicit deny in an identity-based policy`,
    });
    await expect(describeClusters(await world.assume('limited', { Policy: policy(NOTHING) }))).rejects.toMatchObject({
      message: expect.stringContaining('because no session policy allows the ecs:DescribeClusters action'),
    });
    await new IAMClient(world.config).send(
      new PutRolePermissionsBoundaryCommand({
        RoleName: 'limited',
        PermissionsBoundary: 'arn:aws:iam::aws:policy/AWSAppMeshEnvoyAccess',
      }),
    );
    await expect(describeClusters(await world.assume('limited'))).rejects.toMatchObject({
      message: expect.stringContaining('because no permissions boundary allows the ecs:DescribeClusters action'),
    });
  });
});

test('N76: sessions that are older than their revocation are denied everything, and later ones are not', async () => {
  await world.createRole('limited', allow('ecs:*'));
  const before = await world.assume('limited');
  await list(before);
  await world.clock.advanceAsync(60_000);
  const PolicyDocument = policy({
    Effect: 'Deny',
    Action: ['*'],
    Resource: ['*'],
    Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(world.clock.now()).toISOString() } },
  });
  const revocation = { RoleName: 'limited', PolicyName: 'AWSRevokeOlderSessions', PolicyDocument };
  await new IAMClient(world.config).send(new PutRolePolicyCommand(revocation));
  await expect(list(before)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: `${user('ecs:ListClusters')} on resource: * with an explicit deny in an identity-based policy`,
  });
  await expect(list(await world.assume('limited'))).resolves.toMatchObject({ clusterArns: [] });
});

test('what is refused was not done, what is allowed is, and a policy that is taken away binds at once', async () => {
  await world.createRole('limited', allow('ecs:CreateCluster', { Resource: CLUSTER }));
  const ecs = new ECSClient(await world.assume('limited'));
  await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  const denied = { name: 'AccessDeniedException' };
  await expect(ecs.send(new CreateClusterCommand({ clusterName: 'kiosk' }))).rejects.toMatchObject(denied);
  await new IAMClient(world.config).send(new DeleteRolePolicyCommand({ RoleName: 'limited', PolicyName: 'own' }));
  await expect(ecs.send(new CreateClusterCommand({ clusterName: 'shop' }))).rejects.toMatchObject(denied);
  const { clusterArns } = await new ECSClient(world.config).send(new ListClustersCommand({}));
  expect(clusterArns).toEqual([CLUSTER]);
  expect(world.asked.map(({ action, resource, verdict }) => [action, resource, verdict])).toEqual([
    ['ecs:CreateCluster', CLUSTER, 'allowed'],
    ['ecs:CreateCluster', CLUSTER.replace('shop', 'kiosk'), 'denied'],
    ['ecs:CreateCluster', CLUSTER, 'denied'],
  ]);
  expect(world.asked[0]).toMatchObject({ roleArn: ROLE, sessionArn: SESSION });
});

describe('§14: tags', () => {
  const tags = [{ key: 'app', value: 'shop' }];
  const create = (ecs: ECSClient, given = tags) =>
    ecs.send(new CreateClusterCommand({ clusterName: 'shop', tags: given }));

  test('to give tags to what one creates is a permission of its own, which may be for that moment alone', async () => {
    await world.createRole('limited', allow('ecs:CreateCluster'));
    await expect(create(new ECSClient(await world.assume('limited')))).rejects.toMatchObject({
      message: expect.stringContaining('is not authorized to perform: ecs:TagResource on resource: ' + CLUSTER),
    });
    const moment = { Condition: { StringEquals: { 'ecs:CreateAction': 'CreateCluster' } } };
    await world.createRole('tagging', [allow('ecs:CreateCluster'), allow('ecs:TagResource', moment)]);
    const tagging = new ECSClient(await world.assume('tagging'));
    await create(tagging);
    await expect(tagging.send(new TagResourceCommand({ resourceArn: CLUSTER, tags }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('conditions see the tags that a call gives, and those that its resource has', async () => {
    const given = {
      Condition: {
        StringEquals: { 'aws:RequestTag/app': 'shop' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': 'app' },
      },
    };
    const had = { Condition: { StringEquals: { 'aws:ResourceTag/app': '${aws:PrincipalTag/app}' } } };
    await world.createRole('limited', [
      allow(['ecs:CreateCluster', 'ecs:TagResource'], given),
      allow('ecs:DescribeClusters', had),
    ]);
    const ofApp = async (Value: string) =>
      new ECSClient(await world.assume('limited', { Tags: [{ Key: 'app', Value }] }));
    const shop = await ofApp('shop');
    const denied = { name: 'AccessDeniedException' };
    await expect(create(shop, [{ key: 'app', value: 'kiosk' }])).rejects.toMatchObject(denied);
    await expect(create(shop, [...tags, { key: 'b', value: 'c' }])).rejects.toMatchObject(denied);
    await create(shop);
    expect((await lookAtShop(shop)).clusters).toHaveLength(1);
    await expect(lookAtShop(await ofApp('kiosk'))).rejects.toMatchObject(denied);
  });
});

describe('§14: a role is handed to tasks by whom may pass it', () => {
  const task = 'arn:aws:iam::111122223333:role/task';
  const passing = (service: string) =>
    allow('iam:PassRole', { Resource: task, Condition: { StringEquals: { 'iam:PassedToService': service } } });

  test.each([
    ['no role', {}, [], undefined],
    ['a task role without it', { taskRoleArn: task }, [], task],
    ['a task role', { taskRoleArn: task }, [passing('ecs-tasks.amazonaws.com')], undefined],
    ['a role for another service', { taskRoleArn: task }, [passing('ec2.amazonaws.com')], task],
    [
      'an execution role that is another',
      { taskRoleArn: task, executionRoleArn: `${task}-execution` },
      [passing('ecs-tasks.amazonaws.com')],
      `${task}-execution`,
    ],
  ])('%s', async (_title, roles, statements, refused) => {
    await world.createRole('limited', [allow('ecs:RegisterTaskDefinition'), ...statements]);
    const registered = register(roles);
    if (refused === undefined) await expect(registered).resolves.toMatchObject({ taskDefinition: { revision: 1 } });
    else {
      await expect(registered).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message:
          `User: ${SESSION} is not authorized to perform: iam:PassRole on resource: ${refused} ` +
          'because no identity-based policy allows the iam:PassRole action',
      });
    }
  });
});

describe('N66: AssumeRole', () => {
  const ADMINISTRATOR = 'arn:aws:iam::111122223333:user/AKIDSIMULATED';

  test('whoever has assumed a role is a session of it', async () => {
    await world.createRole('limited', NOTHING);
    const config = await world.assume('limited', { RoleSessionName: 'plan-1' });
    const identity = await new STSClient(config).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({
      Account: '111122223333',
      Arn: 'arn:aws:sts::111122223333:assumed-role/limited/plan-1',
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:plan-1$/),
    });
    expect(config.credentials.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    const own = await new STSClient(world.config).send(new GetCallerIdentityCommand({}));
    expect(own.Arn).toBe(ADMINISTRATOR);
  });

  test.each([
    ['without an external id', {}],
    ['with another external id', { ExternalId: 'another' }],
  ])('%s', async (_title, input) => {
    await world.createRole('limited', NOTHING, {
      trust: { ...OWN_ACCOUNT, Condition: { StringEquals: { 'sts:ExternalId': 'meshlift' } } },
    });
    await expect(world.assume('limited', input)).rejects.toMatchObject(refusal(ADMINISTRATOR));
    await expect(world.assume('limited', { ExternalId: 'meshlift' })).resolves.toBeDefined();
  });

  test('a role that does not exist is refused as one that trusts others is', async () => {
    await expect(world.assume('limited')).rejects.toMatchObject(refusal(ADMINISTRATOR));
    await world.createRole('limited', NOTHING, {
      trust: { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
    });
    await expect(world.assume('limited')).rejects.toMatchObject(refusal(ADMINISTRATOR));
  });

  test('a trust in the account leaves it to the policies of whoever asks; one in a role is enough', async () => {
    const hub = await world.createRole('hub', NOTHING);
    await world.createRole('limited', NOTHING);
    const session = await world.assume('hub');
    const asHub = 'arn:aws:sts::111122223333:assumed-role/hub/session';
    await expect(world.assume('limited', {}, session)).rejects.toMatchObject(refusal(asHub));
    await world.createRole('trusting', NOTHING, { trust: { ...OWN_ACCOUNT, Principal: { AWS: hub } } });
    await expect(world.assume('trusting', {}, session)).resolves.toBeDefined();
    await world.createRole('allowed', allow('sts:AssumeRole', { Resource: ROLE }));
    await expect(world.assume('limited', {}, await world.assume('allowed'))).resolves.toBeDefined();
    expect(world.asked.map(({ action, resource, verdict }) => [action, resource, verdict])).toEqual([
      ['sts:AssumeRole', ROLE, 'denied'],
      ['sts:AssumeRole', ROLE.replace('limited', 'trusting'), 'allowed'],
      ['sts:AssumeRole', ROLE, 'allowed'],
    ]);
  });

  test('tags of a session want sts:TagSession', async () => {
    await world.createRole('limited', NOTHING, { trust: { ...OWN_ACCOUNT, Action: 'sts:AssumeRole' } });
    await expect(world.assume('limited', { Tags: [{ Key: 'plan', Value: 'p' }] })).rejects.toMatchObject(
      refusal(ADMINISTRATOR, 'sts:TagSession'),
    );
  });

  test('a session is no longer than its role allows, and an hour where roles are chained', async () => {
    await world.createRole('limited', allow('sts:AssumeRole'));
    await expect(world.assume('limited', { DurationSeconds: 7_200 })).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
    await expect(
      world.assume('limited', { DurationSeconds: 3_601 }, await world.assume('limited')),
    ).rejects.toMatchObject({
      message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    });
    await expect(
      new STSClient(world.config).send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'a b' })),
    ).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

describe('N67: temporary credentials', () => {
  const all = allow('*');

  test('end with their time, in each API’s words', async () => {
    await world.createRole('limited', all);
    const config = await world.assume('limited', { DurationSeconds: 900 });
    const calls = {
      ecs: () => new ECSClient(config).send(new ListClustersCommand({})),
      iam: () => new IAMClient(config).send(new GetRoleCommand({ RoleName: 'limited' })),
      ec2: () => new EC2Client(config).send(new DescribeVpcsCommand({})),
      mesh: () => new AppMeshClient(config).send(new DescribeMeshCommand({ meshName: 'shop' })),
      streams: () => new DynamoDBStreamsClient(config).send(new ListStreamsCommand({})),
    };
    world.clock.advance(899_000);
    await calls.ecs();
    await calls.streams();
    world.clock.advance(1_000);
    const message = 'The security token included in the request is expired';
    await expect(calls.ecs()).rejects.toMatchObject({ name: 'ExpiredTokenException', message });
    await expect(calls.streams()).rejects.toMatchObject({ name: 'ExpiredTokenException', message });
    await expect(calls.mesh()).rejects.toMatchObject({ name: 'ExpiredTokenException', message });
    await expect(calls.iam()).rejects.toMatchObject({ name: 'ExpiredToken', message });
    await expect(calls.ec2()).rejects.toMatchObject({ name: 'RequestExpired' });
  });

  test('are nothing with another token, or with none', async () => {
    await world.createRole('limited', all);
    const { credentials, ...config } = await world.assume('limited');
    for (const sessionToken of ['other', undefined]) {
      const given = { ...credentials, ...(sessionToken === undefined ? {} : { sessionToken }) };
      if (sessionToken === undefined) Reflect.deleteProperty(given, 'sessionToken');
      const broken = { ...config, credentials: given };
      await expect(new ECSClient(broken).send(new ListClustersCommand({}))).rejects.toMatchObject({
        name: 'UnrecognizedClientException',
        message: 'The security token included in the request is invalid.',
      });
      await expect(new STSClient(broken).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
        name: 'InvalidClientTokenId',
        $metadata: { httpStatusCode: 403 },
      });
    }
  });
});
