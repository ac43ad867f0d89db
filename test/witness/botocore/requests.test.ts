import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoRun, runDemo } from '../../runDemo.ts';
import { witness } from '../witnesses.ts';
import { type Finding, judge, type Judgement, wordsOf } from './judge.ts';
import { isNewer } from './sdkModel.ts';

const { title, skip } = witness('botocore');

/**
 * The demos that between them send every request that any demo sends: `app-mesh-gone`, `operator-killed`, `green-slow` and `throttling`
 * send the same operations, more or fewer times.
 */
const DEMOS = [
  { arguments: [], outcome: 'Succeeded' },
  { arguments: ['--fault', 'green-errors'], outcome: 'RolledBack' },
] as const;

/** Requests a second: the operator's are judged, not how much the application bears. */
const RATE = '50';

/** What the story changes in AWS. A run that sent none of one of these has judged something else than the story. */
const MUTATIONS = [
  'application-autoscaling:DeleteScalingPolicy',
  'application-autoscaling:DeregisterScalableTarget',
  'application-autoscaling:PutScalingPolicy',
  'application-autoscaling:RegisterScalableTarget',
  'appmesh:DeleteMesh',
  'appmesh:DeleteRoute',
  'appmesh:DeleteVirtualNode',
  'appmesh:DeleteVirtualRouter',
  'appmesh:DeleteVirtualService',
  'dynamodb:CreateTable',
  'dynamodb:DeleteItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:UpdateTimeToLive',
  'ecs:CreateService',
  'ecs:DeleteService',
  'ecs:DeleteTaskDefinitions',
  'ecs:DeregisterTaskDefinition',
  'ecs:RegisterTaskDefinition',
  'ecs:UpdateService',
  'elbv2:CreateTargetGroup',
  'elbv2:DeleteTargetGroup',
  'elbv2:ModifyRule',
  'elbv2:ModifyTargetGroupAttributes',
  'servicediscovery:CreateHttpNamespace',
  'servicediscovery:DeleteNamespace',
];

/** What an answer may have against botocore's model, and why it stands. */
const EXPLAINED_ANSWERS: { place: RegExp; rule: string; why: string }[] = [
  {
    place: /ProvisionedThroughput\.NumberOfDecreasesToday$/,
    rule: 'range',
    why: 'DynamoDB itself answers 0 for a table that was never decreased; its model says at least 1',
  },
  {
    place: /^Table(Description)?\.TableId$/,
    rule: 'pattern',
    why: 'dynalite makes ids that are four digits short (row D12)',
  },
  {
    place: /^TagDescriptions\[\d+\]\.Tags$/,
    rule: 'length',
    why: 'a resource without tags is described with an empty list; the length is that of the request',
  },
];

const isExplained = ({ place, rule }: Finding): boolean =>
  EXPLAINED_ANSWERS.some((one) => one.place.test(place) && one.rule === rule);

describe.skipIf(skip)(title, () => {
  let directory: string;
  const records: string[] = [];
  const runs: DemoRun[] = [];
  let judgement: Judgement;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'requests-'));
  });
  for (const demo of DEMOS) {
    beforeAll(async () => {
      const record = join(directory, `${demo.outcome}.jsonl`);
      records.push(record);
      runs.push(await runDemo([...demo.arguments, '--rate', RATE, '--record', record]));
    });
  }
  beforeAll(() => {
    judgement = judge(records);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('the demos ended as they should, so that what is judged is the whole story', () => {
    expect(runs.map(({ summary }) => [summary.outcome, summary.problems])).toEqual(
      DEMOS.map(({ outcome }) => [outcome, []]),
    );
    const calls = Object.values(judgement.requests['AKIDOPERATOR'] ?? {}).reduce((sum, count) => sum + count, 0);
    // The operator still works while the demo sums up.
    expect(calls).toBeGreaterThanOrEqual(runs.reduce((sum, { summary }) => sum + summary.awsCalls, 0));
    const operations = Object.keys(judgement.requests['AKIDOPERATOR'] ?? {});
    expect(MUTATIONS.filter((operation) => !operations.includes(operation))).toEqual([]);
    process.stdout.write(
      `botocore ${judgement.botocore} judged ${calls} requests of the operator, of ${operations.length} operations.\n`,
    );
  });

  test('no request breaks botocore’s model: types, required members, lengths, patterns, enums, ranges', () => {
    expect(judgement.violations.map(wordsOf)).toEqual([]);
    for (const pattern of judgement.uncheckedPatterns) process.stdout.write(`Not checked: the pattern ${pattern}\n`);
  });

  test('what botocore does not know, the SDK knows, and so is newer', () => {
    for (const finding of judgement.unknown.filter(isNewer)) process.stdout.write(`Newer: ${wordsOf(finding)}\n`);
    expect(judgement.unknown.filter((finding) => !isNewer(finding)).map(wordsOf)).toEqual([]);
  });

  test('botocore reads every answer of the lab, and its model allows it', () => {
    expect(judgement.answers).toBeGreaterThan(0);
    expect(judgement.answerViolations.filter((finding) => !isExplained(finding)).map(wordsOf)).toEqual([]);
    // An error that the model does not have is said by name, or nobody would notice one that the lab made up.
    expect(Object.keys(judgement.errors).filter((error) => error.endsWith('(not in the model)'))).toEqual([
      'dynamodb:UpdateTimeToLive UnknownOperationException (not in the model)',
    ]);
  });
});
