import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type DemoRun, runDemo } from '../../runDemo.ts';
import { witness } from '../witnesses.ts';
import { judge } from './judge.ts';
import { expectNothingAgainst, operatorRequests } from './nothingAgainst.ts';

const botocore = witness('botocore');

/** Runs the demo; where botocore is installed it has judged every request of it, and had nothing against any. */
export async function runJudgedDemo(demoArguments: readonly string[]): Promise<DemoRun> {
  if (botocore.skip) return runDemo(demoArguments);
  const directory = mkdtempSync(join(tmpdir(), 'requests-'));
  try {
    const record = join(directory, 'requests.jsonl');
    const run = await runDemo([...demoArguments, '--record', record]);
    const judgement = judge([record]);
    const sent = operatorRequests(judgement);
    expect(Object.values(sent).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(run.summary.awsCalls);
    expect(sent).toMatchObject({ 'ecs:CreateService': expect.any(Number), 'elbv2:ModifyRule': expect.any(Number) });
    expectNothingAgainst(judgement);
    return run;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
