import { describe, expect, test } from 'vitest';
import type { PlanEvent } from '../../machines/record.ts';
import { renderScreen, type Picture } from './screen.ts';

const events: PlanEvent[] = Array.from({ length: 30 }, (_, at) => ({
  at,
  type: 'Normal',
  reason: 'WeightWritten',
  message: `event ${at} ${'of many words '.repeat(20)}`,
  from: 'op',
}));
const nobody = { requests: 0, failed: 0 };
const picture: Picture = {
  title: 'a migration under load',
  labSeconds: 61,
  realSeconds: 2,
  status: undefined,
  spec: undefined,
  lastSecond: { blue: nobody, green: nobody, nobody },
  total: { blue: nobody, green: nobody, nobody },
  requests: 0,
  failed: 0,
  events,
  clockFace: String,
  notes: ['the operator was killed', 'a new operator was started'],
};

describe('the demo’s screen fits the terminal, since a line more would scroll it at each drawing', () => {
  test.each([
    { columns: 80, rows: 24 },
    { columns: 200, rows: 60 },
    { columns: 40, rows: 10 },
    { columns: 1, rows: 1 },
  ])('$columns × $rows', (size) => {
    const lines = renderScreen({ ...picture, size });
    expect(lines.length).toBeLessThanOrEqual(Math.max(1, size.rows - 1));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(size.columns);
  });

  test('80 × 24 still shows the last events and what was done to the operator', () => {
    const lines = renderScreen({ ...picture, size: { columns: 80, rows: 24 } });
    expect(lines.join('\n')).toContain('event 29');
    expect(lines.at(-1)).toContain('a new operator was started');
  });
});
