import { hasStopped, isToRun, isToStop, type Turn } from '../../machines/gates/turns.ts';
import type { Groundwork } from '../run.ts';
import { turnsOf, type TurnTaker } from '../turns.ts';
import { type Act, step } from './acting.ts';

/** What is to be done with the turns. */
type TurnIntent = 'stopBlue' | 'startGreen' | 'cutBack';

/**
 * Gives the turn to one side. Nobody starts beside tasks that have not ended, as they were read in this very reconcile; what could not be
 * read is left alone. Blue is stopped only while every gate passes, among them a person's approval; once it is, green starts whatever
 * they say, for nobody does the work meanwhile.
 */
export async function takeTurns(acting: Act, groundwork: Groundwork, todo: TurnIntent): Promise<void> {
  const { run, observation } = acting;
  const { facts } = observation;
  if (todo === 'stopBlue' && (facts.gates.verdict !== 'pass' || facts.weights.verdict !== 'pass')) return;
  // Requests go first: the rules were just read as they were at the beginning.
  if (todo === 'cutBack' && facts.restored.verdict !== 'pass') return;
  for (const taker of turnsOf(run.spec, groundwork)) {
    const turn = observation.turns.get(taker.blue.name);
    if (turn === undefined) continue;
    if (todo === 'cutBack') await toBlue(acting, taker, turn);
    else await toGreen(acting, todo, taker, turn);
  }
}

async function toGreen(acting: Act, todo: TurnIntent, { blue, green, scaling }: TurnTaker, turn: Turn): Promise<void> {
  const { world } = acting;
  if (!isToStop(turn.blue)) {
    await done(acting, `service/${blue.name} is stopped`, () => world.blue.scaleDown(blue));
    return;
  }
  if (todo === 'stopBlue' || !hasStopped(turn.blue) || !turn.green.exists) return;
  if (isToRun(turn.green, turn)) return;
  const count = Math.max(turn.count, turn.green.desired);
  await done(acting, `service/${green.name} is set to ${count} tasks: ${blue.name} has stopped`, () =>
    world.turns.startGreen(green, count, scaling),
  );
}

async function toBlue(acting: Act, { blue, green, scaling }: TurnTaker, turn: Turn): Promise<void> {
  const { world } = acting;
  if (!isToStop(turn.green)) {
    await done(acting, `service/${green.name} is stopped`, () => world.turns.stopGreen(green, scaling));
    return;
  }
  if (!hasStopped(turn.green) || !turn.blue.exists) return;
  if (isToRun(turn.blue, turn)) return;
  await done(acting, `service/${blue.name} is set back to ${turn.count} tasks: ${green.name} has stopped`, () =>
    world.turns.restartBlue(blue),
  );
}

async function done(acting: Act, message: string, run: () => Promise<void>): Promise<void> {
  if (!(await step(acting, run))) return;
  acting.acted.progress = true;
  acting.acted.deeds.push({ type: 'Normal', reason: 'CutOver', message });
}
