import { describe, expect, test } from 'vitest';
import { runJudgedDemo } from '../witness/botocore/judgedDemo.ts';

describe('every fault that the demo knows ends as it should', () => {
  test('green-slow: the latency alarm takes everything back, and no request fails', async () => {
    const { summary } = await runJudgedDemo(['--fault', 'green-slow']);
    expect(summary).toMatchObject({ problems: [], outcome: 'RolledBack', leaked: [], failed: 0 });
  });

  test('operator-killed: kill -9 in provision, ramp and retire changes nothing about the end', async () => {
    const { summary, output } = await runJudgedDemo(['--fault', 'operator-killed']);
    expect(summary).toMatchObject({ problems: [], outcome: 'Succeeded', failed: 0, leaked: [], blueLeft: [] });
    expect(output.match(/the operator was killed \(-9\)/g)).toHaveLength(3);
    expect(output.match(/TakenOver/g)?.length).toBeGreaterThanOrEqual(3);
  });

  test('app-mesh-gone: the call graph is a guess that the plan confirms; the mesh deletion is skipped and said so', async () => {
    const { summary, output } = await runJudgedDemo(['--fault', 'app-mesh-gone']);
    expect(summary).toMatchObject({ problems: [], outcome: 'Succeeded', failed: 0, leaked: [], blueLeft: [] });
    expect(output).toMatch(/Skipped +App Mesh did not answer/);
    expect(output).toMatch(/InventoryTaken .*guesses, confirmed by the plan/);
  });

  test('throttling: the operator backs off and comes to the same end', async () => {
    const { summary } = await runJudgedDemo(['--fault', 'throttling']);
    expect(summary).toMatchObject({ problems: [], outcome: 'Succeeded', failed: 0, leaked: [], blueLeft: [] });
    expect(summary.throttled).toBeGreaterThan(0);
  });
});
