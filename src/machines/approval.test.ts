import { expect, test } from 'vitest';
import { pass, wait } from '../plan/verdict.ts';
import { wantedApproval, wantedCommands } from './approval.ts';

test('what a person is asked for stands in the words of what waits, before the ramp as before blue goes', () => {
  const ramp = wait('waits for a person: meshlift approve shop beforeRamp');
  expect(wantedCommands({ guards: [], gates: [{ name: 'approval/beforeRamp', ...ramp }] })).toEqual([
    'meshlift approve shop beforeRamp',
  ]);
  const told = wait('it is told first: meshlift handover shop; then: meshlift approve shop iac');
  const report = { guards: [{ name: 'unused', ...told }], gates: [{ name: 'provenUnused', ...told }] };
  expect(wantedCommands(report)).toEqual(['meshlift handover shop', 'meshlift approve shop iac']);
  expect(wantedApproval(report)).toBe('meshlift approve shop iac');
});

test('nobody is asked by what passes, or waits for something else', () => {
  const guards = [
    { name: 'unused', ...pass('meshlift approve shop beforeRetire was given') },
    { name: 'bake', ...wait('1m of 5m') },
  ];
  expect(wantedApproval({ guards, gates: [] })).toBeUndefined();
});

test('what waits for nobody asks for nothing, and a command ends where its sentence does', () => {
  const gates = [
    { name: 'bake', ...wait('1m of 5m') },
    { name: 'approval', ...wait('meshlift approve shop beforeRamp ; later') },
  ];
  expect(wantedCommands({ guards: [], gates })).toEqual(['meshlift approve shop beforeRamp']);
});
