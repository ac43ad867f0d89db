import { spawn } from 'node:child_process';
import type { Summary } from '../src/cli/demo/summary.ts';

export interface DemoRun {
  exitCode: number | null;
  summary: Summary;
  /** All of standard output and standard error. */
  output: string;
}

/** Runs the demo as a user does, as a process of its own, and reads the JSON object of its last line. */
export async function runDemo(
  demoArguments: readonly string[],
  command: readonly string[] = ['src/cli/main.ts'],
): Promise<DemoRun> {
  const child = spawn(process.execPath, [...command, 'demo', '--json', ...demoArguments], {
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
  return { exitCode, summary: JSON.parse(last) as Summary, output: `${output}\n${errors.join('')}` };
}
