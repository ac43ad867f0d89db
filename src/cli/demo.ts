import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Recorder } from '../../lab/recorder.ts';
import { deployOperatorRole } from './demo/operatorAccess.ts';
import { demoPlan } from './demo/plan.ts';
import { Companion } from './demo/processes.ts';
import { Story, type StoryOptions } from './demo/story.ts';
import { summaryLines } from './demo/summary.ts';
import { exportLines } from './exportLines.ts';
import type { LabReady } from './lab.ts';

export const DEMO_FAULTS = ['green-errors', 'green-slow', 'app-mesh-gone', 'operator-killed', 'throttling'] as const;
export type DemoFault = (typeof DEMO_FAULTS)[number];

export interface DemoVerb {
  fault?: DemoFault;
  /** Print one JSON object as the last line, and plain lines before. */
  json: boolean;
  /** Requests per second. */
  rate: number;
  /** Leave the lab up until a signal comes. */
  keep: boolean;
  /** Lab milliseconds per real millisecond. */
  speed: number;
  /** A file that takes every request that comes to the lab. Default: none. */
  record?: string;
}

const SHOW_CURSOR = '\u001b[?25h';
const LAB_READY_MS_MAX = 90_000;
/** The operator's lease in the demo: short, so that a killed operator is replaced while you watch. */
const LEASE_MS = 3_000;

/** The whole story on one screen: lab, sample application, steady load, plan, operator. Exit code 0 when it ended as it should. */
export async function runDemo(verb: DemoVerb): Promise<number> {
  // The lab would say so too, but in its log.
  if (verb.record !== undefined) new Recorder(verb.record).close();
  const directory = await mkdtemp(join(tmpdir(), 'meshlift-demo-'));
  const labFault = verb.fault === 'operator-killed' ? undefined : verb.fault;
  const companions: Companion[] = [];
  const stop = async () => {
    for (const companion of companions.toReversed()) await companion.stop();
  };
  const interrupted = new AbortController();
  const onSignal = () => interrupted.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  const isInterrupted = new Promise<undefined>((resolve) =>
    interrupted.signal.addEventListener('abort', () => resolve(undefined), { once: true }),
  );
  try {
    const starting = startLab(companions, join(directory, 'lab.log'), labFault, verb);
    // Interrupted, nobody waits for it any more: that it never came up is no news.
    starting.catch(() => undefined);
    const lab = await Promise.race([starting, isInterrupted]);
    if (lab === undefined) return 130;
    const environment = lab.ready.environment;
    const credentials = await deployOperatorRole(lab.ready, {
      clusterNames: [lab.ready.estate.clusterName],
      passRoleNames: ['frontend-task', 'user-api-task', 'stock-api-task', 'shop-ecs-execution'],
    });
    const startOperator = () => {
      const operator = new Companion(
        'operator',
        [
          'operator',
          `--endpoint-url=${lab.ready.endpoint}`,
          `--region=${lab.ready.region}`,
          `--lease=${LEASE_MS}ms`,
          '--call-timeout=1s',
          '--poll=250ms',
        ],
        { ...environment, ...credentials },
        join(directory, 'operator.log'),
      );
      companions.push(operator);
      return operator;
    };
    const plan = demoPlan(lab.ready.estate, { confirmGuessedCallGraph: verb.fault === 'app-mesh-gone' });
    await writeFile(join(directory, 'plan.yaml'), plan);
    const options: StoryOptions = {
      title: verb.fault === undefined ? 'a migration under load' : `--fault ${verb.fault}`,
      fault: verb.fault,
      rate: verb.rate,
      plan,
      lab: lab.ready,
      labProcess: lab.process,
      startOperator,
      operatorKey: credentials.AWS_ACCESS_KEY_ID,
      isTerminal: process.stdout.isTTY && !verb.json,
      size: () => {
        const { columns, rows } = process.stdout;
        return columns > 0 && rows > 0 ? { columns, rows } : undefined;
      },
      write: (text) => void process.stdout.write(text),
      signal: interrupted.signal,
    };
    const summary = await Promise.race([new Story(options).tell(), labLost(lab.process, directory)]);
    for (const line of summaryLines(summary, directory)) process.stdout.write(`${line}\n`);
    if (verb.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    if (verb.keep && !interrupted.signal.aborted) {
      process.stdout.write(`The lab stays up at ${lab.ready.endpoint}. Press Ctrl-C to end it.\n`);
      for (const line of exportLines(environment)) process.stdout.write(`${line}\n`);
      await isInterrupted;
    }
    if (interrupted.signal.aborted && !verb.keep) return 130;
    return summary.asExpected ? 0 : 1;
  } catch (error) {
    if (!(error instanceof LabLostError)) throw error;
    await stop();
    process.stderr.write(`${process.stdout.isTTY ? SHOW_CURSOR : ''}Error: ${error.message}\n`);
    // The story still asks a lab that is gone, and would for minutes.
    process.exit(1);
  } finally {
    await stop();
  }
}

class LabLostError extends Error {
  override name = 'LabLostError';
}

async function labLost(lab: Companion, directory: string): Promise<never> {
  const code = await lab.exited;
  throw new LabLostError(
    `The lab ended with ${code} in the middle of the demo; its log: ${join(directory, 'lab.log')}`,
  );
}

async function startLab(
  companions: Companion[],
  logFile: string,
  fault: string | undefined,
  { speed, record }: DemoVerb,
): Promise<{ process: Companion; ready: LabReady }> {
  let companion: Companion | undefined;
  const ready = await new Promise<LabReady>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The lab was not ready after ${LAB_READY_MS_MAX / 1000} s; its log: ${logFile}`)),
      LAB_READY_MS_MAX,
    );
    companion = new Companion(
      'lab',
      [
        'lab',
        '--estate',
        'shop',
        '--json',
        '--speed',
        String(speed),
        ...(fault === undefined ? [] : ['--faults', fault]),
        ...(record === undefined ? [] : ['--record', record]),
      ],
      {},
      logFile,
      (line) => {
        if (!line.startsWith('{"ready":')) return;
        clearTimeout(timer);
        resolve((JSON.parse(line) as { ready: LabReady }).ready);
      },
    );
    companions.push(companion);
    void companion.exited.then((code) => {
      clearTimeout(timer);
      reject(new Error(`The lab ended with ${code} before it was ready; its log: ${logFile}`));
    });
  });
  if (companion === undefined) throw new Error('The lab was not started.');
  return { process: companion, ready };
}
