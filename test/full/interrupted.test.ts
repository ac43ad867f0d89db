import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

/** Processes that were started with this in their environment, themselves or by others of them. */
function marked(mark: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`MESHLIFT_TEST_MARK=${mark}`);
      } catch {
        return false;
      }
    });
}

/** Runs the demo until it says so, does something to it, and answers what became of it. */
async function demoUntil(line: string, then: (pid: number, all: string[]) => void) {
  const mark = `${process.pid}-${performance.now()}`;
  const demo = spawn(process.execPath, ['src/cli/main.ts', 'demo', '--rate', '20'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MESHLIFT_TEST_MARK: mark },
    // A process group of its own, as a terminal makes one.
    detached: true,
  });
  const output = { text: '' };
  const closed = new Promise<number | null>((resolve) => demo.once('close', resolve));
  demo.stderr.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
  await new Promise<void>((resolve) => {
    demo.stdout.on('data', (chunk: Buffer) => {
      output.text += chunk.toString();
      if (output.text.includes(line)) resolve();
    });
    void closed.then(() => resolve());
  });
  then(demo.pid ?? 0, marked(mark));
  const exitCode = await closed;
  await vi.waitFor(() => expect(marked(mark)).toEqual([]), { timeout: 30_000 });
  return { exitCode, output: output.text };
}

const commandOf = (pid: string): string => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');

test.runIf(process.platform === 'linux')(
  'Ctrl-C, which a whole process group hears, ends the demo and all it began',
  async () => {
    const { exitCode, output } = await demoUntil('→ provision', (pid) => process.kill(-pid, 'SIGINT'));
    expect(exitCode).toBe(130);
    expect(output).toContain('Interrupted');
  },
);

test.runIf(process.platform === 'linux')('a demo that is killed takes all it began with it', async () => {
  await demoUntil('→ provision', (pid) => process.kill(pid, 'SIGKILL'));
});

test.runIf(process.platform === 'linux')('a demo whose lab is killed says so, and ends', async () => {
  const { exitCode, output } = await demoUntil('→ provision', (_pid, all) => {
    const lab = all.find((pid) => commandOf(pid).includes('main.ts lab'));
    process.kill(Number(lab), 'SIGKILL');
  });
  expect(exitCode).toBe(1);
  expect(output).toContain('The lab ended');
});
