import { describe, expect, test } from 'vitest';
import { check } from '../../nemesis/checker/check.ts';
import type { Violation } from '../../nemesis/checker/violation.ts';
import type { Entry, EntryOf } from '../../nemesis/history.ts';

const BLUE = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/kiosk-01/1111';
const GREEN = BLUE.replace('kiosk-01', 'kiosk-01-sc');
const RULE = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/kiosk-01/1/2/3';
const PLAN = 'kiosk-01';

type Story = EntryOf<'plan'>['story'];

/** A call of an operator's at a second of the run. */
const call = (second: number, by: string, api: string, input: Record<string, unknown>): Entry => ({
  kind: 'call',
  at: second * 1000,
  ms: 2,
  by,
  api,
  outcome: 'ok',
  answered: true,
  input,
});

const weights = (second: number, by: string, blue: number, green: number): Entry =>
  call(second, by, 'elasticloadbalancing:ModifyRule', {
    RuleArn: RULE,
    'Actions.member.1.Type': 'forward',
    'Actions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn': BLUE,
    'Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight': String(blue),
    'Actions.member.1.ForwardConfig.TargetGroups.member.2.TargetGroupArn': GREEN,
    'Actions.member.1.ForwardConfig.TargetGroups.member.2.Weight': String(green),
  });

const onlyBlue = (second: number, by: string): Entry =>
  call(second, by, 'elasticloadbalancing:ModifyRule', {
    RuleArn: RULE,
    'Actions.member.1.Type': 'forward',
    'Actions.member.1.TargetGroupArn': BLUE,
  });

const record = (
  second: number,
  by: string,
  write: { epoch: number; version: number; state?: string; holder?: string },
): Entry => ({
  kind: 'record',
  at: second * 1000,
  ms: 2,
  by,
  plan: PLAN,
  hasLanded: true,
  write: { what: write.state === undefined ? 'lease' : 'status', holder: by, ...write },
});

const request = (second: number, side: 'blue' | 'green' | 'nobody', ok: boolean): Entry => ({
  kind: 'request',
  at: second * 1000,
  ms: 5,
  plan: PLAN,
  side,
  ok,
  result: ok ? '200' : '502',
});

const left = (tagged: string[], services: string[], forwardsTo: string[]): Entry => ({
  kind: 'left',
  at: 100_000,
  plan: PLAN,
  tagged,
  services,
  forwardsTo,
});

const WHOLE_GREEN = left(
  ['namespace/kiosk-01-sc', 'service/kiosk-01-sc', 'targetGroup/kiosk-01-sc', 'taskDefinition/kiosk-01-sc'],
  ['kiosk-01-sc'],
  ['kiosk-01-sc'],
);
const WHOLE_BLUE = left([], ['kiosk-01'], ['kiosk-01']);

/** What every history has around what happens in it. */
const run = (
  story: Story,
  happened: readonly Entry[],
  end: readonly Entry[] = [{ kind: 'end', at: 101_000 }],
): Entry[] => [
  { kind: 'begin', at: 0, seed: 1, leaseMs: 6_000, callTimeoutMs: 2_000, clockFactor: 10 },
  { kind: 'operator', at: 0, by: 'op-1', slot: 0, what: 'started' },
  { kind: 'operator', at: 0, by: 'op-2', slot: 1, what: 'started' },
  { kind: 'plan', at: 0, plan: PLAN, story, isLoaded: true, blueTargetGroup: BLUE },
  ...happened,
  ...end,
];

/** op-1 begins, op-2 takes over at second 20 and ends it. */
const MIGRATED: readonly Entry[] = [
  record(1, 'op-1', { epoch: 1, version: 1, state: 'provision' }),
  call(2, 'op-1', 'ecs:CreateService', { cluster: PLAN, serviceName: 'kiosk-01-sc' }),
  record(3, 'op-1', { epoch: 1, version: 2, state: 'ramp.shift' }),
  weights(4, 'op-1', 50, 50),
  request(5, 'green', true),
  record(20, 'op-2', { epoch: 2, version: 3 }),
  record(21, 'op-2', { epoch: 2, version: 4, state: 'ramp.shift' }),
  weights(22, 'op-2', 0, 100),
  record(30, 'op-2', { epoch: 2, version: 5, state: 'succeeded' }),
  record(31, 'op-2', { epoch: 2, version: 6, holder: '' }),
  WHOLE_GREEN,
];

/** Green falls sick at second 5, and all is on blue again at second 8. */
const ROLLED_BACK: readonly Entry[] = [
  record(1, 'op-1', { epoch: 1, version: 1, state: 'ramp.shift' }),
  weights(2, 'op-1', 50, 50),
  { kind: 'act', at: 5_000, act: 'green falls sick', on: PLAN },
  request(6, 'green', false),
  request(6.5, 'nobody', false),
  record(7, 'op-1', { epoch: 1, version: 2, state: 'backward.shiftBack' }),
  onlyBlue(8, 'op-1'),
  request(9, 'blue', true),
  record(10, 'op-1', { epoch: 1, version: 3, state: 'rolledBack' }),
  WHOLE_BLUE,
];

const rulesOf = (violations: readonly Violation[]) => [...new Set(violations.map(({ rule }) => rule))];

/** The entries with one more, put where its time says. */
const and = (entries: readonly Entry[], ...more: readonly Entry[]): Entry[] =>
  [...entries, ...more].toSorted((a, b) => a.at - b.at);

const instead = (entries: readonly Entry[], old: Entry, fresh: Entry): Entry[] =>
  entries.map((entry) => (entry === old ? fresh : entry));

test('a run in which all is well has nothing against it, and is summed up', () => {
  const { violations, summary } = check(run('migrate', MIGRATED));
  expect(violations).toEqual([]);
  expect(summary).toMatchObject({
    plans: 1,
    ends: { succeeded: 1 },
    operators: 2,
    takeOvers: 1,
    takeOverSeconds: { median: 17, max: 17 },
    mutations: 3,
    requests: 1,
  });
  expect(check(run('migrate', [{ kind: 'stall', at: 1, ms: 2_400 }, ...MIGRATED])).summary.stalledSeconds).toBe(2);
  const rolledBack = check(run('sickGreen', ROLLED_BACK));
  expect(rolledBack.violations).toEqual([]);
  expect(rolledBack.summary).toMatchObject({ ends: { rolledBack: 1 }, takeOvers: 0, failed: 2, failedElsewhere: 0 });
});

describe('a doctored history is caught:', () => {
  test.each<{ what: string; history: Entry[]; rule: Violation['rule'] }>([
    {
      what: 'a call of an operator whose plan another has taken over',
      history: run('migrate', and(MIGRATED, weights(21, 'op-1', 50, 50))),
      rule: 'drivenByTwo',
    },
    {
      what: 'a call before the lease was taken',
      history: run('migrate', and(MIGRATED, weights(19, 'op-2', 50, 50))),
      rule: 'drivenByTwo',
    },
    {
      what: 'a call after the lease was given back',
      history: run('migrate', and(MIGRATED, weights(40, 'op-2', 0, 100))),
      rule: 'drivenByTwo',
    },
    {
      what: 'a call that was refused, of an operator that holds nothing',
      history: run('migrate', and(MIGRATED, { ...weights(21, 'op-1', 50, 50), outcome: 'refused' } as Entry)),
      rule: 'drivenByTwo',
    },
    {
      what: 'a namespace that is deleted by its id alone, by an operator that holds nothing',
      history: run(
        'migrate',
        and(
          MIGRATED,
          { kind: 'name', at: 2_000, id: 'ns-abc123', name: 'kiosk-01-sc' },
          call(25, 'op-1', 'servicediscovery:DeleteNamespace', { Id: 'ns-abc123' }),
        ),
      ),
      rule: 'drivenByTwo',
    },
    {
      what: 'a call that is about no plan',
      history: run('migrate', and(MIGRATED, call(4, 'op-1', 'ecs:DeleteService', { service: 'kiosk-011' }))),
      rule: 'stray',
    },
    {
      what: 'an epoch that falls',
      history: run('migrate', and(MIGRATED, record(24, 'op-1', { epoch: 1, version: 5 }))),
      rule: 'recordFell',
    },
    {
      what: 'a version that is written twice',
      history: run('migrate', and(MIGRATED, record(24, 'op-2', { epoch: 2, version: 4 }))),
      rule: 'recordFell',
    },
    {
      what: 'one epoch of two operators',
      history: run('migrate', instead(MIGRATED, MIGRATED[5]!, record(20, 'op-2', { epoch: 1, version: 3 }))),
      rule: 'recordFell',
    },
    {
      what: 'weights that do not sum to the whole',
      history: run('migrate', and(MIGRATED, weights(23, 'op-2', 10, 80))),
      rule: 'weights',
    },
    {
      what: 'green that rises on the way back',
      history: run('sickGreen', and(ROLLED_BACK, weights(9, 'op-1', 40, 60), onlyBlue(9.5, 'op-1'))),
      rule: 'roseBackward',
    },
    {
      what: 'a plan that has not ended',
      history: run(
        'migrate',
        instead(MIGRATED, MIGRATED[8]!, record(30, 'op-2', { epoch: 2, version: 5, state: 'soak' })),
      ),
      rule: 'unsettled',
    },
    { what: 'a plan that was to go back and has succeeded', history: run('abort', MIGRATED), rule: 'unsettled' },
    {
      what: 'a user whom green failed, though nothing was put into it',
      history: run('migrate', and(MIGRATED, request(6, 'green', false))),
      rule: 'userFailed',
    },
    {
      what: 'a user who reached nobody',
      history: run('migrate', and(MIGRATED, request(6, 'nobody', false))),
      rule: 'userFailed',
    },
    {
      what: 'a user whom blue failed while green was sick',
      history: run('sickGreen', and(ROLLED_BACK, request(6, 'blue', false))),
      rule: 'userFailed',
    },
    {
      what: 'a user whom green failed before it was made sick',
      history: run('sickGreen', and(ROLLED_BACK, request(4, 'green', false))),
      rule: 'userFailed',
    },
    {
      what: 'a user whom green failed long after everything was on blue',
      history: run('sickGreen', and(ROLLED_BACK, request(10, 'green', false))),
      rule: 'userFailed',
    },
    {
      what: 'something of green’s that a rollback has left',
      history: run(
        'sickGreen',
        instead(ROLLED_BACK, WHOLE_BLUE, left(['namespace/kiosk-01-sc'], ['kiosk-01'], ['kiosk-01'])),
      ),
      rule: 'leftBehind',
    },
    {
      what: 'blue that is there after a migration',
      history: run(
        'migrate',
        instead(MIGRATED, WHOLE_GREEN, { ...WHOLE_GREEN, services: ['kiosk-01', 'kiosk-01-sc'] } as Entry),
      ),
      rule: 'leftBehind',
    },
    {
      what: 'a rule that sends to both sides at the end',
      history: run('sickGreen', instead(ROLLED_BACK, WHOLE_BLUE, left([], ['kiosk-01'], ['kiosk-01', 'kiosk-01-sc']))),
      rule: 'leftBehind',
    },
    {
      what: 'an operator whom its policies did not let do what it asked for',
      history: run('migrate', and(MIGRATED, { kind: 'denied', at: 100, what: 'ecs:CreateService on *' })),
      rule: 'denied',
    },
    {
      what: 'a plan of which nobody has looked at what is left',
      history: run('migrate', MIGRATED.slice(0, -1)),
      rule: 'incomplete',
    },
    { what: 'a history that was cut off', history: run('migrate', MIGRATED, []), rule: 'incomplete' },
  ])('$what', ({ history, rule }) => {
    expect(rulesOf(check(history).violations)).toContain(rule);
  });

  test('what is no history of a run has no verdict', () => {
    expect(() => check([])).toThrow('no history of a run');
  });
});

test('a call that was under way while the plan changed hands is nobody’s breach', () => {
  const late = { ...weights(19.999, 'op-1', 50, 50), ms: 5 } as Entry;
  expect(check(run('migrate', and(MIGRATED, late))).violations).toEqual([]);
});
