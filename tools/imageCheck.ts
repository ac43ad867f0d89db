import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Faults } from '../lab/faults.ts';
import { startLab } from '../lab/lab.ts';
import { filesOf, residentMib, startContainer, timed } from './image/container.ts';
import { stagesOf } from './image/dockerfile.ts';
import { playStages } from './image/stageRoot.ts';

/**
 * Proves the Dockerfile without a Docker engine: plays its steps in clean directories, then starts what comes of them, with nothing else
 * beside it and no right to write a file, against the lab's DynamoDB. Prints what it measures; ends with 1, and a word for each, where something is not as
 * the image promises. A start is measured several times and the best counts, since the machine has other things to do.
 */
const START_MS_MAX = 300;
const IDLE_MIB_MAX = 100;
const VERSION_RUNS = 7;
const OPERATOR_RUNS = 9;
const IDLE_MS = 15_000;

const root = fileURLToPath(new URL('../', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'meshlift-image-'));
const wrong: string[] = [];
const say = (line: string) => void process.stdout.write(`${line}\n`);
const expect = (isSo: boolean, otherwise: string) => void (isSo || wrong.push(otherwise));
const ms = (value: number) => `${Math.round(value)} ms`;

try {
  await check();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
for (const word of wrong) process.stderr.write(`wrong: ${word}\n`);
say(wrong.length === 0 ? 'image:check: as promised' : `image:check: ${wrong.length} not as promised`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function check(): Promise<void> {
  const stages = stagesOf(readFileSync(join(root, 'Dockerfile'), 'utf8'));
  const image = playStages(stages, root, directory, (step) => say(`step: ${step}`));
  const major = process.versions.node.split('.')[0] ?? '';
  for (const { from } of stages) {
    expect(from.includes(`node:${major}`), `the image is of ${from}, and this is Node ${process.version}`);
  }
  expect(image.user !== undefined && image.user !== 'root' && image.user !== '0', 'the image runs as root');
  const before = filesOf(image.root);
  say(`files: ${before.length}`);

  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const versions = [];
  for (let run = 0; run < VERSION_RUNS; run += 1) versions.push(await timed(image, ['--version']));
  for (const { output } of versions)
    expect(output.trim() === version, `--version says ${output.trim()}, not ${version}`);
  judgeStart(
    'meshlift --version',
    versions.map((one) => one.ms),
  );

  const now = Date.now();
  const lab = await startLab({
    scale: { labOriginMs: now, realOriginMs: now, factor: 1 },
    faults: new Faults(),
    log: { debug: () => undefined, warn: () => undefined },
  });
  try {
    await checkOperator({ ...lab.environment });
  } finally {
    await lab.close();
  }
  expect(filesOf(image.root).join('\n') === before.join('\n'), 'a file of the image was changed');

  async function checkOperator(environment: Record<string, string>): Promise<void> {
    const lives = [];
    for (let run = 0; run < OPERATOR_RUNS; run += 1) {
      // The first makes the table, and waits for it; that is not its start.
      const operator = await startContainer(image, environment, run === 0 ? ['--create-table'] : []);
      if (run > 0) lives.push(operator.liveMs);
      const isLast = run === OPERATOR_RUNS - 1;
      if (isLast) {
        expect(await operator.isHealthy(), 'the health check fails while the operator lives');
        await delay(IDLE_MS);
        const mib = residentMib(operator.pid);
        say(`idle: ${mib.toFixed(1)} MiB resident after ${IDLE_MS / 1000} s (at most ${IDLE_MIB_MAX})`);
        expect(
          mib < IDLE_MIB_MAX,
          `an idle operator has ${mib.toFixed(1)} MiB in memory, not less than ${IDLE_MIB_MAX}`,
        );
      }
      const end = await operator.stop();
      expect(end.code === 0, `SIGTERM ended the operator with ${end.code ?? end.signal}, not 0:\n${end.output}`);
    }
    judgeStart('operator, to /livez', lives);
  }
}

function judgeStart(what: string, all: readonly number[]): void {
  const best = Math.min(...all);
  say(`${what}: best ${ms(best)} of ${all.map(ms).join(', ')} (at most ${ms(START_MS_MAX)})`);
  expect(best < START_MS_MAX, `${what} takes ${ms(best)}, not less than ${ms(START_MS_MAX)}`);
}
