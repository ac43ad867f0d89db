import { describe, expect, test } from 'vitest';
import { fail, pass, unknown, wait } from '../plan/verdict.ts';
import { conditions, type ConditionFacts } from './conditions.ts';
import type { Condition, ConditionType, StoredMachine } from './record.ts';
import { facts, machineIn } from './testFacts.ts';

const INPUT: ConditionFacts = {
  facts: facts({ now: 7, admitted: pass('admitted'), preflight: pass('passed'), weights: pass('as wanted') }),
  refused: undefined,
  greenHealthy: pass('2 of 2'),
  blueHealthy: pass('3 of 3'),
  alarms: pass('both OK'),
  changed: undefined,
  source: pass('blue runs what was recorded'),
  sourceChange: undefined,
  waived: undefined,
  retained: undefined,
};

const all = (machine: StoredMachine, input: Partial<ConditionFacts> = {}, previous: readonly Condition[] = []) =>
  conditions(previous, machine, { ...INPUT, ...input });

const one = (type: ConditionType, machine: StoredMachine, input: Partial<ConditionFacts> = {}) => {
  const {
    type: _type,
    since: _since,
    ...draft
  } = all(machine, input).find((condition) => condition.type === type) ?? {};
  return draft;
};

const baking = machineIn('ramp.bake');
const observed = (given: Parameters<typeof facts>[0]) => ({ facts: { ...INPUT.facts, ...given } });

test('each is told, in its order, and of a plan without trouble as it is', () => {
  expect(all(baking)).toEqual([
    { type: 'Ready', status: 'True', reason: 'InProgress', message: 'the plan is in ramp.bake', since: 7 },
    { type: 'GreenHealthy', status: 'True', reason: 'Healthy', message: '2 of 2', since: 7 },
    { type: 'BlueHealthy', status: 'True', reason: 'Healthy', message: '3 of 3', since: 7 },
    { type: 'WeightsVerified', status: 'True', reason: 'ReadBack', message: 'as wanted', since: 7 },
    { type: 'AlarmsOK', status: 'True', reason: 'AllOK', message: 'both OK', since: 7 },
    { type: 'Drifted', status: 'False', reason: 'AsWritten', message: 'no rule was changed by others', since: 7 },
    { type: 'SourceChanged', status: 'False', reason: 'AsRecorded', message: 'blue runs what was recorded', since: 7 },
    {
      type: 'Paused',
      status: 'False',
      reason: 'NotPaused',
      message: 'spec.paused is false, and no freeze window is open',
      since: 7,
    },
    { type: 'RolledBack', status: 'False', reason: 'Forward', message: 'the plan was not rolled back', since: 7 },
    { type: 'Succeeded', status: 'False', reason: 'NotYet', message: 'the plan is in ramp.bake', since: 7 },
  ]);
});

test('`since` moves with the status and with nothing else', () => {
  const before = all(baking);
  const later = (input: Partial<ConditionFacts>) =>
    all(baking, { ...observed({ now: 9 }), ...input }, before).filter(({ since }) => since === 9);
  expect(later({ greenHealthy: pass('4 of 4') })).toEqual([]);
  expect(later({ greenHealthy: wait('1 of 2') }).map(({ type }) => type)).toEqual(['GreenHealthy']);
});

test.each([
  ['GreenHealthy', 'greenHealthy', 'NotHealthy'],
  ['BlueHealthy', 'blueHealthy', 'NotHealthy'],
  ['AlarmsOK', 'alarms', 'NotOK'],
] as const)('%s is false while it is waited for, and not known where nobody answered', (type, name, reason) => {
  for (const verdict of [wait('not yet'), fail('not yet')])
    expect(one(type, baking, { [name]: verdict })).toEqual({ status: 'False', reason, message: 'not yet' });
  const notKnown = { status: 'Unknown', reason: 'NotKnown', message: 'throttled' };
  expect(one(type, baking, { [name]: unknown('throttled') })).toEqual(notKnown);
});

test('weights that were not read back', () => {
  const message = 'it carries 5';
  const expected = { status: 'False', reason: 'NotReadBack', message };
  expect(one('WeightsVerified', baking, observed({ weights: wait(message) }))).toEqual(expected);
});

test('a rule that others changed outweighs another resource that they changed', () => {
  const drift = { message: 'weights 10 → 60', change: { kind: 'actions' } } as const;
  const changed = 'service frontend-sc has 3 tasks';
  const rule = { status: 'True', reason: 'RuleChanged', message: 'weights 10 → 60' };
  expect(one('Drifted', baking, { ...observed({ drift }), changed })).toEqual(rule);
  expect(one('Drifted', baking, { changed })).toEqual({ status: 'True', reason: 'ResourceChanged', message: changed });
});

test('a deployment on blue is told by its own name, and a blue that was not read is not known', () => {
  const sourceChange = { reason: 'Following', message: 'in short' } as const;
  const source = wait('green follows');
  const told = { status: 'True', reason: 'Following', message: 'green follows' };
  expect(one('SourceChanged', baking, { source, sourceChange })).toEqual(told);
  const notKnown = { status: 'Unknown', reason: 'NotKnown', message: 'throttled' };
  expect(one('SourceChanged', baking, { source: unknown('throttled') })).toEqual(notKnown);
});

test('only a rescue says whether it waives', () => {
  expect(all(baking).map(({ type }) => type)).not.toContain('Waived');
  const nothing = { status: 'False', reason: 'NothingWaived', message: 'no gate is waived in this state' };
  expect(one('Waived', baking, { waived: [] })).toEqual(nothing);
  const waived = [{ gate: 'capacity/blue', why: '0 of 2' }];
  const rescue = { status: 'True', reason: 'Rescue', message: 'capacity/blue: 0 of 2' };
  expect(one('Waived', baking, { waived })).toEqual(rescue);
});

test('what holds the plan, and that no rollback waits for it', () => {
  const hold = { reason: 'FreezeWindow', message: 'frozen' } as const;
  expect(one('Paused', baking, observed({ hold }))).toEqual({
    status: 'True',
    reason: 'FreezeWindow',
    message: 'frozen: forward steps wait, a rollback does not',
  });
});

test('a way back, under way and ended, says why it was taken', () => {
  const backwardBecause = { reason: 'AlarmBreach', message: 'shop-5xx ALARM', at: 3 };
  const under = { status: 'False', reason: 'RollingBack', message: 'shop-5xx ALARM' };
  expect(one('RolledBack', machineIn('backward.shiftBack', { backwardBecause }))).toEqual(under);
  const ended = { status: 'True', reason: 'AlarmBreach', message: 'shop-5xx ALARM' };
  expect(one('RolledBack', machineIn('rolledBack', { backwardBecause }))).toEqual(ended);
  // Of a record that lost the reason nothing is made up.
  expect(one('RolledBack', machineIn('backward.shiftBack'))).toEqual({ ...under, message: '' });
  expect(one('RolledBack', machineIn('rolledBack'))).toEqual({ status: 'True', reason: 'Unknown', message: '' });
});

test('a success says whether any of blue stays, and for whom', () => {
  expect(one('Succeeded', machineIn('succeeded'))).toEqual({
    status: 'True',
    reason: 'Migrated',
    message: 'all services run on Service Connect; blue is gone',
  });
  expect(one('Succeeded', machineIn('succeeded'), { retained: 'user-api (called by bank)' })).toEqual({
    status: 'True',
    reason: 'BlueRetained',
    message:
      'all services run on Service Connect; blue stays of user-api (called by bank), until a later plan has moved its callers',
  });
});

const ready = (machine: StoredMachine, input?: Partial<ConditionFacts>) => one('Ready', machine, input);

describe('a plan is not ready', () => {
  test('where its spec is refused, whatever its state', () => {
    const refused = { reason: 'Refused', message: 'ramp.steps is empty' };
    for (const state of ['ramp.bake', 'succeeded'] as const)
      expect(ready(machineIn(state), { refused })).toEqual({ status: 'False', ...refused });
  });

  test('where it was halted, in the words of the halt', () => {
    const halted = { status: 'False', reason: 'Halted', message: 'weights 10 → 60' };
    expect(ready(machineIn('halted', { haltedBecause: 'weights 10 → 60' }))).toEqual(halted);
    expect(ready(machineIn('halted'))).toEqual({ ...halted, message: 'a person must look' });
  });

  test.each([
    ['inventory.assess', 'admitted', 'NotAdmitted'],
    ['inventory.preflight', 'preflight', 'Preflight'],
  ] as const)('in %s before that has passed, by the reason of its own if it has one', (state, name, reason) => {
    const verdict = wait('an answer is missing');
    const expected = { status: 'False', reason, message: 'an answer is missing' };
    expect(ready(machineIn(state), observed({ [name]: verdict }))).toEqual(expected);
    const own = { ...expected, reason: 'SpecVanished' };
    expect(ready(machineIn(state), observed({ [name]: { ...verdict, reason: 'SpecVanished' } }))).toEqual(own);
    const going = { status: 'True', reason: 'InProgress', message: `the plan is in ${state}` };
    expect(ready(machineIn(state))).toEqual(going);
    // Elsewhere neither is asked any more.
    const passed = { ...going, message: 'the plan is in provision' };
    expect(ready(machineIn('provision'), observed({ [name]: verdict }))).toEqual(passed);
  });

  test('except where it is settled, and says how', () => {
    const settled = { status: 'True', reason: 'Settled' };
    expect(ready(machineIn('succeeded'))).toEqual({ ...settled, message: 'the plan has succeeded' });
    expect(ready(machineIn('rolledBack'))).toEqual({ ...settled, message: 'the plan was rolled back' });
  });
});
