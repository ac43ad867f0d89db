import { describe, expect, test } from 'vitest';
import { readEstate } from '../../fromExport.ts';
import { recognise } from '../recognise.ts';
import { SourceError } from '../reading.ts';
import { readTaskDefinitions } from './read.ts';

const ACCOUNT = '111122223333';

interface Task {
  family: string;
  revision?: number;
  environment?: Record<string, string>;
  node?: Record<string, string>;
}

const pairs = (values: Record<string, string>): object[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

/** As `describe-task-definition` answers it, with an Envoy where it has a node. */
function task({ family, revision = 1, environment = {}, node }: Task) {
  return {
    taskDefinitionArn: `arn:aws:ecs:eu-west-1:${ACCOUNT}:task-definition/${family}:${revision}`,
    family,
    revision,
    status: 'ACTIVE',
    registeredAt: '2026-01-01T00:00:00Z',
    compatibilities: ['EC2', 'FARGATE'],
    containerDefinitions: [
      { name: 'app', image: 'app', portMappings: [{ containerPort: 8080 }], environment: pairs(environment) },
      ...(node === undefined ? [] : [{ name: 'envoy', image: 'aws-appmesh-envoy:v1', environment: pairs(node) }]),
    ],
  };
}

const user = task({ family: 'user-api', node: { APPMESH_RESOURCE_ARN: 'mesh/shop/virtualNode/user-vn' } });
const web = task({
  family: 'web',
  node: { APPMESH_VIRTUAL_NODE_NAME: 'mesh/shop/virtualNode/front' },
  environment: { USER_URL: 'http://user.shop.local:8080', GREETING: 'user' },
});

const read = (values: unknown[], alone = true) =>
  readTaskDefinitions(
    values.map((value, index) => ({ where: `${index}.json`, text: JSON.stringify(value) })),
    { alone },
  );

const estateOf = (...values: unknown[]) => readEstate(read(values).exported, '', 'shop');

test.each([
  ['an answer', [{ taskDefinition: user, tags: [] }, { taskDefinition: web }]],
  ['the task definition alone', [user, web]],
  ['a list of answers', [[{ taskDefinition: user }, { taskDefinition: web }]]],
  ['a list of task definitions', [[user, web]]],
])('%s is told by what stands in it', (_what, values) => {
  for (const value of values) expect(recognise(JSON.stringify(value), 'x').kind).toBe('taskDefinitions');
  const { services, edges } = estateOf(...values);
  expect(services.map((one) => [one.name, one.virtualNode?.name, one.matchedBy])).toEqual([
    ['user-api', 'user-vn', ['env:APPMESH_RESOURCE_ARN']],
    ['web', 'front', ['env:APPMESH_VIRTUAL_NODE_NAME']],
  ]);
  expect(edges.map(({ from, to, certainty }) => ({ from, to, certainty }))).toEqual([
    { from: 'web', to: 'user-api', certainty: 'guess' },
  ]);
});

test('what one registers, without an ARN, takes account and Region from the ARN of its node', () => {
  const { containerDefinitions } = task({
    family: 'user-api',
    node: { APPMESH_RESOURCE_ARN: `arn:aws:appmesh:eu-west-1:${ACCOUNT}:mesh/shop/virtualNode/user-vn` },
  });
  const { exported } = read([{ family: 'user-api', containerDefinitions, tags: [{ key: 'team', value: 'shop' }] }]);
  expect(exported.caller).toEqual({ account: ACCOUNT, region: 'eu-west-1' });
  const [found] = exported.ecs.taskDefinitions;
  expect(found?.taskDefinition.taskDefinitionArn).toBe(`arn:aws:ecs:eu-west-1:${ACCOUNT}:task-definition/user-api`);
  expect(found?.tags).toEqual([{ key: 'team', value: 'shop' }]);
});

test('of a family the newest revision stands for the service; what runs in no mesh stands for none', () => {
  const newer = { ...user, revision: 12, taskDefinitionArn: user.taskDefinitionArn.replace(/1$/, '12') };
  const { exported } = read([newer, user, task({ family: 'migrate' })]);
  expect(exported.ecs.taskDefinitions).toHaveLength(3);
  expect(exported.ecs.services.map((one) => [one.serviceName, one.taskDefinition])).toEqual([
    ['user-api', newer.taskDefinitionArn],
  ]);
});

test('where something else tells of services they stand for none', () => {
  const { exported, unresolved } = read([user, web], false);
  expect(exported.ecs.services).toEqual([]);
  expect(exported.appMeshAnswer).toBeUndefined();
  expect(exported.ecs.taskDefinitions).toHaveLength(2);
  expect(unresolved).toEqual([]);
});

const others = (...families: string[]) =>
  families.map((family) => task({ family, node: { APPMESH_RESOURCE_ARN: `mesh/shop/virtualNode/${family}-node` } }));
const calling = (environment: Record<string, string>) =>
  task({ family: 'web', node: { APPMESH_RESOURCE_ARN: 'mesh/shop/virtualNode/front' }, environment });

describe('a host is taken for the service that is called like it', () => {
  test.each([
    ['the only one that begins so', 'http://user.local', ['user-api'], ['user-api']],
    ['the very name before one that begins so', 'http://user.local', ['user', 'user-api'], ['user']],
    ['none, where two begin so', 'http://user.local', ['user-api', 'user-worker'], []],
    ['none, where a name merely holds it', 'http://user.local', ['super-user', 'users'], []],
    ['none, for a word that is no URL', 'user', ['user-api'], []],
  ])('%s', (_what, value, families, called) => {
    const { edges } = estateOf(calling({ TARGET: value }), ...others(...families));
    expect(edges.map((one) => one.to)).toEqual(called);
  });
});

test('one without a family is refused with its place, and a list with anything else in it is none', () => {
  const { family: _, ...nameless } = user;
  expect(() => read([[{ taskDefinition: nameless }]])).toThrow(SourceError);
  expect(() => read([[{ taskDefinition: nameless }]])).toThrow('0.json, [0].taskDefinition.family: a task definition');
  expect(() => recognise(JSON.stringify([user, { hello: 'world' }]), 'x')).toThrow('this is a list or a value');
});

test('what has no ARN gets one of the partition of its Region', () => {
  const { taskDefinitionArn: _arn, ...bare } = user;
  const text = JSON.stringify(bare);
  const place = { account: ACCOUNT, region: 'cn-north-1' };
  const { exported } = readTaskDefinitions([{ where: 'user.json', text }], { alone: true, cluster: 'shop', ...place });
  const [described] = exported.ecs.taskDefinitions;
  const head = `arn:aws-cn:ecs:cn-north-1:${ACCOUNT}`;
  expect(described?.taskDefinition.taskDefinitionArn).toBe(`${head}:task-definition/user-api:1`);
  expect(exported.ecs.services[0]?.clusterArn).toBe(`${head}:cluster/shop`);
});
