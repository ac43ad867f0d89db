import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Summary } from '../src/cli/demo/summary.ts';

export interface DemoRun {
  exitCode: number | null;
  summary: Summary;
  /** All of standard output and standard error. */
  output: string;
}

/** Requests per second: half the demo's own, since a test's machine has other things to do. */
const RATE = '100';

/** Runs the demo as a user does, as a process of its own, and reads the JSON object of its last line. */
export async function runDemo(
  demoArguments: readonly string[],
  command: readonly string[] = ['src/cli/main.ts'],
): Promise<DemoRun> {
  const child = spawn(process.execPath, [...command, 'demo', '--json', '--rate', RATE, ...demoArguments], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A person's own profile and table are for their own AWS, and change nothing here.
    env: { ...process.env, AWS_PROFILE: 'nobody', MESHLIFT_TABLE: 'elsewhere' },
  });
  let output = '';
  const errors: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors.push(chunk.toString());
  });
  // A test that runs into its time limit leaves no demo behind.
  const end = () => child.kill();
  process.once('exit', end);
  child.once('close', () => process.off('exit', end));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{'))
    throw new Error(`The demo ended with ${exitCode} and no summary:\n${output}\n${errors.join('')}`);
  const summary = JSON.parse(last) as Summary;
  if (!summary.asExpected) process.stderr.write(`${output}\n${errors.join('')}\n${labLog(output)}\n`);
  return { exitCode, summary, output: `${output}\n${errors.join('')}` };
}

const LAB_LOG_LINES_MAX = 60;

/** The end of the lab's own log: what it answered for targets that could not, and which tasks ended. */
function labLog(output: string): string {
  const directory = /logs and plan: (\S+)/.exec(output)?.[1];
  if (directory === undefined) return 'The demo did not say where its logs are.';
  const lines = readFileSync(`${directory}/lab.log`, 'utf8').trimEnd().split('\n');
  return [`The lab's log, ${lines.length} lines:`, ...lines.slice(-LAB_LOG_LINES_MAX)].join('\n');
}
