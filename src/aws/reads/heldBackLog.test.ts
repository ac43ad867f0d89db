import { expect, test } from 'vitest';
import { createHeldBackLog } from './heldBackLog.ts';

const silent = (): void => {};

test('looks that wait for the budget are a line a minute, which tells of all since the last and names the longest', () => {
  const lines: object[] = [];
  let nowMs = 0;
  const log = {
    info: silent,
    error: silent,
    debug: silent,
    warn: (fields: object, msg: string) => void lines.push({ msg, ...fields }),
  };
  const heldBack = createHeldBackLog(log, () => nowMs);
  heldBack('a', 'elasticloadbalancing:DescribeRules', 11_000);
  nowMs += 59_999;
  heldBack('b', 'ecs:DescribeServices', 30_000.4);
  heldBack('c', 'ecs:DescribeServices', 12_000);
  expect(lines).toHaveLength(1);
  nowMs += 1;
  heldBack('d', 'ecs:DescribeServices', 10_500);
  expect(lines).toEqual([
    { msg: 'looksHeldBack', looks: 1, plan: 'a', family: 'elasticloadbalancing/read', heldMs: 11_000 },
    { msg: 'looksHeldBack', looks: 3, plan: 'b', family: 'ecs/service-read', heldMs: 30_000 },
  ]);
});
