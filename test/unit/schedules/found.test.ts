import { expect, test } from 'vitest';
import { happen, mend } from './happen.ts';
import type { Incident } from './incident.ts';
import { ENTRY } from './shop.ts';
import { Stage } from './stage.ts';

/** What schedules have found, each by itself, so that it does not wait for a seed to come by again. */
const PLAN = { onDrift: 'pause', below: 'hold', cutover: 'none', approvals: [] } as const;
const NOBODY_OF_BLUE: Incident = { kind: 'tasksDie', side: 'blue', service: ENTRY, howMany: 'all' };

const stateOf = (stage: Stage) => stage.table.status?.machine.value;

async function until(stage: Stage, holds: () => boolean): Promise<void> {
  for (let reconciles = 0; reconciles < 100 && !holds(); reconciles += 1) await stage.reconcile();
  expect(holds(), `it is in ${stateOf(stage)}`).toBe(true);
}

async function stageIn(plan: ConstructorParameters<typeof Stage>[0], state: string): Promise<Stage> {
  const stage = new Stage(plan);
  await happen(stage, { kind: 'approve' });
  if (plan.approvals.length > 0) stage.table.requests = {};
  await until(stage, () => stateOf(stage) === state);
  return stage;
}

/** Green keeps what it has for as long as blue has nobody, and gives it back as soon as it has. */
async function expectGreenKeeps(stage: Stage, weight: number): Promise<void> {
  for (let reconciles = 0; reconciles < 10; reconciles += 1) {
    await stage.reconcile();
    expect(stage.scene.rule.green).toBe(weight);
  }
  expect(stateOf(stage)).toBe('backward.reviveBlue');
  await mend(stage);
  await until(stage, () => stateOf(stage) === 'rolledBack');
  expect(stage.referee.findings.broken).toEqual([]);
}

test('I2: a blue that dies after it was found ready, and before the rules could be written back, is not given everything', async () => {
  const stage = await stageIn(PLAN, 'ramp.bake');
  await happen(stage, { kind: 'denied', family: 'ruleWrites' });
  await happen(stage, { kind: 'abort' });
  await stage.reconcile();
  expect(stateOf(stage)).toBe('backward.shiftBack');
  await happen(stage, NOBODY_OF_BLUE);
  await happen(stage, { kind: 'allowed' });
  await expectGreenKeeps(stage, 10);
});

test('I2: nor is a dead blue by an abort before the ramp, where a person’s hand has given green its weight', async () => {
  const stage = await stageIn({ ...PLAN, approvals: ['beforeRamp'] }, 'verify');
  await happen(stage, { kind: 'weightsEdited', green: 70 });
  await happen(stage, NOBODY_OF_BLUE);
  await stage.reconcile();
  await happen(stage, { kind: 'abort' });
  await expectGreenKeeps(stage, 70);
});

test('I2: nor by a plan that gives up making green, under a rule of which others made something else', async () => {
  const stage = await stageIn({ ...PLAN, approvals: ['beforeRamp'] }, 'verify');
  await happen(stage, { kind: 'weightsEdited', green: 10 });
  await happen(stage, { kind: 'ruleEdited' });
  await happen(stage, NOBODY_OF_BLUE);
  await expectGreenKeeps(stage, 10);
});
