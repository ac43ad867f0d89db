import type { Analysis } from '../../plan/model.ts';
import type { EdgeMinute, SideMinute } from '../readings.ts';

export const side = (requests: number, errors = 0, latencyMs: SideMinute['latencyMs'] = {}): SideMinute => ({
  requests,
  errors,
  latencyMs,
});

/** So many minutes, one after the other, all alike. */
export const minutesOf = (count: number, blue: SideMinute, green: SideMinute): EdgeMinute[] =>
  Array.from({ length: count }, (_, index) => ({ atMs: index * 60_000, blue, green }));

/** One per cent of errors, and nothing else. */
export const ERRORS_ONLY: Analysis = {
  errorRate: { max: 0.01, maxVsBlue: null },
  latencies: [],
  requestsMin: 50,
  windowMs: 300_000,
};
