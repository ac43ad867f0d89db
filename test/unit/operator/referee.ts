import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { ListServicesCommand } from '@aws-sdk/client-ecs';
import {
  type Action,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListNamespacesCommand } from '@aws-sdk/client-servicediscovery';
import { isBackward, isReversible } from '../../../src/machines/classify.ts';
import type { MachineState } from '../../../src/machines/record.ts';
import type { Mutation, Wire } from './operatorProcess.ts';
import type { OperatorWorld } from './operatorWorld.ts';
import { PLAN } from './manifest.ts';

const WHOLE = 100;

interface Weights {
  /** Percent of the rule's traffic. */
  green: number;
  /** Target groups with weight. */
  weighted: string[];
  /** Every target group of the rule. */
  named: string[];
  /** Of all that the rule names; 100 where it names one. */
  sum: number;
}

/**
 * Looks at the world around every mutating call of an operator and keeps every breach of an invariant, with the call. It knows
 * nothing of what the operator means to do.
 */
export class Referee {
  readonly breaches: string[] = [];
  /** Every AWS mutation, in order; the table's own writes are not among them. */
  readonly mutations: string[] = [];
  readonly #world: OperatorWorld;
  #foreign: string[] | undefined;

  constructor(world: OperatorWorld) {
    this.#world = world;
  }

  readonly wire: Wire = {
    before: (mutation) => this.#before(mutation),
    after: (mutation) => this.#after(mutation),
    persisted: (plan, { machine, spec }) => {
      if (plan !== PLAN) return;
      this.#state = machine.value;
      this.#isPaused = spec?.paused === true;
    },
  };

  /** As the record has it: an operator acts on nothing that it has not persisted. */
  #state: MachineState = 'inventory.assess';
  #isPaused = false;
  #greenBefore = 0;
  #namedBefore: string[] = [];

  async #before(mutation: Mutation): Promise<void> {
    if (mutation.api.startsWith('dynamodb:')) return;
    this.#foreign ??= await this.#foreignThings();
    const { green, named } = await this.#weights();
    this.#greenBefore = green;
    this.#namedBefore = named;
    if (this.#greenBefore > 0 && takesGreenAway(mutation)) {
      this.#say('I4', mutation, `green is taken away at ${this.#greenBefore} %`);
    }
    const state = this.#state;
    if (this.#isPaused && !isBackward(state)) this.#say('I16', mutation, `the plan is paused in ${state}`);
    if (isReversible(state) && shrinksBlue(mutation)) this.#say('I3', mutation, `blue shrinks in ${state}`);
  }

  async #after(mutation: Mutation): Promise<void> {
    if (mutation.api.startsWith('dynamodb:')) return;
    this.mutations.push(mutation.api);
    const { green, weighted, named, sum } = await this.#weights();
    if (sum !== WHOLE) this.#say('I1', mutation, `the weights sum to ${sum}`);
    const wroteWeights = /:(ModifyRule|ModifyListener)$/.test(mutation.api);
    if (wroteWeights && (await this.#hasHealthy([...this.#namedBefore, ...named]))) {
      for (const arn of weighted) if (!(await this.#hasHealthy([arn]))) this.#say('I2', mutation, `${arn} has weight`);
    }
    if (green > this.#greenBefore) {
      if (isBackward(this.#state)) {
        this.#say('I7', mutation, `green rose from ${this.#greenBefore} to ${green} on the way back`);
      }
      const alarms = await this.#alarmsNotOk();
      if (alarms.length > 0) this.#say('I5', mutation, `green rose to ${green} while ${alarms.join(', ')}`);
    }
    if (/:(Delete|Deregister)/.test(mutation.api)) await this.#checkForeign(mutation);
  }

  #say(invariant: string, mutation: Mutation, what: string): void {
    this.breaches.push(`${invariant}: ${what} at ${mutation.api} ${JSON.stringify(mutation.input)}`);
  }

  async #weights(): Promise<Weights> {
    const { person, edge } = this.#world;
    const { Rules = [] } = await person.elbv2.send(new DescribeRulesCommand({ RuleArns: [edge.listenerRuleArn] }));
    const actions: Action[] = Rules[0]?.Actions ?? [];
    const groups = actions.find((action) => action.Type === 'forward')?.ForwardConfig?.TargetGroups ?? [];
    const whole = groups.reduce((sum, group) => sum + (group.Weight ?? 0), 0);
    const share = (isOne: (arn: string) => boolean) =>
      groups.reduce((sum, group) => sum + (isOne(group.TargetGroupArn ?? '') ? (group.Weight ?? 0) : 0), 0);
    return {
      green: whole === 0 ? 0 : (share((arn) => arn !== edge.targetGroupArn) / whole) * 100,
      weighted: groups.filter((group) => (group.Weight ?? 0) > 0).map((group) => group.TargetGroupArn ?? ''),
      named: groups.map((group) => group.TargetGroupArn ?? ''),
      sum: groups.length === 1 ? WHOLE : whole,
    };
  }

  /** Whether any of the groups has a healthy target: where none has, no way to turn is worse than another. */
  async #hasHealthy(targetGroupArns: readonly string[]): Promise<boolean> {
    for (const TargetGroupArn of new Set(targetGroupArns)) {
      const { TargetHealthDescriptions = [] } = await this.#world.person.elbv2.send(
        new DescribeTargetHealthCommand({ TargetGroupArn }),
      );
      if (TargetHealthDescriptions.some(({ TargetHealth }) => TargetHealth?.State === 'healthy')) return true;
    }
    return false;
  }

  async #alarmsNotOk(): Promise<string[]> {
    const { MetricAlarms = [] } = await this.#world.person.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: ['shop-5xx', 'shop-latency'] }),
    );
    return MetricAlarms.filter(({ StateValue }) => StateValue !== 'OK').map(
      ({ AlarmName, StateValue }) => `${AlarmName} is ${StateValue}`,
    );
  }

  /** Blue may go where the plan says so, from `retire.scaleDown` on; what belongs to others never. */
  async #checkForeign(mutation: Mutation): Promise<void> {
    const left = new Set(await this.#foreignThings());
    const gone = (this.#foreign ?? []).filter((thing) => !left.has(thing));
    const blueMayGo = !isReversible(this.#state) && !isBackward(this.#state);
    const wronged = gone.filter((thing) => !(blueMayGo && BLUE.test(thing)));
    if (wronged.length > 0) this.#say('I11', mutation, `${wronged.join(', ')} is gone`);
  }

  /** What there was before the plan began, by name. */
  async #foreignThings(): Promise<string[]> {
    const { person, clusterArn } = this.#world;
    const { serviceArns = [] } = await person.ecs.send(new ListServicesCommand({ cluster: clusterArn }));
    const { TargetGroups = [] } = await person.elbv2.send(new DescribeTargetGroupsCommand({}));
    const { Namespaces = [] } = await person.serviceDiscovery.send(new ListNamespacesCommand({}));
    return [
      ...serviceArns,
      ...TargetGroups.map((group) => group.TargetGroupArn ?? ''),
      ...Namespaces.map((namespace) => namespace.Arn ?? ''),
    ];
  }
}

const BLUE = /:service\/shop\/(frontend|stock-api|user-api)$/;
const GREEN = /-sc\d*$/;

/** Whether a call takes away, or stops, something of green's that serves. */
function takesGreenAway({ api, input }: Mutation): boolean {
  const service = String(input['service'] ?? '');
  switch (api) {
    case 'ecs:DeleteService':
      return GREEN.test(service);
    case 'ecs:UpdateService':
      return GREEN.test(service) && input['desiredCount'] === 0;
    case 'elasticloadbalancing:DeleteTargetGroup':
      return true;
    default:
      return false;
  }
}

function shrinksBlue({ api, input }: Mutation): boolean {
  const service = String(input['service'] ?? '');
  if (GREEN.test(service)) return false;
  if (api === 'ecs:DeleteService') return true;
  return api === 'ecs:UpdateService' && typeof input['desiredCount'] === 'number' && input['desiredCount'] < 2;
}
