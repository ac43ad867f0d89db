import { expect, test } from 'vitest';
import { estateOf, planFor } from '../../test/fixtures/estates.ts';
import { assess } from '../assess/assess.ts';
import { buildStack } from '../assess/stack.ts';
import { facts, machineIn } from '../machines/testFacts.ts';
import { pass } from '../plan/verdict.ts';
import type { PlanRequests } from './ports.ts';
import { transitionDeeds } from './telling.ts';

const SPEC = planFor('01-simple-three-tier', {
  accept: ['RETRY_POLICY_LOST', { code: 'OUTLIER_LOST', place: 'virtualNode/user-vn' }],
  decisions: [{ code: 'HEALTHCHECK_MISSING', place: 'virtualNode/user-vn', choice: 'without' }],
}).spec;

const proven = facts({
  provenUnused: pass('beforeRetire was approved by ana: callers checked; a person vouches for stock'),
});

const toldOf = (requests: PlanRequests) =>
  transitionDeeds(
    { machine: machineIn('retire.drain'), from: 'retire.prove', to: 'retire.drain', event: 'FACTS', moved: true },
    proven,
    { groundwork: undefined, requests, spec: SPEC },
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

test('what the plan agreed to and decided is told when its inventory is taken', () => {
  const name = '01-simple-three-tier';
  const plan = { ...planFor(name), spec: SPEC };
  const assessment = assess(plan, estateOf(name));
  const groundwork = { estate: estateOf(name), assessment, stack: buildStack(plan, estateOf(name), assessment, 1) };
  const decision = { from: 'inventory.assess', to: 'inventory.preflight', event: 'FACTS', moved: true } as const;
  const told = transitionDeeds({ ...decision, machine: machineIn('inventory.preflight') }, facts(), {
    groundwork,
    requests: {},
    spec: SPEC,
  });
  expect(told.find((deed) => deed.reason === 'InventoryTaken')?.message).toContain(
    '; accepted: RETRY_POLICY_LOST, OUTLIER_LOST at virtualNode/user-vn' +
      '; decided: HEALTHCHECK_MISSING at virtualNode/user-vn = without',
  );
});
