import { Random } from '../../lab/random.ts';

/** Services with which an operator can be cut off from, as its calls are signed for; `everything` is the whole network. */
const SERVICES = [
  'dynamodb',
  'ecs',
  'elasticloadbalancing',
  'monitoring',
  'servicediscovery',
  'appmesh',
  'everything',
] as const;

/**
 * When an operator is struck: at any time, or at the worst: as soon as it has written where a plan goes and has not acted yet, or as soon as
 * a call of its has changed something. In both the lab has served it, and it has not heard so.
 */
export type Aim = 'anyTime' | 'afterWrite' | 'afterCall';
const AIMS: readonly Aim[] = ['anyTime', 'afterWrite', 'afterCall'];

/** What befalls one operator (by its slot, from 0), or the account. Times are real milliseconds but for what says lab. */
export type Act =
  /** kill -9; another takes its place `deadMs` later. */
  | { kind: 'kill'; slot: number; aim: Aim; deadMs: number }
  /** SIGSTOP, and SIGCONT `ms` later, which is longer than a lease. */
  | { kind: 'stop'; slot: number; aim: Aim; ms: number }
  | { kind: 'partition'; slot: number; service: string; how: 'refuse' | 'blackHole'; ms: number }
  /** Calls are served, and their answers lost. */
  | { kind: 'loseAnswers'; slot: number; service: string; ms: number }
  | { kind: 'delay'; slot: number; service: string; byMs: number; ms: number }
  /** The account has a quarter of its rates, for everybody. */
  | { kind: 'throttle'; ms: number }
  /** kill -9; the clock of the one that takes its place is off by so much lab time. */
  | { kind: 'clock'; slot: number; deadMs: number; labAheadMs: number };

export interface Scheduled {
  /** Since the beginning of the run. */
  atMs: number;
  act: Act;
}

export interface ScheduleOptions {
  seed: number;
  durationMs: number;
  slots: number;
  leaseMs: number;
  callTimeoutMs: number;
  /** What acts are drawn from, each as often as it stands there. Default {@link DECK}. */
  deck?: readonly Act['kind'][] | undefined;
}

/** How often each is drawn. */
export const DECK: readonly Act['kind'][] = [
  ...(['kill', 'kill', 'kill', 'kill', 'stop', 'stop', 'partition', 'partition', 'partition'] as const),
  ...(['loseAnswers', 'loseAnswers', 'delay', 'throttle', 'clock'] as const),
];

/** How long the moment is waited for; then it is struck all the same. */
export const AIM_MS_MAX = 5_000;
const FIRST_MS = 4_000;
const GAP_MS = { min: 2_000, max: 5_000 };
/** What a new process needs until it is worth hurting. */
const START_UP_MS = 3_000;
/** How far a clock is off, either way, lab time. */
const CLOCK_OFF_MS = 60_000;

/**
 * Every act of a run, in order. The same options, the same acts. No operator is hurt twice at a time, and one is always left alone, so
 * that plans go on.
 */
export function scheduleOf(options: ScheduleOptions): Scheduled[] {
  const { durationMs, slots, leaseMs, callTimeoutMs, deck = DECK } = options;
  const random = new Random(options.seed);
  const between = (min: number, max: number) => Math.round(min + random.next() * (max - min));
  const pick = <Item>(items: readonly Item[]) => items[random.below(items.length)] as Item;
  const freeAtMs = Array.from({ length: slots }, () => 0);

  const draw = (slot: number): Act => {
    const kind = pick(deck);
    const service = pick(SERVICES);
    switch (kind) {
      case 'kill':
        return { kind, slot, aim: pick(AIMS), deadMs: between(500, 4_000) };
      case 'stop':
        return { kind, slot, aim: pick(AIMS), ms: between(leaseMs * 1.2, leaseMs * 2.5) };
      case 'partition':
        return { kind, slot, service, how: pick(['refuse', 'blackHole'] as const), ms: between(1_000, leaseMs * 2) };
      case 'loseAnswers':
        return { kind, slot, service, ms: between(1_000, leaseMs) };
      case 'delay':
        return { kind, slot, service, byMs: between(50, callTimeoutMs * 0.8), ms: between(1_000, leaseMs) };
      case 'throttle':
        return { kind, ms: between(2_000, 6_000) };
      case 'clock':
        return { kind, slot, deadMs: between(500, 2_000), labAheadMs: between(-CLOCK_OFF_MS, CLOCK_OFF_MS) };
    }
  };

  const schedule: Scheduled[] = [];
  for (let atMs = FIRST_MS; atMs < durationMs; atMs += between(GAP_MS.min, GAP_MS.max)) {
    const free = freeAtMs.flatMap((until, slot) => (until <= atMs ? [slot] : []));
    if (free.length < 2) continue;
    const slot = pick(free);
    const act = draw(slot);
    schedule.push({ atMs, act });
    freeAtMs[slot] = atMs + lengthOf(act);
  }
  return schedule;
}

/** For how long the act's operator is not as it should be, at most. */
function lengthOf(act: Act): number {
  if (act.kind === 'throttle') return 0;
  const aimedMs = 'aim' in act && act.aim !== 'anyTime' ? AIM_MS_MAX : 0;
  return aimedMs + ('deadMs' in act ? act.deadMs + START_UP_MS : act.ms);
}
