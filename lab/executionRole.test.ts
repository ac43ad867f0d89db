import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { beforeEach, expect, test } from 'vitest';
import { accessWorld } from './accessWorld.ts';

const GROUP = '/meshlift/test';
const ROLE = 'arn:aws:iam::111122223333:role/execution';
const TRUSTS_ECS = {
  Effect: 'Allow',
  Principal: { Service: 'ecs-tasks.amazonaws.com' },
  Action: 'sts:AssumeRole',
};
const EXECUTION_POLICY = 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy';
const NOTHING = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const FAILED =
  'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log';

let world: ReturnType<typeof accessWorld>;
let ecs: ECSClient;
let logs: CloudWatchLogsClient;

beforeEach(() => {
  world = accessWorld();
  ecs = new ECSClient(world.config);
  logs = new CloudWatchLogsClient(world.config);
});

/** The one task of a service whose container writes to the group, as it is a while after it was made. */
async function task(options: Record<string, string> = {}): Promise<Task | undefined> {
  await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'operator',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      executionRoleArn: ROLE,
      containerDefinitions: [
        {
          name: 'operator',
          image: 'shop:1',
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': GROUP,
              'awslogs-region': 'eu-west-1',
              'awslogs-stream-prefix': 'it',
              ...options,
            },
          },
        },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'shop',
      serviceName: 'operator',
      taskDefinition: 'operator',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0aaa1111bbb22222c'] } },
    }),
  );
  world.clock.advance(5_000);
  for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster: 'shop', desiredStatus }));
    if (taskArns.length === 0) continue;
    return (await ecs.send(new DescribeTasksCommand({ cluster: 'shop', tasks: taskArns }))).tasks?.[0];
  }
  return undefined;
}

const createGroup = () => logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
const streams = async () =>
  (await logs.send(new DescribeLogStreamsCommand({ logGroupName: GROUP }))).logStreams?.map(
    ({ logStreamName }) => logStreamName,
  );
const idOf = (one: Task | undefined) => one?.taskArn?.split('/').at(-1) ?? '';

test("E81: AWS's own policy lets a task make its stream before it starts", async () => {
  await world.createRole('execution', NOTHING, { trust: TRUSTS_ECS, attached: [EXECUTION_POLICY] });
  await createGroup();
  const started = await task();
  expect(started?.lastStatus).toBe('RUNNING');
  expect(await streams()).toEqual([`it/operator/${idOf(started)}`]);
});

test('E81: a task whose log group does not exist fails to start', async () => {
  await world.createRole('execution', NOTHING, { trust: TRUSTS_ECS, attached: [EXECUTION_POLICY] });
  expect(await task()).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'TaskFailedToStart',
    stoppedReason: `${FAILED} stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1`,
  });
});

test('E81: a task whose execution role may not make streams fails to start, and its reason names the permission', async () => {
  await world.createRole('execution', NOTHING, { trust: TRUSTS_ECS });
  await createGroup();
  const failed = await task();
  expect(failed).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
  expect(failed?.stoppedReason).toBe(
    `${FAILED} stream: AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/execution/${idOf(failed)} ` +
      `is not authorized to perform: logs:CreateLogStream on resource: arn:aws:logs:eu-west-1:111122223333:log-group:${GROUP}:log-stream: ` +
      'because no identity-based policy allows the logs:CreateLogStream action : exit status 1',
  );
  expect(await streams()).toEqual([]);
});

test('E81: awslogs-create-group makes the group, by a permission that is in no policy of AWS', async () => {
  await world.createRole('execution', NOTHING, { trust: TRUSTS_ECS, attached: [EXECUTION_POLICY] });
  const failed = await task({ 'awslogs-create-group': 'true' });
  expect(failed?.stoppedReason).toContain(`${FAILED} group: AccessDeniedException: `);

  world = accessWorld();
  ecs = new ECSClient(world.config);
  logs = new CloudWatchLogsClient(world.config);
  await world.createRole('execution', { Effect: 'Allow', Action: 'logs:*', Resource: '*' }, { trust: TRUSTS_ECS });
  expect((await task({ 'awslogs-create-group': 'true' }))?.lastStatus).toBe('RUNNING');
  expect(await streams()).toHaveLength(1);
});

test('E81: a task whose execution role does not trust ECS fails to start', async () => {
  await world.createRole('execution', NOTHING, { attached: [EXECUTION_POLICY] });
  await createGroup();
  const failed = await task();
  expect(failed).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
  expect(failed?.stoppedReason).toContain(
    `ECS was unable to assume the role '${ROLE}' that was provided for this task.`,
  );
});

test('E81: a role that may make streams and not write to them loses the lines', async () => {
  const makes = { Effect: 'Allow', Action: 'logs:CreateLogStream', Resource: '*' };
  await world.createRole('execution', makes, { trust: TRUSTS_ECS });
  await createGroup();
  expect((await task())?.lastStatus).toBe('RUNNING');
  const containers = world.simulated.tasks.of('operator').flatMap(({ spec }) => spec.containers);
  expect(containers.map((container) => container.logs)).toEqual([undefined]);
});

test('E81: a role that IAM does not know is not asked', async () => {
  expect((await task())?.lastStatus).toBe('RUNNING');
});
