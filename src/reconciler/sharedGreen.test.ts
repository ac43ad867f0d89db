import { expect, test } from 'vitest';
import type { MachineState, PlanStatus } from '../machines/record.ts';
import { machineIn } from '../machines/testFacts.ts';
import { testStatus } from '../state/testing.ts';
import { makerVerdict } from './sharedGreen.ts';

const MAKER = { plan: 'first', uid: 'uid-1' };

const statusIn = (value: MachineState, uid = MAKER.uid): PlanStatus => testStatus({ uid, machine: machineIn(value) });

const verdictOf = (status: PlanStatus | undefined) => makerVerdict('stock-api-sc', MAKER, status);

test('green is there to stay where the plan that made it has succeeded', () => {
  expect(verdictOf(statusIn('succeeded')).verdict).toBe('pass');
});

test.each<[string, PlanStatus | undefined, RegExp]>([
  ['under way', statusIn('soak'), /which is in soak: its way back would take that green away\. Wait/],
  ['on its way back', statusIn('backward.dismantle'), /which is in backward\.dismantle/],
  ['rolled back', statusIn('rolledBack'), /which was rolled back\. Apply that plan again/],
  ['gone from the table', undefined, /of which the table has no record/],
  [
    'another of the same name',
    statusIn('succeeded', 'uid-2'),
    /uid uid-1, and the plan of that name is another by now/,
  ],
])('it is not where that plan is %s, and it is said what to do', (_where, status, words) => {
  const { verdict, why, reason } = verdictOf(status);
  expect({ verdict, reason }).toEqual({ verdict: 'fail', reason: 'SharedGreenNotReady' });
  expect(why).toMatch(words);
  expect(why).toContain('spec.target.nameSuffix');
});
