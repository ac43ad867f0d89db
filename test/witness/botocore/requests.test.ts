import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoRun, runDemo } from '../../runDemo.ts';
import { witness } from '../witnesses.ts';
import { judge, type Judgement } from './judge.ts';
import { expectNothingAgainst, operatorRequests } from './nothingAgainst.ts';

const { title, skip } = witness('botocore');

/** The whole way forward, and the whole way back. The other faults' demos are judged where they are told, in `test/full`. */
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
  'dynamodb:DeleteItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
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
    const sent = operatorRequests(judgement);
    const calls = Object.values(sent).reduce((sum, count) => sum + count, 0);
    // The operator still works while the demo sums up.
    expect(calls).toBeGreaterThanOrEqual(runs.reduce((sum, { summary }) => sum + summary.awsCalls, 0));
    const operations = Object.keys(sent);
    expect(MUTATIONS.filter((operation) => !operations.includes(operation))).toEqual([]);
    process.stdout.write(
      `botocore ${judgement.botocore} judged ${calls} requests of the operator, of ${operations.length} operations.\n`,
    );
  });

  test('botocore has nothing against any request, nor against the lab’s answers', () => {
    expectNothingAgainst(judgement);
  });
});
