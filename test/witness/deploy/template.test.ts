import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { witness } from '../witnesses.ts';

const { title, skip } = witness('cfn-lint');

describe.skipIf(skip)(title, () => {
  test('has nothing against the CloudFormation template', () => {
    const { status, stdout, stderr } = spawnSync('cfn-lint', ['deploy/cloudformation/meshlift.yaml'], {
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });
});
