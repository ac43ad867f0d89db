import { parseArgs } from 'node:util';
import { commandFor, singleFaults, undisturbed, wrongWith } from '../test/simulation/exhaustive.ts';
import { FAULT_KINDS, type Call, type Fault, faultsOf } from '../test/simulation/fault.ts';
import { type KnownEnds, playRandom } from '../test/simulation/random.ts';
import { ABORT_IN_RAMP, MIGRATION, scenarioNamed, SCENARIOS } from '../test/simulation/scenario.ts';

/**
 * Plays random runs of the simulator for so long; ends with 1 where anything was wrong in one.
 *
 * `--seconds=60` or `--minutes=`: how long. `--seed=1`: what is drawn. `--run=7`: that run alone, with its story. `--exhaustive`: every call times every
 * fault of every scenario, in place of random runs, however long that takes. `--scenario=…`: of one alone; with `--faults=466:diesAfter,470:throttled`
 * one run of it.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    run: { type: 'string' },
    exhaustive: { type: 'boolean', default: false },
    scenario: { type: 'string' },
    faults: { type: 'string' },
  },
});
const PROGRESS_MS = 10_000;

const seed = numberOf(values.seed, '--seed');
const seconds = numberOf(values.seconds ?? '0', '--seconds') + 60 * numberOf(values.minutes ?? '0', '--minutes');
const say = (line: string) => void process.stdout.write(`${line}\n`);
let runs = 0;
let failed = 0;
const count: Record<string, number> = {};

function judged(name: string, wrong: readonly string[], story: readonly string[], command: string): void {
  runs += 1;
  if (wrong.length === 0) return;
  failed += 1;
  say(`WRONG ${name}`);
  for (const line of wrong) say(`  ${line}`);
  for (const line of story) say(`  - ${line}`);
  say(`  again: ${command}`);
}

const ends: KnownEnds = {
  succeeded: (await undisturbed(MIGRATION)).end,
  rolledBack: (await undisturbed(ABORT_IN_RAMP)).end,
};
const startedAt = performance.now();
if (values.scenario !== undefined || values.exhaustive) await single();
else await random();
const took = Math.round((performance.now() - startedAt) / 1000);
say(`soak: ${runs} runs in ${took} s, ${failed} with something wrong (${summary()})`);
process.exit(failed === 0 ? 0 : 1);

async function random(): Promise<void> {
  const only = values.run === undefined ? undefined : numberOf(values.run, '--run');
  const untilMs = startedAt + (seconds === 0 ? 60 : seconds) * 1000;
  let told = startedAt;
  for (let number = only ?? 1; only === undefined ? performance.now() < untilMs : runs === 0; number += 1) {
    const { wrong, story, end, faults, incidents } = await playRandom(seed, number, ends);
    count[end] = (count[end] ?? 0) + 1;
    count['faults'] = (count['faults'] ?? 0) + faults;
    count['incidents'] = (count['incidents'] ?? 0) + incidents;
    judged(`run ${number} of seed ${seed}`, wrong, story, `npm run soak -- --seed=${seed} --run=${number}`);
    if (only !== undefined && wrong.length === 0) for (const line of story) say(`  - ${line}`);
    if (performance.now() - told < PROGRESS_MS) continue;
    told = performance.now();
    say(`${Math.round((told - startedAt) / 1000)} s: ${runs} runs, ${failed} with something wrong (${summary()})`);
  }
}

async function single(): Promise<void> {
  const scenarios = values.scenario === undefined ? SCENARIOS : [scenarioNamed(values.scenario)];
  for (const scenario of scenarios) {
    const { end, calls } = await undisturbed(scenario);
    const all =
      values.faults === undefined ? singleFaults(calls, 'all').map((one) => [one]) : [faultsIn(values.faults, calls)];
    for (const faults of all) {
      const run = { scenario, faults };
      const wrong = await wrongWith(run, { end, calls });
      for (const { kind } of faults) count[kind] = (count[kind] ?? 0) + 1;
      const where = faults.map(({ call, kind }) => `${kind} at ${calls[call - 1]?.api} in ${calls[call - 1]?.state}`);
      judged(`${scenario.name}: ${where.join(', then ')}`, wrong, [], commandFor(run));
    }
    say(`${scenario.name}: ${all.length} runs; so far ${failed} with something wrong`);
  }
}

/** Of the calls that the first fault leads to nothing is known before the run; of its own it is known what it can meet. */
function faultsIn(text: string, calls: readonly Call[]): Fault[] {
  return text.split(',').map((one, index) => {
    const [at = '', name = ''] = one.split(':');
    const call = numberOf(at, '--faults');
    const met = calls[call - 1];
    if (index === 0 && met === undefined) return refuse(`--faults: there is no call ${at}, but 1 to ${calls.length}`);
    const kinds = index === 0 && met !== undefined ? faultsOf(met) : FAULT_KINDS;
    const kind = kinds.find((known) => known === name);
    return kind === undefined
      ? refuse(`--faults: call ${at} cannot meet "${name}", but one of ${kinds.join(', ')}`)
      : { call, kind };
  });
}

function summary(): string {
  return Object.entries(count)
    .map(([name, times]) => `${times} ${name}`)
    .join(', ');
}

function numberOf(text: string, option: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  return refuse(`${option} must be a whole number, but is "${text}"`);
}

function refuse(why: string): never {
  process.stderr.write(`soak: ${why}\n`);
  return process.exit(2);
}
