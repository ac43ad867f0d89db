import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test, vi } from 'vitest';
import { ruleActions, writeRule } from '../operator/byHand.ts';
import { tagged } from '../operator/lookAround.ts';
import { PLAN } from '../operator/manifest.ts';
import { OperatorWorld } from '../operator/operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const STEPS = [
  { weight: 10, bake: '1m' },
  { weight: 100, bake: '1m' },
];
const MAINTENANCE: Action[] = [
  { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503', ContentType: 'text/plain' } },
];

async function worldIn(state: 'provision' | 'verify'): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 20_000 } });
  await world.apply({ steps: STEPS, approvals: ['beforeRamp'] });
  await world.untilState(state);
  if (state === 'verify') await world.rest(3);
  return world;
}

test.each(['provision', 'verify'] as const)(
  'a rule that a person changes in %s, before green has had any weight, is not written over by the plan that goes back for that',
  async (state) => {
    const world = await worldIn(state);
    await writeRule(world, MAINTENANCE);
    await world.untilState('rolledBack');
    expect(await ruleActions(world)).toMatchObject(MAINTENANCE);
    expect(await tagged(world)).toEqual([]);
  },
);

test.each(['provision', 'verify'] as const)('nor by an abort in %s', async (state) => {
  const world = await worldIn(state);
  await writeRule(world, MAINTENANCE);
  await world.requests.requestAbort(PLAN, { by: 'ann', at: world.clock.now(), why: 'a drill' });
  await world.untilState('rolledBack');
  expect(await ruleActions(world)).toMatchObject(MAINTENANCE);
  expect(await tagged(world)).toEqual([]);
});

test('nor is one that a person changes while green is kept after a rollback: what goes back is back', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 20_000 } });
  await world.apply({ steps: STEPS, keepGreen: '30m' });
  await world.untilState('ramp.bake', 0);
  await world.fireAlarm();
  await world.untilState('backward.dismantle');
  await world.rest(3);
  await writeRule(world, MAINTENANCE);
  await world.untilState('rolledBack');
  expect(await ruleActions(world)).toMatchObject(MAINTENANCE);
  expect(await tagged(world)).toEqual([]);
});

test('of one that a person points at green before the ramp the weight is taken away all the same', async () => {
  const world = await worldIn('verify');
  const [split] = await ruleActions(world);
  const groups = split?.ForwardConfig?.TargetGroups ?? [];
  const green = groups.find(({ TargetGroupArn }) => TargetGroupArn !== world.edge.targetGroupArn);
  await writeRule(world, [
    {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: [{ ...green, Weight: 1 }],
        TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
      },
    },
  ]);
  await world.untilState('rolledBack');
  expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
});
