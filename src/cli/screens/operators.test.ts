import { expect, test } from 'vitest';
import type { OperatorRecord } from '../../reconciler/ports.ts';
import { operatorsTable, operatorView } from './operators.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 20, 14, 4, 0);
const real = (ms: number) => ms;

const operator = (change: Partial<OperatorRecord>): OperatorRecord => ({
  name: 'op-7f3a',
  uid: 'uid-1',
  version: '0.1.0',
  machineVersion: 1,
  host: 'ip-10-0-1-17',
  region: 'eu-west-1',
  leaseMs: 30_000,
  startedAt: NOW - 190 * MINUTE,
  lastSeen: NOW - 4_000,
  planCount: 2,
  plans: ['checkout', 'payments'],
  ...change,
});

const VIEWS = [
  operator({}),
  operator({ name: 'op-2c19', lastSeen: NOW - 6 * MINUTE, planCount: 1, plans: ['search'] }),
  operator({ name: 'op-new', version: '0.2.0', machineVersion: 2, startedAt: NOW - 90_000, planCount: 0, plans: [] }),
  operator({ name: 'op-odd', version: '', host: '', lastSeen: NOW + MINUTE, planCount: 502, plans: ['a', 'b'] }),
].map((record) => operatorView(record, NOW, real));

test.each([
  ['get-operators', false],
  ['get-operators-wide', true],
])('%s', async (name, wide) => {
  await expect(`${operatorsTable(VIEWS, wide).join('\n')}\n`).toMatchFileSnapshot(`./golden/${name}.txt`);
});

test('no cell has a space: as many words in every row as in the header', () => {
  expect(new Set(operatorsTable(VIEWS, true).map((line) => line.split(/ +/).length)).size).toBe(1);
});

const seen = (ms: number, realMs = real) => operatorView(operator({ lastSeen: NOW - ms }), NOW, realMs).status;

test('an operator is silent once it was not seen for longer than its lease, in real time', () => {
  expect(seen(30_000)).toBe('Live');
  expect(seen(30_001)).toBe('Silent');
  expect(
    seen(300_000, (ms) => ms / 10),
    'records of the lab are of faster time',
  ).toBe('Live');
});
