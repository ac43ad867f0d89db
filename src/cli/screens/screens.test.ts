import { describe, expect, test } from 'vitest';
import { describePlan } from './describe.ts';
import { explainPlan } from './explain.ts';
import { eventLine, statusLine } from './follow.ts';
import { operatorsTable, operatorView } from './operators.ts';
import { eventsTable, plansTable } from './plans.ts';
import { table } from './table.ts';
import { EVENTS, VIEWS } from './testViews.ts';
import { age, span } from './words.ts';

/** Whole screens are golden files: `vitest -u` writes them anew, and a person reads the difference. */
const golden = (name: string) => `./golden/${name}.txt`;
const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
const OPERATOR = {
  name: 'op',
  uid: 'u',
  version: '1',
  machineVersion: 1,
  host: 'h',
  region: 'r',
  leaseMs: 1,
  startedAt: 0,
  lastSeen: 0,
  planCount: 1,
  plans: ['shop'],
};

describe('describe', () => {
  test.each(Object.keys(VIEWS))('%s', async (name) => {
    const view = VIEWS[name];
    if (view === undefined) throw new Error(name);
    const events = name === 'pending' ? [] : EVENTS;
    await expect(text(describePlan(view, events, events.length + 20))).toMatchFileSnapshot(golden(`describe-${name}`));
  });
});

test('describe names the blue that stays, and its callers', () => {
  const view = VIEWS['succeeded'];
  const status = structuredClone(view?.status);
  if (view === undefined || status === undefined) throw new Error('there is no view of a plan that succeeded');
  status.status.report.blueRetained = [
    { service: 'stock-api', callers: ['orders', 'user-api'] },
    { service: 'user-api', callers: ['orders'] },
  ];
  expect(plansTable([{ ...view, status }], false).join('\n')).toContain('Succeeded,BlueRetained');
  const lines = describePlan({ ...view, status }, [], 0);
  const first = lines.indexOf('Blue stays:   stock-api, called by orders, user-api');
  expect(lines[first + 1]).toBe('              user-api, called by orders');
});

test('describe names the plan that a green is shared with', () => {
  const view = VIEWS['ramping'];
  const status = structuredClone(view?.status);
  const [pair] = status?.status.report.services ?? [];
  if (view === undefined || status === undefined || pair === undefined) throw new Error('there is no view of a ramp');
  pair.sharedWith = 'shop';
  const line = describePlan({ ...view, status }, [], 0).find((one) => one.includes('checkout-sc'));
  expect(line).toMatch(/Service\(green\) .* 3\/4, shared with plan shop$/);
});

describe('get', () => {
  const views = Object.entries(VIEWS).map(([name, view]) => ({ ...view, name: name.toLowerCase() }));

  test('plans', async () => {
    await expect(text(plansTable(views, false))).toMatchFileSnapshot(golden('get-plans'));
  });

  test('plans, wide', async () => {
    await expect(text(plansTable(views, true))).toMatchFileSnapshot(golden('get-plans-wide'));
  });

  test('no cell has a space: as many words in every row as in the header', () => {
    const counts = plansTable(views, true).map((line) => line.split(/ +/).length);
    expect(new Set(counts).size).toBe(1);
  });

  test('events', async () => {
    const now = VIEWS['ramping']?.now ?? 0;
    await expect(text(eventsTable(EVENTS, now))).toMatchFileSnapshot(golden('get-events'));
  });
});

describe('a record that somebody put into the table to play with a terminal', () => {
  /** Clears the screen, sets the title, goes back over the line, and does the first again by a single C1 character. */
  const HOSTILE = '\u001B[2J\u001B]0;title\u0007\r\n\u009B2J';
  /** Every text that a person or another program chooses, wherever it stands. */
  const hostile = <T>(value: T): T =>
    JSON.parse(
      JSON.stringify(value, (_key, member: unknown) =>
        typeof member === 'string' && /^(checkout|stock|ann|pat|op-|prod)/.test(member)
          ? `${HOSTILE}${member}`
          : member,
      ),
    ) as T;
  const control = /[^\P{Cc}\n]/u;

  test.each(Object.keys(VIEWS))('moves no cursor and sets no colour: %s', (name) => {
    const view = hostile(VIEWS[name]);
    if (view === undefined) throw new Error(name);
    const asked = { by: `${HOSTILE}ann`, at: view.now, why: HOSTILE };
    const requests = { abort: asked, delete: asked, approvals: { beforeRetire: { ...asked, recordVersion: 1 } } };
    const spec = { name: view.name, manifest: view.spec?.manifest ?? {}, requests };
    const whole = { ...view, name: `${HOSTILE}shop`, spec };
    const events = EVENTS.map((event) => ({ ...event, message: HOSTILE, from: HOSTILE, reason: HOSTILE }) as never);
    const operator = { ...OPERATOR, name: HOSTILE, host: HOSTILE, region: HOSTILE, version: HOSTILE, plans: [HOSTILE] };
    const lines = [
      ...describePlan(whole, events, events.length),
      ...explainPlan(whole),
      ...plansTable([whole], true),
      ...eventsTable(events, view.now),
      ...events.map(eventLine),
      statusLine(whole),
      ...operatorsTable([operatorView(operator, view.now, (ms) => ms)], true),
    ];
    expect(lines.filter((line) => control.test(line) || line.includes('\n'))).toEqual([]);
    expect(lines.join(' ')).toContain('shop');
  });
});

test('watch without a terminal', async () => {
  const lines = [...EVENTS.map(eventLine), ...Object.values(VIEWS).map(statusLine)];
  await expect(text(lines)).toMatchFileSnapshot(golden('watch-lines'));
});

test('a table pads every column but the last', () => {
  expect(
    table(
      [
        ['A', 'BB', 'C'],
        ['✔✔', 'b', 'a longer one'],
      ],
      { indent: 1, gap: 2 },
    ),
  ).toEqual([' A   BB  C', ' ✔✔  b   a longer one']);
});

test.each([
  [0, '0s'],
  [119_999, '119s'],
  [120_000, '2m0s'],
  [599_000, '9m59s'],
  [600_000, '10m'],
  [3 * 3_600_000, '3h0m'],
  [8 * 3_600_000, '8h'],
  [47 * 3_600_000, '47h'],
  [49 * 3_600_000, '2d1h'],
  [211 * 86_400_000, '211d'],
  [-500, '0s'],
  [-5000, '<unknown>'],
])('an age of %d ms is %s', (ms, words) => {
  expect(age(ms)).toBe(words);
});

test.each([
  [48_000, '48s'],
  [108_000, '1m48s'],
  [300_000, '5m00s'],
  [3_900_000, '1h05m'],
])('a span of %d ms is %s', (ms, words) => {
  expect(span(ms)).toBe(words);
});
