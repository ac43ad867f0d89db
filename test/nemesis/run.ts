import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../tools/bundleOptions.ts';
import { Door } from './door.ts';
import { Grants } from './grants.ts';
import { History, nowMs } from './history.ts';
import { noteLeftovers } from './leftovers.ts';
import { Nemesis } from './nemesis.ts';
import { People } from './people.ts';
import { castOf } from './plans.ts';
import { Replica } from './replica.ts';
import { type Act, scheduleOf } from './schedule.ts';
import { Stage } from './stage.ts';
import { watchStalls } from './stalls.ts';

export interface RunOptions {
  plans: number;
  /** How long the nemesis acts, real milliseconds; it ends earlier when every plan has come to its end. */
  durationMs: number;
  /** Of the acts. What happens when in the plans is the machine's, so the same acts do not meet the same calls. */
  seed: number;
  /** What acts are drawn from. Default every kind. */
  deck?: readonly Act['kind'][] | undefined;
  /** Takes the history and the operators' logs; made where it is missing. */
  directory: string;
  /** Hears of every act, and of the plans every few seconds. */
  say: (line: string) => void;
}

const REPLICAS = 3;
const LEASE_MS = 8_000;
const CALL_TIMEOUT_MS = 2_500;
const POLL_MS = 2_000;
/** Fast enough for a run of minutes, and slow enough that a plan whose operators die is not out of time meanwhile. */
const CLOCK_FACTOR = 8;
/** Of the time in which the nemesis acts: plans are submitted all through it. */
const SUBMITTING_SHARE = 0.5;
/** How long plans may take to come to their ends once the nemesis is calm. */
const CALM_MS_MAX = 420_000;
const LOOK_MS = 250;
const TELL_MS = 5_000;
const GRACE_MS = 10_000;
/** What users go on doing when everything has ended. */
const AFTERMATH_MS = 1_500;

/** Plays one run, and resolves with the history's file. What to think of it is the checker's to say. Nothing is left behind. */
export async function runNemesis(options: RunOptions): Promise<string> {
  const { directory, seed, durationMs, say } = options;
  await mkdir(directory, { recursive: true });
  const program = await bundleOperator(join(directory, 'operator'));
  const stage = await Stage.open({ cast: castOf(options.plans), clockFactor: CLOCK_FACTOR, seed });
  const history = new History(join(directory, 'history.jsonl'));
  const timing = { leaseMs: LEASE_MS, callTimeoutMs: CALL_TIMEOUT_MS };
  history.write({ kind: 'begin', at: nowMs(), seed, clockFactor: CLOCK_FACTOR, ...timing });
  say(`${options.plans} estates are open; the history is ${history.file}`);
  const endWatch = watchStalls(history);
  const grants = new Grants(stage.role);
  const doors = await Promise.all(
    Array.from({ length: REPLICAS }, () => Door.open(stage.lab.aws.dispatch, history, grants)),
  );
  const people = new People(stage, history);
  const spawn = replicas({ stage, doors, grants, directory, program });
  const nemesis = new Nemesis({ doors, faults: stage.lab.faults, history, spawn, say });
  try {
    stage.startUsers(history);
    const submitting = people.submitAll((durationMs * SUBMITTING_SHARE) / options.plans);
    const schedule = scheduleOf({ seed, durationMs, slots: REPLICAS, deck: options.deck, ...timing });
    const playing = nemesis.play(schedule);
    await untilSettled(people, durationMs, say);
    await nemesis.calm();
    say('the nemesis is calm');
    await submitting;
    await playing;
    await untilSettled(people, CALM_MS_MAX, say);
    await new Promise((resolve) => setTimeout(resolve, AFTERMATH_MS));
    await nemesis.end(GRACE_MS);
    await people.stop();
    await stage.stopUsers();
    await noteLeftovers(stage, history);
    for (const what of new Set(stage.role.denied)) history.write({ kind: 'denied', at: nowMs(), what });
    history.write({ kind: 'end', at: nowMs() });
  } finally {
    endWatch();
    await nemesis.end(GRACE_MS);
    await people.stop();
    await Promise.all(doors.map((door) => door.close()));
    await stage.close();
    history.close();
  }
  return history.file;
}

/** Waits until every plan has come to its end, for `msMax` at most, and tells where they are meanwhile. */
async function untilSettled(people: People, msMax: number, say: (line: string) => void): Promise<void> {
  const endMs = nowMs() + msMax;
  let toldMs = nowMs();
  while (!people.areAllSettled && nowMs() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    if (nowMs() - toldMs < TELL_MS) continue;
    toldMs = nowMs();
    say(countsOf(people.states.values()));
  }
}

function countsOf(states: Iterable<string>): string {
  const counts = new Map<string, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}

/** Operators as they are shipped, since a bundle starts in a third of the time. Answers the program's file. */
async function bundleOperator(outdir: string): Promise<string> {
  await build({ ...bundleOptions, outdir, entryPoints: { meshlift: 'src/cli/main.ts' }, splitting: true });
  return join(outdir, 'meshlift.js');
}

/** Starts operators, each under a name that none had before. */
function replicas(parts: { stage: Stage; doors: readonly Door[]; grants: Grants; directory: string; program: string }) {
  const { stage, doors, grants, directory, program } = parts;
  const { scale } = stage.lab.clock;
  let started = 0;
  return (slot: number, labAheadMs: number): Replica => {
    started += 1;
    const name = `op-${slot + 1}-${started}`;
    const endpoint = doors[slot]?.endpoint ?? '';
    return new Replica({
      name,
      slot,
      program,
      endpoint,
      credentials: grants.environmentOf(name, endpoint),
      region: stage.lab.account.region,
      leaseMs: LEASE_MS,
      callTimeoutMs: CALL_TIMEOUT_MS,
      pollMs: POLL_MS,
      clock: `${scale.labOriginMs + labAheadMs},${scale.realOriginMs},${scale.factor}`,
      logFile: join(directory, `${name}.log`),
    });
  };
}
