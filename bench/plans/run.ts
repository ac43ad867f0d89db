import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { familyOf } from '../../src/aws/budget.ts';
import { FIRST_LOOKS_MS_MAX, measurePlans, type PlansMeasure, spreadOf } from './measure.ts';
import { plot } from './plot.ts';

const SVG = 'docs/scale.svg';

/**
 * Measures each number of plans in a process of its own, since memory is measured too, all at the same time, and prints the table of
 * `docs/scale.md`. Where there are several, the plot beside it is written anew.
 */
export async function measureGrowth(counts: readonly number[], seconds: number): Promise<void> {
  const [first = 0] = counts;
  const alone = counts.length < 2 ? undefined : measured(first, seconds, 'alone');
  const measures = await Promise.all(counts.map((count) => measured(count, seconds, 'together')));
  process.stdout.write(tableOf(measures));
  if (alone === undefined) return;
  const each = (await alone).callsPerSecond / first;
  process.stdout.write(`each plan by itself: ${each.toFixed(2)} calls a second, measured with ${first} plans\n`);
  const before = counts.map((count) => count * each);
  writeFileSync(SVG, plot(measures, before));
  process.stdout.write(`${SVG} is written\n`);
}

async function measured(count: number, seconds: number, reading: 'together' | 'alone'): Promise<PlansMeasure> {
  const run = promisify(execFile)(process.execPath, [import.meta.filename, String(count), String(seconds), reading]);
  run.child.stderr?.pipe(process.stderr);
  const { stdout } = await run;
  process.stderr.write(`${stdout}\n`);
  return JSON.parse(stdout) as PlansMeasure;
}

/** Three numbers, in seconds. */
const secondsOf = ({ p50, p95, max }: { p50: number; p95: number; max: number }): string =>
  [p50, p95, max].map((ms) => (ms / 1_000).toFixed(1)).join(', ');

const callsOf = (apis: readonly string[], { callsPerSecondOf }: PlansMeasure): string =>
  apis.reduce((sum, api) => sum + (callsPerSecondOf[api] ?? 0), 0).toFixed(2);

function tableOf(measures: readonly PlansMeasure[]): string {
  const row = (name: string, value: (one: PlansMeasure) => string): string =>
    `| ${name} | ${measures.map(value).join(' | ')} |`;
  const apis = [...new Set(measures.flatMap((one) => Object.keys(one.callsPerSecondOf)))];
  const families = [...new Set(apis.map(familyOf))].toSorted();
  const waits = [...new Set(measures.flatMap((one) => Object.keys(one.waitedFor)))].toSorted();
  return [
    row('plans', ({ plans }) => String(plans)),
    `|---|${measures.map(() => '---').join('|')}|`,
    row('load balancers, and clusters', ({ loadBalancers }) => String(loadBalancers)),
    row('after a start each plan was looked at whole in, s', ({ firstLooksSeconds }) =>
      firstLooksSeconds === null ? `more than ${FIRST_LOOKS_MS_MAX / 1_000}` : firstLooksSeconds.toFixed(0),
    ),
    row('reconciles a second', ({ reconcilesPerSecond }) => reconcilesPerSecond.toFixed(1)),
    row('seconds between two looks of a plan', ({ secondsBetweenLooks }) => secondsBetweenLooks.toFixed(1)),
    row('AWS calls a second', ({ callsPerSecond }) => callsPerSecond.toFixed(1)),
    ...families.flatMap((family) => {
      const names = apis.filter((api) => familyOf(api) === family).toSorted();
      return [
        row(`… family \`${family}\``, (one) => callsOf(names, one)),
        ...names.map((api) => row(`… … \`${api}\``, (one) => callsOf([api], one))),
      ];
    }),
    ...waits.map((family) =>
      row(`calls a second that wait for the budget of \`${family}\`, and for how long each, s`, (one) => {
        const waited = one.waitedFor[family];
        return waited === undefined ? '0' : `${waited.perSecond.toFixed(2)}, ${(waited.ms / 1_000).toFixed(1)}`;
      }),
    ),
    row('a look and what it leads to, s: median, 95 of 100, longest', ({ reconcileMs }) => secondsOf(reconcileMs)),
    row(
      'looks that waited for a budget for more than a tick',
      ({ heldBackPart }) => `${(heldBackPart * 100).toFixed(0)} %`,
    ),
    row('questions that had an answer already', ({ sharedPart }) => `${(sharedPart * 100).toFixed(0)} %`),
    row('heap, MB', ({ heapMb }) => heapMb.toFixed(0)),
    row('resident, MB', ({ rssMb }) => rssMb.toFixed(0)),
    row(
      'event loop late by, ms: median, 99 of 100',
      ({ eventLoopMs: { p50, p99 } }) => `${p50.toFixed(0)}, ${p99.toFixed(0)}`,
    ),
    row('abort in the table to the rule written, s: median, 95 of 100, longest', ({ abortMs }) =>
      secondsOf(spreadOf(abortMs)),
    ),
    '',
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) {
  const [, , plans, seconds, reading] = process.argv;
  const answer = await measurePlans(Number(plans), Number(seconds), reading === 'alone' ? 'alone' : 'together');
  process.stdout.write(JSON.stringify(answer));
}
