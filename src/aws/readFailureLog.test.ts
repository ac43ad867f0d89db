import { expect, test } from 'vitest';
import { createReadFailureLog } from './readFailureLog.ts';

const sdkError = (name: string, status: number) =>
  Object.assign(new Error(`${name} it is`), { name, $metadata: { httpStatusCode: status } });

function logOf() {
  const clock = { nowMs: 0 };
  const lines: Record<string, unknown>[] = [];
  const write = (fields: object, msg: string) => void lines.push({ msg, ...fields });
  const failed = createReadFailureLog({ info: write, warn: write, error: write, debug: write }, () => clock.nowMs);
  return { clock, lines, failed };
}

const READ = 'ecs:DescribeServices';
const DENIED = sdkError('AccessDeniedException', 403);

test('a read that is denied is a line that names the call, the plan and what to do', () => {
  const { lines, failed } = logOf();
  failed(READ, DENIED, { plan: 'shop' });
  expect(lines).toMatchObject([
    { msg: 'readFailed', plan: 'shop', awsCall: READ, code: 'AccessDeniedException', kind: 'denied', times: 1 },
  ]);
  expect(lines[0]?.['err']).toContain('Allow ecs:DescribeServices');
});

test('what fails alike within a minute is one line, with how often by then; what fails otherwise has its own', () => {
  const { clock, lines, failed } = logOf();
  for (let times = 0; times < 50; times += 1) failed(READ, DENIED, {});
  failed('ecs:ListTasks', DENIED, {});
  failed(READ, sdkError('ServerException', 500), {});
  clock.nowMs = 59_999;
  failed(READ, DENIED, {});
  expect(lines.map(({ awsCall, code, times }) => [awsCall, code, times])).toEqual([
    [READ, 'AccessDeniedException', 1],
    ['ecs:ListTasks', 'AccessDeniedException', 1],
    [READ, 'ServerException', 1],
  ]);
  clock.nowMs = 60_000;
  failed(READ, DENIED, {});
  expect(lines.at(-1)).toMatchObject({ awsCall: READ, times: 51 });
});

test.each([sdkError('ServiceNotFoundException', 400), sdkError('ThrottlingException', 400)])(
  '%s is no line of these',
  (error) => {
    const { lines, failed } = logOf();
    failed(READ, error, {});
    expect(lines).toEqual([]);
  },
);
