import { mayCarryGreenWeight } from '../../machines/classify.ts';
import { wantedRoute, type WantedRoute } from '../../machines/intent.ts';
import type { MachineState } from '../../machines/record.ts';
import { all, fail, pass, wait, type Verdict } from '../../plan/verdict.ts';
import type { RouterReading } from '../ports.ts';
import { rulesOf, type Groundwork } from '../run.ts';
import { attempt, judged } from './attempt.ts';
import type { Look, Observation } from './observation.ts';

const sameRoute = (one: RouterReading['route'], other: WantedRoute): boolean =>
  one.kind === other.kind && (one.kind !== 'split' || other.kind !== 'split' || one.greenWeight === other.greenWeight);

/** States in which a rule that does not carry what was written was changed by somebody else. */
const HOLDS_WEIGHT: ReadonlySet<MachineState> = new Set<MachineState>([
  'ramp.bake',
  'soak',
  'retire.prove',
  'retire.drain',
  'halted',
]);

export async function observeRoutes(look: Look, { stack }: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state } = look;
  const { machine } = run.status;
  const { facts } = observation;
  const wanted = wantedRoute(state, machine.context, run.spec);
  if (wanted === undefined || state === 'provision') return;
  const verdicts: Verdict[] = [];
  for (const rule of rulesOf(stack)) {
    const reading = await attempt(() => world.router.read(rule, run.memory.resolved));
    if (!reading.ok) {
      verdicts.push(reading.verdict);
      continue;
    }
    const { route } = reading.value;
    observation.routes.set(rule.id, route);
    const foreign = route.kind === 'foreign' && mayCarryGreenWeight(state);
    const moved = HOLDS_WEIGHT.has(state) && route.kind !== 'foreign' && !sameRoute(route, wanted);
    if (foreign) facts.drift = `${rule.id} was changed by others: ${route.why}`;
    if (moved)
      facts.drift = `${rule.id} carries ${describeRoute(route)}, not ${describeRoute(wanted)}, which was read back before`;
    verdicts.push(
      sameRoute(route, wanted)
        ? await judged(() => world.router.verify(rule, wanted, run.memory.resolved))
        : wait(`${rule.id} carries ${describeRoute(route)}, not ${describeRoute(wanted)}`),
    );
  }
  const verdict = all(verdicts, pass('the plan moves no traffic'));
  if (wanted.kind === 'split') facts.weights = verdict;
  if (wanted.kind === 'blueOnly') facts.restored = restoredVerdict(state, verdict);
  if (wanted.kind === 'greenOnly') facts.handedOver = handedOverVerdict(look, verdict);
}

/** After the way back was read once, a rule that carries green again was written late by somebody: it is put right. */
const restoredVerdict = (state: MachineState, verdict: Verdict): Verdict =>
  state === 'backward.dismantle' && verdict.verdict === 'wait' ? fail(verdict.why) : verdict;

function handedOverVerdict({ run, settings, now, state }: Look, verdict: Verdict): Verdict {
  if (verdict.verdict !== 'pass' || state !== 'retire.handOver') return verdict;
  const leftMs = settings.settleMs - (now - run.status.machine.context.enteredAt);
  return leftMs <= 0
    ? verdict
    : wait(`the rules were handed over; blue is left alone ${Math.ceil(leftMs / 1000)} s more`);
}

export function describeRoute(route: RouterReading['route']): string {
  switch (route.kind) {
    case 'blueOnly':
      return 'its original actions';
    case 'greenOnly':
      return 'green in blue’s place';
    case 'split':
      return `blue ${100 - route.greenWeight}, green ${route.greenWeight}`;
    case 'foreign':
      return `something else (${route.why})`;
  }
}
