import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordedCall } from '../../../lab/recorder.ts';
import { witness } from '../witnesses.ts';
import { judge, type Judgement } from './judge.ts';
import { isNewer } from './sdkModel.ts';

const { title, skip } = witness('botocore');

const TARGETS = {
  ecs: ['AmazonEC2ContainerServiceV20141113', '1.1'],
  'application-autoscaling': ['AnyScaleFrontendService', '1.1'],
  dynamodb: ['DynamoDB_20120810', '1.0'],
} as const;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const NO_ANSWER: RecordedCall['answer'] = { status: 0, headers: {}, body: '' };

const call = (signedService: string, rest: Partial<RecordedCall>): RecordedCall => ({
  at: '2026-11-20T10:00:00.000Z',
  accessKeyId: 'AKIDME',
  signedService,
  method: 'POST',
  path: '/',
  query: '',
  headers: {},
  body: '',
  answer: NO_ANSWER,
  ...rest,
});

function json(service: keyof typeof TARGETS, operation: string, body: string | object, headers = {}): RecordedCall {
  const [prefix, version] = TARGETS[service];
  const contentType = `application/x-amz-json-${version}`;
  return call(service, {
    headers: { 'content-type': contentType, 'x-amz-target': `${prefix}.${operation}`, ...headers },
    body: base64(typeof body === 'string' ? body : JSON.stringify(body)),
  });
}

const form = (text: string): RecordedCall =>
  call('elasticloadbalancing', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: base64(text.includes('Version=') ? text : `${text}&Version=2015-12-01`),
  });

const mesh = (method: string, path: string, query: string, body?: object): RecordedCall =>
  call('appmesh', { method, path, query, body: body === undefined ? '' : base64(JSON.stringify(body)) });

const answered = (sent: RecordedCall, status: number, headers: Record<string, string>, text: string): RecordedCall => ({
  ...sent,
  answer: { status, headers, body: base64(text) },
});

const isNewerMember = (operation: string, place: string): boolean => isNewer({ operation, place, rule: 'member' });

const SERVICE = { serviceName: 'shop', cluster: 'shop', taskDefinition: 'shop:1', desiredCount: 2 };
const RULE = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/shop/1/2/3';
const TARGET = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/shop/shop',
  ScalableDimension: 'ecs:service:DesiredCount',
};

/** Requests with one thing wrong in each, and what must be said of it. */
const BROKEN: { what: string; sent: RecordedCall; said: { place: string; rule: string } }[] = [
  {
    what: 'a required member that is missing',
    sent: json('ecs', 'CreateService', { cluster: 'shop' }),
    said: { place: 'serviceName', rule: 'required' },
  },
  {
    what: 'a required member that is missing deep inside',
    sent: json('ecs', 'CreateService', { ...SERVICE, serviceConnectConfiguration: { enabled: true, services: [{}] } }),
    said: { place: 'serviceConnectConfiguration.services[0].portName', rule: 'required' },
  },
  {
    what: 'a value of the wrong type',
    sent: json('ecs', 'CreateService', { ...SERVICE, desiredCount: '2' }),
    said: { place: 'desiredCount', rule: 'type' },
  },
  {
    what: 'true for a number, which Python takes for 1',
    sent: json('ecs', 'CreateService', { ...SERVICE, healthCheckGracePeriodSeconds: true }),
    said: { place: 'healthCheckGracePeriodSeconds', rule: 'type' },
  },
  {
    what: 'null for a string',
    sent: json('ecs', 'CreateService', { ...SERVICE, cluster: null }),
    said: { place: 'cluster', rule: 'type' },
  },
  {
    what: 'a value that is none of the enum',
    sent: json('ecs', 'CreateService', { ...SERVICE, launchType: 'FARGATES' }),
    said: { place: 'launchType', rule: 'enum' },
  },
  {
    what: 'a string that is too long',
    sent: json('application-autoscaling', 'RegisterScalableTarget', { ...TARGET, ResourceId: 'x'.repeat(1_601) }),
    said: { place: 'ResourceId', rule: 'length' },
  },
  {
    what: 'a string that is too short',
    sent: json('ecs', 'TagResource', { resourceArn: 'arn', tags: [{ key: '', value: 'web' }] }),
    said: { place: 'tags[0].key', rule: 'length' },
  },
  {
    what: 'a string that breaks a pattern with Unicode classes',
    sent: json('ecs', 'TagResource', { resourceArn: 'arn', tags: [{ key: 'team', value: 'web<script>' }] }),
    said: { place: 'tags[0].value', rule: 'pattern' },
  },
  {
    what: 'a string that breaks a pattern with surrogates',
    sent: json('application-autoscaling', 'RegisterScalableTarget', { ...TARGET, ResourceId: 'bell \u0007' }),
    said: { place: 'ResourceId', rule: 'pattern' },
  },
  {
    what: 'a list that is too long',
    sent: json('ecs', 'TagResource', {
      resourceArn: 'arn',
      tags: Array.from({ length: 51 }, (_, index) => ({ key: `key${index}`, value: '' })),
    }),
    said: { place: 'tags', rule: 'length' },
  },
  {
    what: 'a priority that is out of range, in a form',
    sent: form('Action=SetRulePriorities&RulePriorities.member.1.RuleArn=a&RulePriorities.member.1.Priority=50001'),
    said: { place: 'RulePriorities[0].Priority', rule: 'range' },
  },
  {
    what: 'a number that is none, in a form',
    sent: form(`Action=ModifyRule&RuleArn=${RULE}&Actions.member.1.Type=forward&Actions.member.1.Order=first`),
    said: { place: 'Actions[0].Order', rule: 'type' },
  },
  {
    what: 'a list whose numbers have a gap, in a form',
    sent: form('Action=DescribeRules&RuleArns.member.1=a&RuleArns.member.3=b'),
    said: { place: 'RuleArns', rule: 'wire' },
  },
  {
    what: 'an enum deep inside, in a form',
    sent: form(`Action=ModifyRule&RuleArn=${RULE}&Actions.member.1.Type=forwards`),
    said: { place: 'Actions[0].Type', rule: 'enum' },
  },
  {
    what: 'another version of an API, in a form',
    sent: form('Action=DescribeRules&Version=2012-06-01'),
    said: { place: 'Version', rule: 'wire' },
  },
  {
    what: 'a limit that is out of range, in a query',
    sent: mesh('GET', '/v20190125/meshes', 'limit=101'),
    said: { place: 'limit', rule: 'range' },
  },
  {
    what: 'a name that is too long, in a path',
    sent: mesh('GET', `/v20190125/meshes/${'m'.repeat(256)}`, ''),
    said: { place: 'meshName', rule: 'length' },
  },
  {
    what: 'two members of a union, in a body',
    sent: mesh('PUT', '/v20190125/meshes/shop/virtualServices', '', {
      virtualServiceName: 'stock.shop.local',
      spec: { provider: { virtualNode: { virtualNodeName: 'a' }, virtualRouter: { virtualRouterName: 'b' } } },
    }),
    said: { place: '', rule: 'validator' },
  },
  {
    what: 'a body that is no JSON',
    sent: json('ecs', 'ListClusters', '{"maxResults": 1'),
    said: { place: '', rule: 'wire' },
  },
  {
    what: 'a member that is there twice',
    sent: json('dynamodb', 'DescribeTable', '{"TableName": "one", "TableName": "two"}'),
    said: { place: '', rule: 'wire' },
  },
  {
    what: 'another protocol’s content type',
    sent: json('dynamodb', 'ListTables', {}, { 'content-type': 'application/x-amz-json-1.1' }),
    said: { place: 'content-type', rule: 'wire' },
  },
  {
    what: 'bytes that are no base64',
    sent: json('dynamodb', 'GetItem', { TableName: 'plans', Key: { pk: { B: 'not base64!' } } }),
    said: { place: 'Key.pk.B', rule: 'type' },
  },
  {
    what: 'a service that nobody expects',
    sent: call('s3', { method: 'GET', path: '/bucket' }),
    said: { place: '', rule: 'wire' },
  },
];

/** Nothing is wrong with these. */
const SOUND = [
  json('ecs', 'CreateService', SERVICE),
  json('ecs', 'TagResource', { resourceArn: 'arn', tags: [{ key: 'équipe', value: '' }] }),
  json('dynamodb', 'GetItem', { TableName: 'plans', Key: { pk: { B: base64('bytes') } } }),
  json('application-autoscaling', 'RegisterScalableTarget', { ...TARGET, ResourceId: '𐍈' }),
  form('Action=SetRulePriorities&RulePriorities.member.1.RuleArn=a&RulePriorities.member.1.Priority=50000'),
  mesh('GET', '/v20190125/meshes', 'limit=100'),
  mesh('GET', '/v20190125/meshes/a%20mesh', ''),
];

const UNKNOWN = [
  json('ecs', 'CreateService', { ...SERVICE, serviceConnectConfiguraton: {} }),
  json('ecs', 'MigrateFromAppMesh', {}),
  form('Action=ModifyRule&RuleArn=a&Actions.member.1.Type=forward&Actions.member.1.Wait=5&Colour=red'),
  mesh('GET', '/v20190125/meshes', 'colour=red'),
];

describe.skipIf(skip)(`${title}: the judge itself`, () => {
  let directory: string;
  const judged = (...calls: RecordedCall[]): Judgement => {
    const file = join(directory, 'calls.jsonl');
    writeFileSync(file, calls.map((one) => `${JSON.stringify(one)}\n`).join(''));
    return judge([file]);
  };
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'judge-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  let broken: Judgement;
  beforeAll(() => {
    broken = judged(...BROKEN.map(({ sent }, index) => Object.assign(sent, { accessKeyId: `AKID${index}` })));
  });

  test.each(BROKEN.map((one, index) => ({ ...one, line: index + 1 })))('names $what', ({ said, line }) => {
    const found = broken.violations.filter((finding) => finding.first.endsWith(`:${line}`));
    expect(found).toContainEqual(expect.objectContaining(said));
    // Nothing else is wrong with it. One fault may be seen by botocore's validator and by the constraints.
    for (const finding of found) expect(finding).toMatchObject(said);
  });

  test('has nothing to say of what is sound', () => {
    expect(judged(...SOUND)).toMatchObject({ violations: [], unknown: [], answers: 0 });
  });

  test('counts by access key and operation, and tells a finding once with how often it was', () => {
    const sent = json('ecs', 'ListClusters', { maxResults: 'many' });
    const judgement = judged(sent, sent, Object.assign(form('Action=DescribeRules'), { accessKeyId: 'AKIDOTHER' }));
    expect(judgement.requests).toEqual({
      AKIDME: { 'ecs:ListClusters': 2 },
      AKIDOTHER: { 'elbv2:DescribeRules': 1 },
    });
    expect(judgement.violations).toMatchObject([{ times: 2, first: expect.stringMatching(/:1$/) }]);
  });

  test('sets aside what the models do not have, and only what the SDK has is newer', () => {
    const { unknown, violations } = judged(...UNKNOWN);
    expect(violations).toEqual([]);
    expect(unknown.map(({ operation, place, rule }) => `${operation} ${place} ${rule}`)).toEqual([
      'ecs:CreateService serviceConnectConfiguraton member',
      'ecs:MigrateFromAppMesh  operation',
      'elbv2:ModifyRule Actions[0].Wait member',
      'elbv2:ModifyRule Colour member',
      'appmesh:ListMeshes ?colour member',
    ]);
    for (const finding of unknown) expect(isNewer(finding), finding.operation).toBe(false);
    expect(isNewerMember('ecs:CreateService', 'serviceConnectConfiguration.services[0].portName')).toBe(true);
    expect(isNewerMember('elbv2:ModifyRule', 'Actions[0].ForwardConfig.TargetGroups[1].Weight')).toBe(true);
    expect(isNewer({ operation: 'ecs:CreateService', place: '', rule: 'operation' })).toBe(true);
  });

  test('reads answers: what botocore cannot parse, and what its model does not have', () => {
    const json11 = { 'content-type': 'application/x-amz-json-1.1' };
    const xml = { 'content-type': 'text/xml' };
    const judgement = judged(
      answered(
        json('ecs', 'DescribeServices', { services: ['a'] }),
        200,
        json11,
        '{"services":[{"launchType":"MOON"}]}',
      ),
      answered(form('Action=DescribeRules'), 200, xml, '<DescribeRulesResponse><Rules>'),
      answered(
        form('Action=DescribeRules'),
        400,
        xml,
        '<ErrorResponse><Error><Code>RuleNotFound</Code></Error></ErrorResponse>',
      ),
      answered(
        form('Action=DescribeRules'),
        400,
        xml,
        '<ErrorResponse><Error><Code>Odd</Code></Error></ErrorResponse>',
      ),
    );
    expect(judgement.answers).toBe(4);
    expect(judgement.answerViolations).toMatchObject([
      { operation: 'ecs:DescribeServices', place: 'services[0].launchType', rule: 'enum' },
      { operation: 'elbv2:DescribeRules', rule: 'wire' },
    ]);
    expect(judgement.errors).toEqual({
      'elbv2:DescribeRules RuleNotFound': 1,
      'elbv2:DescribeRules Odd (not in the model)': 1,
    });
  });
});
