import { isSettled } from '../../../src/machines/classify.ts';
import type { MachineState } from '../../../src/machines/record.ts';
import { INVARIANTS } from '../schedules/invariants.ts';
import { History, lookAt } from '../schedules/look.ts';
import { isOriginal, Scene } from '../schedules/scene.ts';
import { Conductor } from './conductor.ts';
import { SharedRecord } from './record.ts';
import { type Breakage, type OnCall, Replica } from './replica.ts';

/** Three replicas on one plan, and who of them takes which step, in which order. */
export interface Interleaving {
  /** Where the plan stands when they begin; nobody holds it. */
  from: MachineState;
  /** What happens from there on, a number each; the same numbers, the same interleaving. */
  choices: readonly number[];
  /** Whether a process can stand still between its fence and the sending of the call. */
  mayStopInCalls: boolean;
  /** Who stands still after the last choice goes on before the others bring the plan to its end, or only then. */
  wakes: 'before' | 'after';
}

export interface Outcome {
  /** What should not be, in order. */
  broken: string[];
  /** Take-overs of the plan. */
  epochs: number;
  /** Calls that landed under a lease that was lost by then. */
  late: number;
  state: MachineState | undefined;
}

const REPLICAS = ['op-1', 'op-2', 'op-3'] as const;
/** What a choice may be; most are a step of somebody's. */
const KINDS = 40;
/** Choices are from 0 to below this. */
export const CHOICES = KINDS * 64;
/** Plan time that passes at once: less and more than a call may take, and than a lease lasts. */
const PASSES_MS = [1_000, 4_000, 9_000, 15_000, 31_000] as const;
/** A plan that has not settled after so many pauses in peace never will. */
const PAUSES_MAX = 600;
/** While everybody stands still. */
const NOBODY_MS = 5_000;

/** Plays an interleaving to its end: afterwards nobody stands still, all is well, and the plan is to settle as it should. */
export async function play(interleaving: Interleaving, breakage: Breakage = {}): Promise<Outcome> {
  const start = await startIn(interleaving.from);
  const scene = start.scene.copy();
  const record = new SharedRecord(start.record);
  const history = new History();
  history.weight = start.history.weight;
  const conductor = new Conductor(scene);
  conductor.isFree = false;
  const outcome: Outcome = { broken: record.broken, epochs: 0, late: 0, state: undefined };
  const begunAt = record.held.epoch;
  const onCall: OnCall = (mutation, caller, epoch, effect) => {
    const before = lookAt(scene, record);
    effect();
    const after = lookAt(scene, record);
    const isLate = epoch < record.held.epoch;
    if (isLate) outcome.late += 1;
    if (isLate && !interleaving.mayStopInCalls)
      outcome.broken.push(`two drive: ${mutation.api} ${mutation.what} of epoch ${epoch} in ${record.held.epoch}`);
    // What a call does that nothing could have held back is judged by how it all ends.
    if (isLate) return;
    for (const { name, atCall } of INVARIANTS) {
      const finding = atCall?.(before, mutation, after, { begin: before, life: caller, history });
      if (finding === undefined || finding === 'holds') continue;
      outcome.broken.push(`${name}: ${finding.broken}, at ${mutation.api} ${mutation.what} in ${before.state}`);
    }
    history.noteCall(mutation, after);
  };
  const { mayStopInCalls } = interleaving;
  const replicas = REPLICAS.map(
    (name) => new Replica({ name, scene, record, conductor, mayStopInCalls, breakage, onCall }),
  );

  let abortedIn: MachineState | undefined;
  for (const choice of interleaving.choices) {
    const rest = Math.floor(choice / KINDS);
    switch (choice % KINDS) {
      case 0:
        conductor.standStill(record.held.holder);
        break;
      case 1:
        if (mayStopInCalls) conductor.catchSender();
        else conductor.standStill(record.held.holder);
        break;
      case 2:
        conductor.standStill(REPLICAS[rest % REPLICAS.length] ?? '');
        break;
      case 3:
        if (rest % 3 === 0) conductor.everybodyGoesOn();
        break;
      case 4:
      case 5:
        await conductor.pass(PASSES_MS[rest % PASSES_MS.length] ?? 0);
        break;
      case 6:
        if (rest % 2 === 0) scene.setAlarm('shop-5xx', 'ALARM');
        else if (abortedIn === undefined) {
          abortedIn = record.status?.machine.value;
          await record.abort(scene.now);
        }
        break;
      default:
        if (!(await conductor.step(rest))) await conductor.pass(conductor.untilNextTimer() ?? NOBODY_MS);
    }
  }

  scene.setAlarm('shop-5xx', 'OK');
  conductor.isFree = true;
  const isOver = () =>
    record.status !== undefined && isSettled(record.status.machine.value) && record.held.holder === '';
  const bringToItsEnd = async () => {
    for (let pauses = 0; !isOver() && pauses < PAUSES_MAX; pauses += 1) await goOn(conductor);
  };
  const canGoOnAlone = interleaving.wakes === 'after' && conductor.standing.size < REPLICAS.length;
  if (canGoOnAlone) await bringToItsEnd();
  conductor.everybodyGoesOn();
  await goOn(conductor);
  await bringToItsEnd();
  for (const replica of replicas) replica.end();
  outcome.epochs = record.held.epoch - begunAt;
  outcome.state = record.status?.machine.value;
  outcome.broken.push(...judgeEnd(scene, record, abortedIn));
  return outcome;
}

/** The world and the record at the moment when the plan has come to a state, and nobody holds it. */
interface Start {
  scene: Scene;
  record: SharedRecord;
  history: History;
}

const starts = new Map<MachineState, Promise<Start>>();

function startIn(state: MachineState): Promise<Start> {
  const start = starts.get(state) ?? alone(state);
  starts.set(state, start);
  return start;
}

/** One replica brings the plan to a state, and is gone. */
async function alone(state: MachineState): Promise<Start> {
  const scene = new Scene();
  const record = new SharedRecord();
  const conductor = new Conductor(scene);
  const history = new History();
  const progress = { isThere: false };
  record.onState = (is) => {
    if (is !== state) return;
    progress.isThere = true;
    conductor.isFree = false;
  };
  await record.submit();
  const replica = new Replica({
    name: 'op-0',
    scene,
    record,
    conductor,
    mayStopInCalls: false,
    breakage: {},
    onCall: (mutation, _caller, _epoch, effect) => {
      effect();
      history.noteCall(mutation, lookAt(scene, record));
    },
  });
  for (let pauses = 0; !progress.isThere; pauses += 1) {
    if (pauses > PAUSES_MAX)
      throw new Error(`the plan never comes to ${state}: it is in ${record.status?.machine.value}`);
    await goOn(conductor, () => progress.isThere);
  }
  replica.end();
  record.giveBack();
  return { scene, record, history };
}

/** Everybody goes on until there is nothing to do but wait, and then time passes. */
async function goOn(conductor: Conductor, isEnough: () => boolean = () => false): Promise<void> {
  for (;;) {
    if (isEnough()) return;
    if (!(await conductor.step(0))) break;
  }
  await conductor.pass(conductor.untilNextTimer() ?? NOBODY_MS);
}

/** What must be so once the plan has settled, and what must not be there. */
function judgeEnd(scene: Scene, record: SharedRecord, abortedIn: MachineState | undefined): string[] {
  const state = record.status?.machine.value;
  const broken: string[] = [];
  const expect = (holds: boolean, what: string) => {
    if (!holds) broken.push(`the end: ${what}, in ${state}`);
  };
  expect(record.held.holder === '', `the lease is still ${record.held.holder}'s`);
  expect(![...record.items.partitions.keys()].some((pk) => pk.startsWith('claim#')), 'claims are left');
  switch (state) {
    case 'rolledBack':
      expect(isOriginal(scene.rule), `the rule is ${JSON.stringify(scene.rule)}`);
      expect(scene.isBlueWhole(), 'blue is not whole');
      expect(scene.green.size === 0, `green is left: ${[...scene.green.keys()].join(', ')}`);
      expect(scene.made.size === 0, `made and left: ${[...scene.made.keys()].join(', ')}`);
      break;
    case 'succeeded':
      expect(scene.rule.green === 100, `the rule is ${JSON.stringify(scene.rule)}`);
      expect(scene.green.size > 0, 'green is gone');
      expect(abortedIn === undefined || abortedIn.startsWith('retire.'), `aborted in ${abortedIn}`);
      break;
    default:
      broken.push(`the end: it stays in ${state}, waiting for ${record.status?.report.waitingFor}`);
  }
  return broken;
}
