import { expect, test, vi } from 'vitest';
import { expectMigrated } from './endStates.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const STEPS = [{ weight: 100, bake: '1m' }];

test('the way back is taken once from 1 %, measured and told, and the ramp follows', async () => {
  const world = await OperatorWorld.create();
  await world.apply({ steps: STEPS, rehearse: true });
  const { machine, report } = await world.untilState('ramp.bake', 0);
  expect(machine.context.rehearsedMs).not.toBeNull();
  expect(report.wayBack).toContain('rehearsed in ');
  await world.untilState('succeeded');
  await expectMigrated(world);
  const events = await world.events();
  const written = events.flatMap(({ reason, message }) => (reason === 'WeightWritten' ? [message] : []));
  expect(written.slice(0, 3).map((message) => message.replace(/^.* → /, ''))).toEqual([
    'blue 99, green 1',
    'blue 100, green 0',
    'blue 0, green 100',
  ]);
  expect(events.filter(({ reason }) => reason === 'Rehearsed')).toHaveLength(1);
});

test('a pause in the middle of it keeps nothing on green', async () => {
  const world = await OperatorWorld.create();
  await world.apply({ steps: STEPS, rehearse: true });
  await world.until('green has 1 %', ({ report }) => report.weights[0]?.readBack === 1);
  await world.apply({ steps: STEPS, rehearse: true, paused: true });
  await world.rest(8);
  const { machine, report } = await world.status();
  expect(machine.value).toBe('ramp.shift');
  expect(report.weights[0]?.readBack).toBe(0);
  await world.apply({ steps: STEPS, rehearse: true });
  await world.untilState('ramp.bake', 0);
});
