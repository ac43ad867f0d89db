import { expect, test } from 'vitest';
import type { Guard, PlanStatus } from '../../machines/record.ts';
import type { PlanView } from '../planView.ts';
import { mayDo } from './mayDo.ts';
import { VIEWS } from './testViews.ts';

/** A view of the tests with something of its record changed. */
function viewWith(name: string, change: (status: PlanStatus) => void): PlanView {
  const view = VIEWS[name];
  if (view?.status === undefined) throw new Error(`there is no record in ${name}`);
  const status = structuredClone(view.status);
  change(status.status);
  return { ...view, status };
}

const commands = (view: PlanView): string[] => mayDo(view).map(({ command }) => command);

const open = (name: string): Guard => ({ name, verdict: 'wait', why: 'no' });

const baking = (...gates: string[]): PlanView =>
  viewWith('ramping', ({ report }) => {
    report.guards = [open('gates')];
    report.gates = gates.map(open);
  });

const halted = (because: string): PlanView =>
  viewWith('halted', ({ machine }) => {
    machine.context.haltedBecause = because;
  });

/** So long after the operator should have looked again. */
function late(minutes: number): PlanView {
  const view = viewWith('ramping', () => {});
  return { ...view, now: (view.status?.status.nextCheckAt ?? 0) + minutes * 60_000 };
}

test('force is offered last, and not where an alarm or a side’s capacity is in the way', () => {
  expect(commands(baking('source', 'callGraph')).at(-1)).toContain('promote checkout --force');
  for (const vital of ['alarm/checkout-5xx', 'alarms', 'capacity/blue']) {
    expect(commands(baking('source', vital)).join('\n'), vital).not.toContain('--force');
  }
});

test('a rule that was put aside is put back by hand, one that is gone by nobody', () => {
  expect(commands(halted('rule/x was changed by others'))).toContain('put the rule back as it was');
  expect(commands(halted('rule/x does not exist any more'))).not.toContain('put the rule back as it was');
});

test('where no operator looks any more, one is run first', () => {
  expect(commands(late(3))[0]).toBe('meshlift operator');
  expect(commands(late(1))).not.toContain('meshlift operator');
});
