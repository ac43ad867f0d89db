import { isBackward, isReversible, isSettled, mayCarryGreenWeight } from '../../../src/machines/classify.ts';
import type { End, History, Look, Tick, Turn } from './look.ts';
import type { Caller, Mutation } from './process.ts';
import { isOriginal } from './scene.ts';
import { BAKE_MS, WORKER } from './shop.ts';

/** `undefined`: it was no question here. Otherwise whether it holds, or in which words it does not. */
type Finding = undefined | 'holds' | { broken: string };

export interface Invariant {
  name: string;
  says: string;
  /** Around a call that changes something in AWS. `begin` is the world when the reconcile began. */
  atCall?: (
    before: Look,
    call: Mutation,
    after: Look,
    at: { begin: Look; life: Pick<Caller, 'alarms' | 'dataAgeMs'>; history: History },
  ) => Finding;
  /** After a reconcile. */
  atTick?: (tick: Tick, history: History) => Finding;
  /** When all has been well for long. */
  atEnd?: (end: End) => Finding;
}

const broken = (what: string): Finding => ({ broken: what });
const judged = (holds: boolean, what: string): Finding => (holds ? 'holds' : broken(what));

const changesRule = ({ api, what }: Mutation): boolean =>
  api.startsWith('router.') || (api.startsWith('resources.') && what.startsWith('rule/'));

/** Data older than that are missing, whatever an alarm made of them says. */
const STALE_MS = 5 * 60_000;
/** Blue is hung in, seen healthy, and given everything; one more for a reconcile that only took the lease. */
const URGENT_MAX = 4;

/** The invariants that a schedule can break, each in one sentence. */
export const INVARIANTS: readonly Invariant[] = [
  {
    name: 'I1',
    says: 'weights sum to the whole',
    atCall: (_before, call, { rule: { blue, green } }) =>
      !changesRule(call) || blue === undefined || green === undefined
        ? undefined
        : judged(blue + green === 100, `the weights are ${blue} and ${green}`),
  },
  {
    name: 'I2',
    says: 'no call of ours leaves weight on a target group without a healthy target',
    atCall: (before, call, after, { begin }) => {
      // A share that falls, or that nobody could serve either way, is no harm of the call's.
      if (!changesRule(call) || before.green === after.green || after.denied.has('taskReads')) return undefined;
      if (before.healthy.blue + before.healthy.green === 0) return undefined;
      const fuller = (after.green ?? 0) > (before.green ?? 0) ? 'green' : 'blue';
      const isDead = after.healthy[fuller] === 0 && begin.healthy[fuller] === 0;
      return judged(!isDead, `${fuller} gets weight and has nobody healthy`);
    },
  },
  {
    name: 'I3',
    says: 'from provision to the point of no return, and on the way back, no call of ours takes anything from blue, but for a turn that green takes with all traffic',
    atCall: (before, { api }, after) => {
      const { state } = before;
      if (state === undefined || !(isReversible(state) || isBackward(state)) || api.startsWith('router.'))
        return undefined;
      const isCutover = state.startsWith('cutover.') && before.green === 100;
      const less = [...before.blueDesired].filter(
        ([name, desired]) => (after.blueDesired.get(name) ?? 0) < desired && !(name === WORKER && isCutover),
      );
      return judged(less.length === 0, `blue shrinks in ${state}: ${JSON.stringify(less)}`);
    },
  },
  {
    name: 'I4',
    says: 'green is never dismantled while it has weight',
    atCall: (before, { api, what }) =>
      api === 'resources.remove' && /^(service|targetGroup)\//.test(what)
        ? judged((before.green ?? 0) === 0, `${what} is removed with green at ${before.green} %`)
        : undefined,
  },
  {
    name: 'I5',
    says: 'green’s weight never rises while an alarm is not positively OK, or data are missing or stale',
    atCall: (before, call, after, { life }) => {
      if (!changesRule(call) || (after.green ?? 0) <= (before.green ?? 0)) return undefined;
      if (life.alarms !== 'ok') return broken(`green rises to ${after.green} with alarms ${life.alarms}`);
      return judged(life.dataAgeMs <= STALE_MS, `green rises to ${after.green} on data ${life.dataAgeMs} ms old`);
    },
  },
  {
    name: 'I6',
    says: 'at most one step per bake',
    atCall: (before, call, after, { history }) => {
      const to = after.green ?? 0;
      if (call.api !== 'router.write' || to <= (before.green ?? 0) || isBackward(before.state ?? 'halted'))
        return undefined;
      const { weight } = history;
      if (to > history.nextStep()) return broken(`green goes from ${weight?.percent ?? 0} to ${to}`);
      if (weight === undefined || to <= weight.percent) return 'holds';
      const bakedMs = after.now - weight.since;
      // The step that it leads to has begun; one that was taken over below its own weight leads to itself.
      const step = before.context?.step ?? 0;
      const isPromoted = before.promotedStep === step - 1 || before.promotedStep === step;
      return judged(isPromoted || bakedMs >= BAKE_MS, `${weight.percent} % baked for ${bakedMs} ms only`);
    },
  },
  {
    name: 'I7',
    says: 'once backward, green’s weight never rises',
    atCall: (before, call, after) =>
      !changesRule(call) || !isBackward(before.state ?? 'halted') || before.green === undefined
        ? undefined
        : judged((after.green ?? 0) <= before.green, `green rises from ${before.green} to ${after.green}`),
  },
  {
    name: 'I8',
    says: 'a rollback with a healthy blue reaches all blue with one mutating call and one reconcile',
    atTick: ({ begin, end, isClean, isHolder, calls }) => {
      const { state, rule, isBlueWhole, healthy } = begin;
      if (!isClean || !isHolder || state === undefined || state === 'retire.handOver') return undefined;
      if (!mayCarryGreenWeight(state) || !(begin.isAborted || begin.isFiring)) return undefined;
      if (!isBlueWhole || healthy.blue === 0 || isOriginal(rule) || isDeaf(begin)) return undefined;
      return judged(
        isOriginal(end.rule) && calls.length === 1,
        `from ${state} the rule is ${JSON.stringify(end.rule)} after ${calls.map(({ api }) => api).join(', ')}`,
      );
    },
  },
  {
    name: 'I9',
    says: 'nothing blocks a rollback: no pause, no missing metric, no silence, no App Mesh that is gone',
    atTick: ({ begin, end, isClean, isHolder }, history) => {
      const { state } = begin;
      const isUrgent =
        state !== undefined &&
        ((begin.isAborted && isReversible(state) && !state.startsWith('inventory.')) ||
          (begin.isFiring && mayCarryGreenWeight(state)) ||
          state === 'backward.reviveBlue' ||
          state === 'backward.shiftBack');
      const counts = isUrgent && isClean && isHolder && begin.isBlueWhole && !isDeaf(begin);
      history.urgent = counts ? history.urgent + 1 : 0;
      const isHindered = begin.isPaused || begin.denied.has('metrics') || begin.dataAgeMs > 0 || begin.isMeshGone;
      if (!counts || !isHindered) return undefined;
      if (isOriginal(end.rule)) return 'holds';
      return history.urgent < URGENT_MAX
        ? undefined
        : broken(`blue waits for ${history.urgent} reconciles from ${state}`);
    },
  },
  {
    name: 'I14',
    says: 'every reachable state reaches a settled one, and from every forward state before the point of no return there is a way back',
    atEnd: ({ abortedIn, state, waitingFor }) => {
      const words = `it stays in ${state}, waiting for ${waitingFor}`;
      if (state === undefined || !isSettled(state)) return broken(words);
      if (abortedIn === undefined || !isReversible(abortedIn)) return 'holds';
      return judged(state === 'rolledBack', `aborted in ${abortedIn} it ends in ${state}`);
    },
  },
  {
    name: 'I15',
    says: 'the same facts and record give the same decision',
  },
  {
    name: 'I16',
    says: 'paused means no forward mutation',
    atTick: ({ begin, end, calls, isHolder }) => {
      if (!isHolder || !begin.isPaused || end.state === undefined || isBackward(end.state)) return undefined;
      if (begin.state === undefined || isSettled(begin.state)) return undefined;
      return judged(calls.length === 0, `${calls.map(({ api }) => api).join(', ')} in ${end.state}`);
    },
  },
  {
    name: 'I17',
    says: 'of a service whose sides take turns no call of ours starts a task beside one of the other side',
    atCall: ({ worker: was }, { api }, { worker: is }) => {
      const started = isStarted(was.blue, is.blue) ? 'blue' : isStarted(was.green, is.green) ? 'green' : undefined;
      if (started === undefined) return undefined;
      const other = is[started === 'blue' ? 'green' : 'blue'];
      return judged(
        other.alive === 0 && other.desired === 0,
        `${api} starts ${started} beside ${other.alive} tasks, of ${other.desired} that are wanted`,
      );
    },
  },
];

/** Whether so many more are wanted of a side than of before. */
const isStarted = (before: Turn, after: Turn): boolean => after.desired > before.desired;

/** Calls that a rollback itself is made of are refused: nothing can be asked of it. */
const isDeaf = ({ denied }: Look): boolean =>
  denied.has('ruleWrites') || denied.has('taskReads') || denied.has('alarmReads');
