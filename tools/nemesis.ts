import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { check } from '../test/nemesis/checker/check.ts';
import { verdictLines } from '../test/nemesis/checker/verdictLines.ts';
import { readHistory } from '../test/nemesis/history.ts';
import { type Act, DECK } from '../test/nemesis/schedule.ts';
import { runNemesis } from '../test/nemesis/run.ts';

/**
 * Plays the nemesis for so many minutes, tells of it as it goes, and says what its history shows. The history stays. Ends with 1 where
 * something is against it.
 *
 * `--minutes=5 --seed=7 --plans=50 --acts=kill,stop --directory=<new>`, of which `acts` is every kind by default; `--check=<history.jsonl>` judges a history that is there, and plays nothing.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    plans: { type: 'string', default: '50' },
    acts: { type: 'string' },
    directory: { type: 'string' },
    check: { type: 'string' },
  },
});
const PLANS_MAX = 50;
const INTERRUPTED = 130;

// A process that a signal ends hears of no end; this one takes its operators with it, those that stand still too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED));

const beganMs = performance.now();
const seconds = () => ((performance.now() - beganMs) / 1000).toFixed(1).padStart(6);
const say = (line: string) => void process.stdout.write(`${seconds()} s  ${line}\n`);

const file = values.check ?? (await play());
const verdict = check(readHistory(file));
process.stdout.write(`${verdictLines(verdict).join('\n')}\nhistory: ${file}\n`);
process.exitCode = verdict.violations.length === 0 ? 0 : 1;

function play(): Promise<string> {
  const minutes = numberOf('minutes', 1, 240);
  return runNemesis({
    plans: Math.round(numberOf('plans', 1, PLANS_MAX)),
    durationMs: minutes * 60_000,
    seed: Math.round(numberOf('seed', 0, 2 ** 32 - 1)),
    deck: values.acts === undefined ? undefined : deckOf(values.acts),
    directory: values.directory ?? mkdtempSync(join(tmpdir(), 'meshlift-nemesis-')),
    say,
  });
}

function deckOf(acts: string): Act['kind'][] {
  return acts.split(',').map((name) => {
    const kind = DECK.find((one) => one === name);
    if (kind === undefined) throw new RangeError(`--acts has ${name}; give some of ${[...new Set(DECK)].join(', ')}`);
    return kind;
  });
}

function numberOf(option: 'minutes' | 'seed' | 'plans', min: number, max: number): number {
  const number = Number(values[option]);
  if (!(number >= min && number <= max))
    throw new RangeError(`--${option} is ${values[option]}; give ${min} to ${max}`);
  return number;
}
