import { describe, expect, test, vi } from 'vitest';
import { undisturbed, wrongWith } from '../../simulation/exhaustive.ts';
import type { Call, FaultKind } from '../../simulation/fault.ts';
import type { Variant } from '../../simulation/operator.ts';
import { ABORT_IN_RAMP, ALARM_IN_RAMP, MIGRATION, type Scenario } from '../../simulation/scenario.ts';
import { BLIND, CREDULOUS, GRASPING, TAGLESS, UNFENCED } from '../../simulation/variants.ts';

vi.setConfig({ testTimeout: 60_000 });

interface Case {
  variant: Variant;
  scenario: Scenario;
  /** Which call meets what, one of the API or a read before it; none where it is bad by itself. */
  fault?: { api?: string; before?: string; state: string; kind: FaultKind };
  /** How what is wrong with it begins. */
  wrong: RegExp;
}

const CASES: Case[] = [
  {
    variant: UNFENCED,
    scenario: ABORT_IN_RAMP,
    fault: { before: 'elasticloadbalancing:ModifyRule', state: 'ramp.shift', kind: 'standsStill' },
    wrong: /^I7: green rose/,
  },
  { variant: TAGLESS, scenario: MIGRATION, wrong: /^(never settled|[+-] )/ },
  {
    variant: CREDULOUS,
    scenario: ABORT_IN_RAMP,
    fault: { api: 'elasticloadbalancing:ModifyRule', state: 'backward.shiftBack', kind: 'hangs' },
    wrong: /^I4: green is taken away/,
  },
  { variant: BLIND, scenario: ALARM_IN_RAMP, wrong: /^\+ state succeeded/ },
  { variant: GRASPING, scenario: ABORT_IN_RAMP, wrong: /^(never settled|[+-] scaling)/ },
];

/** The calls that may meet it, one after the other. */
function findCalls(calls: readonly Call[], { api, before, state }: NonNullable<Case['fault']>): number[] {
  const found = calls.findIndex((call) => call.api === (api ?? before) && call.state === state);
  if (before === undefined) return [found + 1];
  const reads = calls.flatMap(({ isRead, api: of }, index) =>
    index < found && isRead && !of.startsWith('dynamodb:') ? [index + 1] : [],
  );
  return reads.slice(-LOOKED_BACK).toReversed();
}

/** How far others have come when a process wakes up is another with each call: one of the last reads before is early enough. */
const LOOKED_BACK = 6;

describe('a known-bad operator is caught, and the one that is shipped is not', () => {
  test.each(CASES)('one $variant.name', async ({ variant, scenario, fault, wrong }) => {
    const { end, calls } = await undisturbed(scenario);
    const expected = { end, calls };
    const all = fault === undefined ? [[]] : findCalls(calls, fault).map((call) => [{ call, kind: fault.kind }]);
    const seen: string[] = [];
    for (const faults of all) {
      const found = await wrongWith({ scenario, faults }, expected, variant);
      seen.push(...found);
      if (!found.some((line) => wrong.test(line))) continue;
      expect(await wrongWith({ scenario, faults }, expected)).toEqual([]);
      return;
    }
    expect.unreachable(`it was not caught: ${seen.join('\n')}`);
  });
});
