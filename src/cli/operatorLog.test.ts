import { expect, test } from 'vitest';
import { operatorLog } from './operatorLog.ts';

test('a text of somebody else’s makes no second line and no second field', () => {
  const lines: string[] = [];
  const log = operatorLog('op', 'debug', { write: (line) => void lines.push(line) });
  const why = 'down"}\n{"level":30,"msg":"transition","plan":"shop","to":"succeeded"}\r\u2028\u001B[2J';
  log.warn({ plan: 'shop', why, ['__proto__']: { polluted: true } }, 'verdict');
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd()).not.toMatch(/\p{Cc}/u);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ operator: 'op', plan: 'shop', why, msg: 'verdict' });
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
