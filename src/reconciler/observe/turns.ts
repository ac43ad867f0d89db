import { cutBackVerdict, cutOverVerdict, stoppedVerdict, type Turn } from '../../machines/gates/turns.ts';
import type { MachineState } from '../../machines/record.ts';
import { all, pass, type Verdict } from '../../plan/verdict.ts';
import type { Groundwork } from '../run.ts';
import { turnsOf, type TurnTaker } from '../turns.ts';
import { attempt, type Read } from './attempt.ts';
import type { Look, Observation } from './observation.ts';
import { inForceSince } from './resources.ts';

/** Where somebody's turn begins or ends, and where green must still have it. */
const WATCHED: ReadonlySet<MachineState> = new Set<MachineState>([
  'cutover.stopBlue',
  'cutover.startGreen',
  'soak',
  'retire.prove',
  'retire.handOver',
  'backward.cutBack',
]);

const NOBODY = pass('no service takes turns');

/** Who has the turn, of each service whose sides never run both. Green that cannot take it sends everything back. */
export async function observeTurns(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { run, settings, state, now } = look;
  const { facts } = observation;
  if (!WATCHED.has(state)) return;
  const takers = turnsOf(run.spec, groundwork);
  if (takers.length === 0) {
    Object.assign(facts, { blueStopped: NOBODY, cutOver: NOBODY, cutBack: NOBODY });
    return;
  }
  const waitedMs = now - inForceSince(run, now);
  const read: { taker: TurnTaker; turn: Read<Turn> }[] = [];
  for (const taker of takers) read.push({ taker, turn: await attempt(() => readTurn(look, groundwork, taker)) });
  const judged = (verdict: (turn: Turn) => Verdict): Verdict =>
    all(
      read.map(({ turn }) => (turn.ok ? verdict(turn.value) : turn.verdict)),
      NOBODY,
    );
  for (const { taker, turn } of read) if (turn.ok) observation.turns.set(taker.blue.name, turn.value);
  // A deadline is for the start alone: later the count is green's own affair.
  const deadlineMs = state === 'cutover.startGreen' ? settings.cutoverDeadlineMs : Number.POSITIVE_INFINITY;
  facts.blueStopped = judged((turn) => stoppedVerdict(turn.blue));
  facts.cutOver = judged((turn) => cutOverVerdict(turn, waitedMs, deadlineMs));
  if (state === 'cutover.startGreen' && facts.cutOver.verdict === 'fail') {
    facts.breach ??= { reason: 'GreenSick', message: facts.cutOver.why };
  }
  if (state === 'backward.cutBack') {
    facts.cutBack = judged((turn) =>
      cutBackVerdict(turn, now - run.status.machine.context.enteredAt, settings.reviveMs),
    );
  }
}

async function readTurn({ run, world }: Look, { estate }: Groundwork, taker: TurnTaker): Promise<Turn> {
  const cluster = estate.cluster.arn;
  const { blue, green } = taker;
  return {
    blue: await world.turns.read(cluster, blue.name, undefined),
    green: await world.turns.read(cluster, green.name, run.owner),
    count: blue.service.desiredCount ?? 0,
    wasAsleep: taker.wasAsleep,
  };
}
