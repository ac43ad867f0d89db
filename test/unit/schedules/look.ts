import type { MachineContext, MachineState } from '../../../src/machines/record.ts';
import type { Mutation } from './process.ts';
import { greenShare, type Rule, type Scene, type Tasks } from './scene.ts';
import { WEIGHTS, WORKER } from './shop.ts';
import type { Table } from './table.ts';

/** One side of a service whose sides take turns: how many are wanted, and how many have not ended. */
export interface Turn {
  desired: number;
  alive: number;
}

const turnOf = (tasks: Tasks | undefined): Turn => ({ desired: tasks?.desired ?? 0, alive: tasks?.healthy ?? 0 });

/** What invariants are about, at one moment. Nothing in it changes afterwards. */
export interface Look {
  now: number;
  /** As the record has it: an operator acts on nothing that it has not persisted. `undefined` before there is a record. */
  state: MachineState | undefined;
  context: MachineContext | undefined;
  rule: Rule;
  /** Green's share, percent; `undefined` where neither side gets anything. */
  green: number | undefined;
  /** Healthy targets that the load balancer finds in each side's target group. */
  healthy: { blue: number; green: number };
  blueDesired: ReadonlyMap<string, number>;
  isBlueWhole: boolean;
  /** Tasks of the service whose sides take turns. */
  worker: { blue: Turn; green: Turn };
  isFiring: boolean;
  dataAgeMs: number;
  denied: ReadonlySet<string>;
  isMeshGone: boolean;
  isPaused: boolean;
  isAborted: boolean;
  /** The step whose bake a person wants ended. */
  promotedStep: number | undefined;
}

export function lookAt(scene: Scene, table: Pick<Table, 'status' | 'isPaused' | 'requests'>): Look {
  const { machine } = table.status ?? {};
  const { rule } = scene;
  const healthy = (side: 'blue' | 'green') => (scene.hasHealthyTarget(side) ? scene.healthyOf(side) : 0);
  return {
    now: scene.now,
    state: machine?.value,
    context: machine?.context,
    rule,
    green: greenShare(rule),
    healthy: { blue: healthy('blue'), green: healthy('green') },
    blueDesired: new Map([...scene.blue].map(([name, { desired }]) => [name, desired])),
    isBlueWhole: scene.isBlueWhole(),
    worker: { blue: turnOf(scene.blue.get(WORKER)), green: turnOf(scene.greenOf(WORKER)) },
    isFiring: [...scene.alarms.values()].some(({ state }) => state === 'ALARM'),
    dataAgeMs: scene.now - scene.newestData(),
    denied: new Set(scene.denied),
    isMeshGone: scene.isMeshGone,
    isPaused: table.isPaused,
    isAborted: table.requests.abort !== undefined,
    promotedStep: table.requests.promote?.state === 'ramp.bake' ? table.requests.promote.step : undefined,
  };
}

/** One reconcile of one operator, from outside. */
export interface Tick {
  begin: Look;
  end: Look;
  /** Nothing went wrong with it and nothing came in between. */
  isClean: boolean;
  /** It held the plan. */
  isHolder: boolean;
  calls: readonly Mutation[];
}

/** How the schedule ended, once all was well and nobody did anything any more. */
export interface End {
  /** Whether a person gave the plan up at the end, and in which state that was. */
  abortedIn: MachineState | undefined;
  state: MachineState | undefined;
  waitingFor: string;
}

/** What has happened so far, as far as an invariant must know it. */
export class History {
  /** The weight that bakes, as it was written by us or taken over from others, and since when. */
  weight: { percent: number; since: number } | undefined;
  /** Clean reconciles in a row in which everything called for blue, and blue could take it. */
  urgent = 0;

  /** The next weight of the ramp above the one that bakes. */
  nextStep(): number {
    const percent = this.weight?.percent ?? 0;
    return WEIGHTS.find((weight) => weight > percent) ?? 100;
  }

  noteCall({ api }: Mutation, { now, green = 0, state }: Look): void {
    if (api !== 'router.write') return;
    this.weight = state?.startsWith('backward.') === true || green === 0 ? undefined : { percent: green, since: now };
  }

  noteTick({ end: { context, state, rule, now } }: Tick): void {
    if (state === 'inventory.assess') this.weight = undefined;
    if (context === undefined || state !== 'ramp.bake') return;
    // Others may have written the very weight that the plan was about to write, or one that it took over.
    const percent = context.adoptedWeight ?? WEIGHTS[context.step];
    if (percent !== undefined && percent === rule.green && percent !== this.weight?.percent)
      this.weight = { percent, since: now };
  }
}
