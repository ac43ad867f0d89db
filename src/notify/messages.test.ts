import { describe, expect, test } from 'vitest';
import type { MachineState, PlanStatus } from '../machines/record.ts';
import { testStatus } from '../state/testing.ts';
import { type Change, messagesOf } from './messages.ts';

const WANTED = 'waits for a person: meshlift approve shop beforeRetire';

function statusOf(value: MachineState, change: { readBack?: (number | null)[]; unused?: string } = {}): PlanStatus {
  const status = testStatus();
  return {
    ...status,
    machine: { ...status.machine, value },
    report: {
      ...status.report,
      waitingFor: change.unused ?? '',
      weights: (change.readBack ?? []).map((readBack) => ({
        entry: 'rule',
        service: 'frontend',
        want: 50,
        readBack,
        served: null,
        requests: null,
      })),
      guards: change.unused === undefined ? [] : [{ name: 'unused', verdict: 'wait', why: change.unused }],
    },
  };
}

const told = (change: Partial<Change>) =>
  messagesOf({
    plan: 'shop',
    at: 5,
    before: statusOf('ramp.bake'),
    after: statusOf('ramp.bake'),
    transition: [],
    others: [],
    ...change,
  });

const TRANSITION = { type: 'Normal' as const, message: 'a → b' };

describe('a transition', () => {
  test('is one message, with what was warned of by the way, for all whom one of its sides concerns', () => {
    const after = statusOf('backward.shiftBack', { readBack: [10, null, 25] });
    const messages = told({
      after,
      transition: [TRANSITION, { type: 'Warning', message: 'shop-5xx ALARM:\n 3 of 3' }],
    });
    expect(messages).toEqual([
      {
        kind: 'transition',
        topics: ['transitions', 'warnings', 'rollback'],
        at: 5,
        plan: 'shop',
        uid: 'uid-1',
        attempt: 1,
        title: 'shop goes back: every request is given to blue',
        from: 'ramp.bake',
        to: 'backward.shiftBack',
        greenWeight: 25,
        because: 'shop-5xx ALARM: 3 of 3',
        next: 'meshlift explain shop',
      },
    ]);
  });

  test.each([
    ['ramp.shift', ['transitions']],
    ['backward.dismantle', ['transitions', 'rollback']],
    ['rolledBack', ['transitions', 'rollback', 'settled']],
    ['succeeded', ['transitions', 'settled']],
  ] as const)('to %s is for %j', (state, topics) => {
    expect(told({ after: statusOf(state), transition: [TRANSITION] })[0]?.topics).toEqual(topics);
  });

  test('to the end says which blue stays, where some does', () => {
    const after = statusOf('succeeded');
    after.report.blueRetained = [{ service: 'stock-api', callers: ['orders'] }];
    expect(told({ after, transition: [TRANSITION] })[0]?.title).toBe(
      'shop has moved: green serves all that it moves, and blue is gone but for stock-api, which others still call',
    );
  });

  test('says nothing of a weight that was not read, and cuts what is long', () => {
    const long = { type: 'Warning' as const, message: 'x'.repeat(5000) };
    const [message] = told({ after: statusOf('halted'), transition: [TRANSITION, long] });
    expect(message?.greenWeight).toBeNull();
    expect(message?.because).toHaveLength(600);
  });
});

describe('what is no transition', () => {
  test('a warning is a message, a normal event is none, and neither is one that nobody could be told', () => {
    const others = [
      { type: 'Normal' as const, reason: 'Created' as const, message: 'made' },
      { type: 'Warning' as const, reason: 'CallFailed' as const, message: 'denied' },
      { type: 'Warning' as const, reason: 'NotifyFailed' as const, message: 'webhook is down' },
    ];
    expect(told({ others })).toMatchObject([
      { kind: 'warning', topics: ['warnings'], title: 'shop has a warning: CallFailed', because: 'denied' },
    ]);
  });

  test('a wait for a person is told when it begins, with the command', () => {
    const waits = statusOf('retire.prove', { unused: WANTED });
    const before = statusOf('retire.prove');
    expect(told({ before, after: waits })).toMatchObject([
      { kind: 'approval', topics: ['approval'], next: 'meshlift approve shop beforeRetire', because: WANTED },
    ]);
    expect(told({ before: waits, after: waits }), 'and not again').toEqual([]);
  });
});
