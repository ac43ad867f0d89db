import { difference } from './end.ts';
import { type Call, type Fault, type FaultKind, faultsOf } from './fault.ts';
import type { Variant } from './operator.ts';
import type { Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';

/** One run: a scenario and what befalls its operators' calls. */
export interface Run {
  scenario: Scenario;
  faults: readonly Fault[];
}

/**
 * What is done of a scenario's single faults. `all`: every call times every fault that it can meet. `writes`: so for every call of AWS that
 * changes something, and of all others one for each state, API and fault. `sorts`: one for each state, API and fault of the calls of AWS that
 * change something, and of all others one for each API and fault.
 */
export type Extent = 'all' | 'writes' | 'sorts';

/** What a scenario comes to where nothing befalls its operators, and their calls. Throws where something is wrong even so. */
export async function undisturbed(scenario: Scenario): Promise<{ end: readonly string[]; calls: readonly Call[] }> {
  const { wrong, end, calls } = await simulate(scenario, []);
  if (wrong.length > 0 || !end.includes(`state ${scenario.end}`)) {
    throw new Error(`${scenario.name}, though nothing befell it: ${[...wrong, ...end].join('\n')}`);
  }
  return { end, calls };
}

/**
 * The single faults of a scenario, by the calls that it makes where nothing befalls it.
 *
 * @param from the first call that may meet one, from 1
 */
export function singleFaults(calls: readonly Call[], extent: Extent, from = 1): Fault[] {
  const seen = new Set<string>();
  return calls.flatMap((call, index) =>
    faultsOf(call).flatMap((kind) => {
      const sort = `${extent === 'sorts' && !isWrite(call) ? '' : call.state} ${call.api} ${kind}`;
      const isEach = extent === 'all' || (extent === 'writes' && isWrite(call));
      if (index + 1 < from || (!isEach && seen.has(sort))) return [];
      seen.add(sort);
      return [{ call: index + 1, kind }];
    }),
  );
}

/** A call of AWS that changes something. */
export const isWrite = ({ api, isRead }: Call): boolean => !isRead && !api.startsWith('dynamodb:');

/** The first call that is none of the other's: what comes before it are the same faults of the same calls. */
export function partsFrom(calls: readonly Call[], others: readonly Call[]): number {
  const index = calls.findIndex(({ api, state }, at) => others[at]?.api !== api || others[at].state !== state);
  return index === -1 ? calls.length : index + 1;
}

const IN_PAIRS: readonly FaultKind[] = ['diesAfter', 'answerLost', 'throttled'];

/** The calls of AWS that change something on the way back, from the one after `after` on. */
const onTheWayBack = (calls: readonly Call[], after: number): number[] =>
  calls.flatMap((call, index) =>
    index + 1 > after && isWrite(call) && call.state.startsWith('backward.') ? [index + 1] : [],
  );

/** Pairs of faults of the calls of AWS that change something on the way back, the second among the calls that the first leads to. */
export async function pairsBack(scenario: Scenario, calls: readonly Call[]): Promise<Fault[][]> {
  const pairs: Fault[][] = [];
  for (const [nth, call] of onTheWayBack(calls, 0).entries()) {
    for (const kind of IN_PAIRS) {
      const first = { call, kind };
      const led = await simulate(scenario, [first]);
      for (const second of onTheWayBack(led.calls, call)) {
        // By turns, so that each kind comes with each.
        pairs.push([first, { call: second, kind: IN_PAIRS[(nth + second) % IN_PAIRS.length] ?? kind }]);
      }
    }
  }
  return pairs;
}

/** As `npm run soak` is told to play it again. */
export const commandFor = ({ scenario, faults }: Run): string =>
  `npm run soak -- --scenario='${scenario.name}' --faults=${faults.map(({ call, kind }) => `${call}:${kind}`).join(',')}`;

/** What is wrong with a run, in lines; none where it ended as if nothing had befallen it. */
export async function wrongWith(
  run: Run,
  expected: { end: readonly string[]; calls: readonly Call[] },
  variant?: Variant,
): Promise<string[]> {
  const { wrong, end } = await simulate(run.scenario, run.faults, variant);
  const missed = end.length === 0 ? [] : difference(end, expected.end);
  return [...wrong, ...missed.filter((line) => !isTwin(line, run, expected.calls))];
}

/** `RegisterTaskDefinition` has no token: made twice, it leaves a revision more of what green keeps. On the way back that goes too. */
function isTwin(line: string, { scenario, faults }: Run, calls: readonly Call[]): boolean {
  const isMadeTwice = faults.some(
    ({ call, kind }) => kind === 'madeTwice' && calls[call - 1]?.api === 'ecs:RegisterTaskDefinition',
  );
  return isMadeTwice && scenario.end === 'succeeded' && /^\+ .*task.definition.*-sc:2$/.test(line);
}

export interface Report {
  runs: number;
  /** Runs with something wrong, in words that say how to see it again. */
  wrong: string[];
}

/** Plays runs, one for each of these lists of faults. */
export async function playAll(
  scenario: Scenario,
  all: readonly (readonly Fault[])[],
  expected: { end: readonly string[]; calls: readonly Call[] },
): Promise<Report> {
  const wrong: string[] = [];
  for (const faults of all) {
    const found = await wrongWith({ scenario, faults }, expected);
    if (found.length > 0) wrong.push(`${commandFor({ scenario, faults })}\n  ${found.join('\n  ')}`);
  }
  return { runs: all.length, wrong };
}

/** For a test's output. */
export const told = (what: string, { runs, wrong }: Report): string =>
  `simulator: ${what}: ${runs} runs, ${wrong.length} with something wrong; every other settled, broke no invariant and left nothing behind`;
