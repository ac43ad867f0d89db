import { expect, test } from 'vitest';
import { facts, machineIn } from '../machines/testFacts.ts';
import { pass } from '../plan/verdict.ts';
import type { PlanRequests } from './ports.ts';
import { transitionDeeds } from './telling.ts';

const proven = facts({
  provenUnused: pass('beforeRetire was approved by ana: callers checked; a person vouches for stock'),
});

const toldOf = (requests: PlanRequests) =>
  transitionDeeds(
    { machine: machineIn('retire.drain'), from: 'retire.prove', to: 'retire.drain', event: 'FACTS', moved: true },
    proven,
    { groundwork: undefined, requests },
  );

test('an approval is told when it has opened the way, with who gave it and on what', () => {
  const approvals = { beforeRetire: { by: 'ana', at: 1, why: 'callers checked', recordVersion: 7 } };
  expect(toldOf({ approvals })).toContainEqual({
    type: 'Normal',
    reason: 'Approved',
    message: proven.provenUnused.why,
  });
});

test('without one nobody is said to have approved', () => {
  expect(toldOf({}).map((deed) => deed.reason)).toEqual(['Transition']);
});
