import { isBackward, isReversible } from '../../../src/machines/classify.ts';
import type { MachineState } from '../../../src/machines/record.ts';
import { turnTakers } from '../../../src/plan/turns.ts';
import type { Inside, Side } from './inside.ts';
import { PLAN } from './manifest.ts';
import type { Mutation, Wire } from './operatorProcess.ts';

const WHOLE = 100;

/** What a rule forwards to. */
interface Weights {
  /** Percent of its traffic. */
  green: number;
  /** Target groups with weight. */
  weighted: string[];
  /** Every target group that it names. */
  named: string[];
  /** Of all weights; 100 where it names one group, which takes everything. */
  sum: number;
}

/** Both sides of a service that take turns. */
interface Sides {
  blue: Side;
  green: Side;
}

/**
 * Looks at the world around every mutating call of an operator and keeps every breach of an invariant, with the call. It knows
 * nothing of what the operator means to do, but for the state in the record, and which services the plan's spec says take turns.
 */
export class Referee {
  /** Alarms that the plan may find in ALARM and raise green all the same: none but in a rescue. */
  readonly waivable = new Set<string>();
  /** ARNs of what a person of the test takes away: no call of the operator's did. */
  readonly takenByPeople = new Set<string>();
  readonly breaches: string[] = [];
  /** Every AWS mutation, in order; the table's own writes are not among them. */
  readonly mutations: string[] = [];
  readonly #inside: Inside;
  readonly #ruleArn: string;
  readonly #blueTargetGroupArn: string;
  /** What there was before the first call; `undefined` until then. */
  #others: string[] | undefined;
  /** As the record has it: an operator acts on nothing that it has not persisted. */
  #state: MachineState = 'inventory.assess';
  #isPaused = false;
  /** Blue's names of the services whose sides take turns. */
  #turnTakers: readonly string[] = [];
  #before: Weights;
  #sidesBefore: ReadonlyMap<string, Sides> = new Map();
  /** Of the blue service that a call is about to scale. */
  #scaling: ReturnType<Inside['scaling']>;

  constructor(inside: Inside, edge: { listenerRuleArn: string; targetGroupArn: string }) {
    this.#inside = inside;
    this.#ruleArn = edge.listenerRuleArn;
    this.#blueTargetGroupArn = edge.targetGroupArn;
    this.#before = this.#weights();
  }

  readonly wire: Wire = {
    before: (mutation) => {
      if (!mutation.api.startsWith('dynamodb:')) this.#lookBefore(mutation);
    },
    after: (mutation) => {
      if (!mutation.api.startsWith('dynamodb:')) this.#lookAfter(mutation);
    },
    persisted: (plan, { machine, spec }) => {
      if (plan !== PLAN) return;
      this.#state = machine.value;
      this.#isPaused = spec?.paused === true;
      this.#turnTakers = spec === null ? [] : turnTakers(spec);
    },
  };

  #lookBefore(mutation: Mutation): void {
    const state = this.#state;
    this.#others ??= this.#inside.things();
    this.#before = this.#weights();
    this.#sidesBefore = new Map(this.#turnTakers.map((name) => [name, this.#sides(name)]));
    if (this.#before.green > 0 && takesGreenAway(mutation, this.#before.named)) {
      this.#say('I4', mutation, `green is taken away at ${this.#before.green} %`);
    }
    if (isReversible(state) && shrinksBlue(mutation) && !this.#endsTurn(mutation)) {
      this.#say('I3', mutation, `blue shrinks in ${state}`);
    }
    const blue = blueScaledBy(mutation);
    this.#scaling = blue === undefined ? undefined : this.#inside.scaling(blue);
    if (this.#isPaused && !isBackward(state)) this.#say('I16', mutation, `the plan is paused in ${state}`);
  }

  #lookAfter(mutation: Mutation): void {
    this.mutations.push(mutation.api);
    const { green, weighted, named, sum } = this.#weights();
    if (sum !== WHOLE) this.#say('I1', mutation, `the weights sum to ${sum}`);
    // Where no group has a healthy target, no way to turn is worse than another.
    if (WRITES_WEIGHTS.test(mutation.api) && this.#inside.hasHealthyTarget([...this.#before.named, ...named])) {
      for (const arn of weighted) {
        if (!this.#inside.hasHealthyTarget([arn])) this.#say('I2', mutation, `${arn} has weight and nobody healthy`);
      }
    }
    if (green > this.#before.green) this.#lookAtRise(mutation, green);
    if (TAKES_AWAY.test(mutation.api)) this.#lookForOthers(mutation);
    for (const [name, before] of this.#sidesBefore) this.#lookAtTurn(mutation, name, before);
    const blue = blueScaledBy(mutation);
    // Whose turn it is says how a service scales whose sides take them.
    if (blue !== undefined && !this.#turnTakers.includes(blue)) this.#lookAtScaling(mutation, blue);
  }

  /** Beside the freeze blue's floor alone may move: up while the plan goes forward, and down to where it was on the way back. */
  #lookAtScaling(mutation: Mutation, blue: string): void {
    const before = this.#scaling;
    const after = this.#inside.scaling(blue);
    if (before === undefined || after === undefined) return;
    const state = this.#state;
    const words = `${JSON.stringify(before)} → ${JSON.stringify(after)} in ${state}`;
    if (isReversible(state) && after.min < before.min) this.#say('I3', mutation, `blue's floor falls: ${words}`);
    if (isBackward(state) && after.min > before.min) this.#say('I3', mutation, `blue's floor rises: ${words}`);
    if (!isReversible(state) && !isBackward(state)) return;
    if (after.max !== before.max) this.#say('I3', mutation, `blue's maximum moves: ${words}`);
    if (after.desired < before.desired) this.#say('I3', mutation, `blue shrinks by its scaling: ${words}`);
  }

  #lookAtRise(mutation: Mutation, green: number): void {
    if (isBackward(this.#state)) {
      this.#say('I7', mutation, `green rose from ${this.#before.green} to ${green} on the way back`);
    }
    const alarms = [...this.#inside.alarmStates(['shop-5xx', 'shop-latency']), ...this.#inside.createdAlarms()];
    const doubtful = alarms.filter(
      ({ name, state }) => state !== 'OK' && !(state === 'ALARM' && this.waivable.has(name)),
    );
    if (doubtful.length > 0) this.#say('I5', mutation, `green rose to ${green} with ${JSON.stringify(doubtful)}`);
  }

  /** Whoever has the turn may lose it once every request is on green, and its service is there to take it back. */
  #endsTurn(mutation: Mutation): boolean {
    const { api } = mutation;
    const isTaker = this.#turnTakers.includes(serviceOf(mutation));
    return isTaker && api === 'ecs:UpdateService' && this.#state.startsWith('cutover.') && this.#before.green === WHOLE;
  }

  #lookAtTurn(mutation: Mutation, name: string, before: Sides): void {
    const now = this.#sides(name);
    const isDeployed = DEPLOYS.some((key) => mutation.input[key] !== undefined) && mutation.api === 'ecs:UpdateService';
    for (const [mine, other] of [
      ['blue', 'green'],
      ['green', 'blue'],
    ] as const) {
      const isMine = sideOf(name)[mine].test(serviceOf(mutation));
      const starts =
        now[mine].desired > before[mine].desired ||
        (now[mine].mayGrow && !before[mine].mayGrow) ||
        (isMine && isDeployed && now[mine].desired > 0);
      const { alive, desired } = now[other];
      if (starts && alive + desired > 0) {
        this.#say(
          'I17',
          mutation,
          `${mine} of ${name} starts beside ${alive} tasks of ${other}, wanted with ${desired}`,
        );
      }
    }
  }

  #sides(name: string): Sides {
    const { blue, green } = sideOf(name);
    return { blue: this.#inside.side(blue), green: this.#inside.side(green) };
  }

  /** Blue may go where the plan says so, from `retire.scaleDown` on; what belongs to others never. */
  #lookForOthers(mutation: Mutation): void {
    const left = new Set(this.#inside.things());
    const gone = (this.#others ?? []).filter((thing) => !left.has(thing) && !this.takenByPeople.has(thing));
    const blueMayGo = !isReversible(this.#state) && !isBackward(this.#state);
    const wronged = gone.filter((thing) => !(blueMayGo && BLUE.test(thing)));
    if (wronged.length > 0) this.#say('I11', mutation, `${wronged.join(', ')} is gone`);
  }

  #say(invariant: string, mutation: Mutation, what: string): void {
    this.breaches.push(`${invariant}: ${what} at ${mutation.api} ${JSON.stringify(mutation.input)}`);
  }

  #weights(): Weights {
    const actions = this.#inside.ruleActions(this.#ruleArn);
    const groups = (actions.find((action) => action.Type === 'forward')?.ForwardConfig?.TargetGroups ?? []).map(
      (group) => ({ arn: group.TargetGroupArn ?? '', weight: group.Weight ?? 0 }),
    );
    const total = groups.reduce((sum, { weight }) => sum + weight, 0);
    const green = groups.reduce((sum, { arn, weight }) => sum + (arn === this.#blueTargetGroupArn ? 0 : weight), 0);
    return {
      green: total === 0 ? 0 : (green / total) * WHOLE,
      weighted: groups.filter(({ weight }) => weight > 0).map(({ arn }) => arn),
      named: groups.map(({ arn }) => arn),
      sum: groups.length <= 1 ? WHOLE : total,
    };
  }
}

const WRITES_WEIGHTS = /:(ModifyRule|ModifyListener)$/;
const TAKES_AWAY = /:(Delete|Deregister|Remove)/;
/** What of blue goes by name; its Cloud Map services and its target group are the user's to keep. */
const BLUE = /:(service\/shop\/(frontend|stock-api|user-api|worker|orders)|scalable-target\/\w+)$/;
const GREEN = /-sc\d*$/;
/** What in an UpdateService makes it a deployment, which starts new tasks. */
const DEPLOYS = ['taskDefinition', 'forceNewDeployment', 'serviceRegistries', 'serviceConnectConfiguration'];

const sideOf = (name: string) => ({ blue: new RegExp(`^${name}$`), green: new RegExp(`^${name}-sc\\d*$`) });

/** The blue service whose scaling a call registers. */
function blueScaledBy({ api, input }: Mutation): string | undefined {
  if (!api.endsWith(':RegisterScalableTarget')) return undefined;
  const name = String(input['ResourceId']).split('/').at(-1) ?? '';
  return GREEN.test(name) ? undefined : name;
}

const serviceOf = ({ input }: Mutation): string => (typeof input['service'] === 'string' ? input['service'] : '');

/** Whether a call takes away, or stops, something of green's that serves. */
function takesGreenAway(mutation: Mutation, named: readonly string[]): boolean {
  switch (mutation.api) {
    case 'ecs:DeleteService':
      return GREEN.test(serviceOf(mutation));
    case 'ecs:UpdateService':
      return GREEN.test(serviceOf(mutation)) && mutation.input['desiredCount'] === 0;
    case 'elasticloadbalancing:DeleteTargetGroup':
      return named.some((arn) => arn === mutation.input['TargetGroupArn']);
    default:
      return false;
  }
}

function shrinksBlue(mutation: Mutation): boolean {
  if (GREEN.test(serviceOf(mutation))) return false;
  if (mutation.api === 'ecs:DeleteService') return true;
  const desired = mutation.input['desiredCount'];
  return mutation.api === 'ecs:UpdateService' && typeof desired === 'number' && desired < 2;
}
