import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { measureAssessMs } from './assess.ts';
import { measureCallsPerMinute } from './callsPerMinute.ts';
import { measureGrowth } from './plans/run.ts';
import { measureReconciles } from './reconciles.ts';
import { CALM_RATE, measureRollback } from './rollback.ts';

/** Prints what a maintainer wants to see before and after a change. Nothing here is asserted anywhere. */
const startUpMs = (): number => {
  const runs = Array.from({ length: 5 }, () => {
    const startedAt = performance.now();
    spawnSync(process.execPath, ['src/cli/main.ts', '--version'], { stdio: 'ignore' });
    return performance.now() - startedAt;
  });
  return runs.toSorted((a, b) => a - b)[2] ?? Number.NaN;
};

function countOf(option: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`--${option}=${text} is no whole number from 1. Nothing was measured.`);
}

const { values } = parseArgs({
  options: {
    rollbacks: { type: 'string', default: '20' },
    'rollbacks-only': { type: 'boolean' },
    rate: { type: 'string', default: '500' },
    plans: { type: 'string' },
    seconds: { type: 'string', default: '60' },
  },
});
if (values.plans !== undefined) {
  await measureGrowth(
    values.plans.split(',').map((text) => countOf('plans', text)),
    countOf('seconds', values.seconds),
  );
  process.exit();
}
const ROLLBACKS = countOf('rollbacks', values.rollbacks);
const RATE = countOf('rate', values.rate);
if (RATE <= CALM_RATE)
  throw new Error(`--rate=${RATE} is no more than the ${CALM_RATE} under which green is made. Nothing was measured.`);

if (values['rollbacks-only'] !== true) {
  const reconciles = await measureReconciles();
  process.stdout.write(`reconciles per second, in memory: ${reconciles.toFixed(0)}\n`);
  const calls = await measureCallsPerMinute();
  process.stdout.write(`AWS calls per plan-minute while baking: ${calls.toFixed(1)}\n`);
  process.stdout.write(`assess, 500 virtual nodes and 2,000 routes: ${measureAssessMs().toFixed(0)} ms (best of 5)\n`);
  process.stdout.write(`CLI start-up: ${startUpMs().toFixed(0)} ms (median of 5)\n`);
}

const rollback = await measureRollback(ROLLBACKS, RATE);
const sorted = rollback.ms.toSorted((a, b) => a - b);
const told = (ms: number): string => `${ms.toFixed(0)} ms (${((ms * rollback.factor) / 1000).toFixed(1)} s of the lab)`;
process.stdout.write(
  [
    `rollback at ${RATE} requests/s, from the alarm to the last request that green served, ${ROLLBACKS === 1 ? '1 run' : `${ROLLBACKS} runs`}:`,
    `  median ${told(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN)}, worst ${told(sorted.at(-1) ?? Number.NaN)}`,
    `  floor ${told(rollback.floorMs)}: half a look, and the load balancer's slowest node; beside them one call`,
    `  ${rollback.requests} requests, ${rollback.failed} failed`,
    '',
  ].join('\n'),
);
