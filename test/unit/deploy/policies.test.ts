import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { MIGRATION_ACTIONS } from '../../../src/aws/actions.ts';
import { filledIn } from '../../../src/aws/policy/filledIn.ts';
import { checkDeclared, policies } from '../../../src/aws/policy/policies.ts';
import type { Statement } from '../../../src/aws/policy/statement.ts';
import { DASHBOARD_PATH, policyFiles, TEMPLATE_PATH } from '../../../tools/policyFiles.ts';

const read = (path: string): Promise<string> => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** IAM takes a managed policy of so many characters, white space between its tokens aside. */
const POLICY_LENGTH_MAX = 6144;

const documents = policies();
const operator = Object.entries(documents).flatMap(([name, { Statement }]) => (name === 'assess' ? [] : Statement));

/** Where an action is allowed without the condition. */
const without = (condition: string, actions: RegExp): string[] =>
  operator
    .filter((statement) => !JSON.stringify(statement.Condition ?? {}).includes(condition))
    .flatMap(({ Action }) => Action.filter((action) => actions.test(action)));

test.each(Object.entries(policyFiles(await read(TEMPLATE_PATH), await read(DASHBOARD_PATH))))(
  '%s is what npm run policy makes of the code today',
  async (path, text) => {
    expect(await read(path), 'stale: npm run policy').toBe(text);
  },
);

test('a declared action that no statement allows is an error that names it, and so is an allowed one that nothing declares', () => {
  expect(() => checkDeclared(operator, [...MIGRATION_ACTIONS, 'ecs:StopTask'])).toThrow(
    'No statement of the policy allows ecs:StopTask',
  );
  const more: Statement = { Sid: 'More', Effect: 'Allow', Action: ['ecs:RunTask'], Resource: '*' };
  expect(() =>
    checkDeclared(
      [...operator, more],
      operator.flatMap(({ Action }) => Action),
    ),
  ).toThrow('The policy allows ecs:RunTask');
});

test.each(Object.entries(documents))('%s fits IAM, filled in for six clusters and twelve roles', (_, document) => {
  const cluster = 'arn:aws:ecs:ap-southeast-1:123456789012:cluster/production-applications-001';
  const role = 'arn:aws:iam::123456789012:role/application/production-service-task-role-of-one-team';
  const many = 'meshlift-production-*';
  const text = filledIn(document, {
    partition: 'aws-us-gov',
    region: 'ap-southeast-1',
    account: '123456789012',
    table: many,
    clusterArns: Array<string>(6).fill(cluster),
    passRoleArns: Array<string>(12).fill(role),
    loadBalancer: many,
    mesh: many,
    topic: many,
    eventBus: many,
  });
  expect(text).not.toContain('${');
  expect(JSON.parse(text)).toHaveProperty('Statement');
  expect(text.length).toBeLessThanOrEqual(POLICY_LENGTH_MAX);
});

test('a Sid is letters and digits, and stands once', () => {
  const sids = operator.map(({ Sid }) => Sid);
  expect(new Set(sids).size).toBe(sids.length);
  for (const sid of sids) expect(sid).toMatch(/^[A-Za-z0-9]+$/);
});

describe('docs/deploy.md', async () => {
  const [, table = ''] = /^## What no tag can limit\n([\s\S]*?)(?=^## )/m.exec(await read('docs/deploy.md')) ?? [];
  const named = [...table.matchAll(/`([a-z-]+:[A-Za-z]+)`/g)].map(([, action = '']) => action);

  test('names every action that may change or take away what Meshlift’s tag is not on', () => {
    const changes = /:(Delete|Deregister|Modify|Update|Put(Scaling|Scheduled|Metric))/;
    const tagless = without('aws:ResourceTag/meshlift.dev/plan', changes).filter(
      (action) => !action.startsWith('dynamodb:'),
    );
    const made = without('meshlift.dev/plan', changes);
    expect(named.filter((action) => changes.test(action)).toSorted()).toEqual(
      [...new Set(tagless.filter((action) => made.includes(action)))].toSorted(),
    );
  });

  test('names every action that makes or registers something that need not carry Meshlift’s tag', () => {
    const makes = /:(Create|Register|Tag|AddTags)/;
    const tagless = operator
      .filter(({ Condition = {} }) => !/aws:RequestTag|:CreateAction/.test(JSON.stringify(Condition)))
      .flatMap(({ Action }) => Action.filter((action) => makes.test(action)));
    expect(named.filter((action) => makes.test(action)).toSorted()).toEqual(tagless.toSorted());
  });
});

test('a role is passed to ECS alone, and only one of those that are named', () => {
  const passing = operator.filter(({ Action }) => Action.includes('iam:PassRole'));
  expect(passing.map(({ Action, Resource, Condition }) => ({ Action, Resource, Condition }))).toEqual([
    {
      Action: ['iam:PassRole'],
      Resource: ['${PassRoleArns}'],
      Condition: { StringEquals: { 'iam:PassedToService': ['ecs-tasks.amazonaws.com', 'ecs.amazonaws.com'] } },
    },
  ]);
});

test('what is asked of every resource without a condition changes nothing, but for a task definition’s registration', () => {
  const everywhere = operator.filter(({ Resource, Condition }) => Resource === '*' && Condition === undefined);
  const changing = everywhere.flatMap(({ Action }) => Action).filter((action) => !/:(Describe|List|Get)/.test(action));
  expect(changing).toEqual(['ecs:DeregisterTaskDefinition']);
});

test('the operator reads no secret, enters no task, starts none beside a service, and takes on no other role', () => {
  const actions = [...new Set(operator.flatMap(({ Action }) => Action))];
  const services = [...new Set(actions.map((action) => action.split(':')[0] ?? ''))].toSorted();
  expect(services).toEqual([
    'application-autoscaling',
    'appmesh',
    'cloudwatch',
    'dynamodb',
    'ecs',
    'elasticloadbalancing',
    'events',
    'iam',
    'servicediscovery',
    'sns',
    'sts',
  ]);
  const of = (service: string) => actions.filter((action) => action.startsWith(`${service}:`)).toSorted();
  expect(of('iam')).toEqual(['iam:CreateServiceLinkedRole', 'iam:PassRole']);
  expect(of('sts')).toEqual(['sts:GetCallerIdentity']);
  expect(of('ecs').filter((action) => /:(Run|Start|Stop|Execute)/.test(action))).toEqual([]);
  expect(actions.filter((action) => action.includes('*'))).toEqual([]);
});

test('tags are given to what is made at its making alone, or with Meshlift’s own in the same request', () => {
  const tagging = operator.filter(({ Action }) => Action.some((action) => /:(TagResource|AddTags)$/.test(action)));
  expect(tagging.length).toBeGreaterThan(4);
  for (const { Sid, Condition = {} } of tagging) {
    expect(JSON.stringify(Condition), Sid).toMatch(/:CreateAction"|"aws:RequestTag\/meshlift\.dev\/plan"/);
  }
});

test('assessing may only read', () => {
  const actions = documents['assess']?.Statement.flatMap(({ Action }) => Action) ?? [];
  expect(actions.length).toBeGreaterThan(20);
  expect(actions.filter((action) => !/:(Describe|List|Get)/.test(action))).toEqual([]);
});
