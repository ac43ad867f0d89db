import { expect, test } from 'vitest';
import { waiverWords } from './waived.ts';

test('each gate that is passed over is told with what it would have said', () => {
  expect(waiverWords([])).toBe('');
  expect(
    waiverWords([
      { gate: 'alarm/shop-5xx', why: 'in ALARM' },
      { gate: 'capacity/blue', why: '0 of 2' },
    ]),
  ).toBe('alarm/shop-5xx: in ALARM; capacity/blue: 0 of 2');
});
