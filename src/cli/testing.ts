import { randomUUID } from 'node:crypto';
import type { TestTable } from '../state/testing.ts';
import type { Cli } from './cli.ts';
import { readBytes } from './wholeFiles.ts';
import { runCli } from './program.ts';

/** For tests: the command line in this process, against a table. */
export interface TestCli {
  /** Runs a command line on the table; words are split at spaces. */
  run: (line: string, stdin?: string) => Promise<{ exitCode: number; out: string; err: string }>;
  /** Files that a verb finds, and those that it has written. */
  files: Map<string, string>;
  /** What was shown of how far a verb is. */
  progress: string[];
  /** Columns of the terminal that it is shown on. Default `undefined`: there is none. */
  progressColumns: number | undefined;
  /** Called instead of waiting; the world moves here. */
  onSleep: (action: () => Promise<void> | void) => void;
  /** What the person's Ctrl-C does. */
  interrupt: () => void;
  isTerminal: boolean;
  /** Whether `apply` looks at AWS, which must then answer at the table's endpoint. Default false. */
  admission: boolean;
}

/** A Friday, when the records of tests are read. */
export const TEST_NOW = Date.UTC(2026, 10, 20, 12, 0, 0);

function nothingMore(): never {
  throw new Error('nothing more will happen: the verb would wait for ever');
}

export function testCli(table: Pick<TestTable, 'endpointUrl'>, now: () => number = () => TEST_NOW): TestCli {
  const files = new Map<string, string>();
  let onSleep: () => Promise<void> | void = nothingMore;
  let interrupt = new AbortController();
  const environment: Record<string, string> = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  // The SDK reads the environment of the process, not ours; a profile there would outweigh the credentials.
  Object.assign(process.env, environment);
  delete process.env['AWS_PROFILE'];
  const test: TestCli = {
    files,
    progress: [],
    progressColumns: undefined,
    isTerminal: false,
    admission: false,
    onSleep: (action) => {
      onSleep = action;
    },
    interrupt: () => interrupt.abort(),
    run: async (line, stdin = '') => {
      const out: string[] = [];
      const err: string[] = [];
      let monotonicMs = 0;
      interrupt = new AbortController();
      const cli: Cli = {
        out: (text) => void out.push(text),
        err: (text) => void err.push(text),
        redraw: (text) => void out.push(`<screen>\n${text}`),
        isTerminal: test.isTerminal,
        environment,
        clock: () => ({ now, realMs: (ms) => ms }),
        monotonicMs: () => monotonicMs,
        sleep: async (realMs) => {
          monotonicMs += realMs;
          await onSleep();
        },
        listenForInterrupt: () => interrupt.signal,
        readBytes: (path, bytesMax) => {
          const text = files.get(path);
          return text === undefined ? readBytes(path, bytesMax) : Promise.resolve(Buffer.from(text));
        },
        writeFile: (path, text) => {
          files.set(path, text);
          return Promise.resolve();
        },
        progress: (shown) => void test.progress.push(shown),
        progressColumns: test.progressColumns,
        readStdin: () => Promise.resolve(stdin),
        user: () => 'tester',
        newToken: () => randomUUID(),
        exitCode: 0,
      };
      const words = line.split(' ').filter((word) => word !== '');
      const isOnTable =
        words.length > 0 &&
        !['--help', '--version', 'help', 'schema', 'transform', 'operator', 'lab', 'demo'].some((word) =>
          words.includes(word),
        );
      if (isOnTable && words[0] === 'apply' && !test.admission) words.push('--skip-admission');
      const exitCode = await runCli([...words, ...(isOnTable ? ['--endpoint-url', table.endpointUrl] : [])], cli);
      return { exitCode, out: out.join('\n'), err: err.join('\n') };
    },
  };
  return test;
}
