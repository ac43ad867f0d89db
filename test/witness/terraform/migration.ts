import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Action,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { stringify } from 'yaml';
import { Load, type Outcome } from '../../../src/cli/demo/load.ts';
import { type SideCounts, Tally } from '../../../src/cli/demo/tally.ts';
import { WorldView } from '../../../src/cli/demo/worldView.ts';
import { Meshlift } from '../../processes/meshlift.ts';
import type { ShopEstate } from './shopEstate.ts';

const REQUESTS_PER_SECOND = 40;
const APPROVAL_MS_MAX = 150_000;
const LOOK_MS = 500;
/** A task that is gone is in no list any more, so tasks are learned of while they are there. */
const LEARN_MS = 1_000;

export interface Step {
  weight: number;
  bake: string;
}

/** Bakes that an alarm of two minutes' periods can see into. */
const STEPS: readonly Step[] = [
  { weight: 50, bake: '4m' },
  { weight: 100, bake: '4m' },
];

/** An operator at work on an estate that Terraform made, under its users' load. */
export class Migration {
  readonly #shop: ShopEstate;
  readonly #operator: Meshlift;
  readonly #load: Load;
  readonly #world: WorldView;
  readonly #tally: Tally;
  readonly #learning: NodeJS.Timeout;
  readonly #person: ElasticLoadBalancingV2Client;
  /** What every user saw, in order. */
  readonly outcomes: Outcome[] = [];

  constructor(shop: ShopEstate) {
    this.#shop = shop;
    this.#operator = new Meshlift(['operator', '--poll=500ms'], {
      ...shop.ready.environment,
      ...shop.operator,
    });
    this.#load = new Load({
      url: shop.url,
      rate: REQUESTS_PER_SECOND,
      onOutcome: (outcome) => {
        this.outcomes.push(outcome);
        this.#tally.add(outcome);
      },
    });
    const access = {
      endpoint: shop.ready.endpoint,
      region: shop.ready.region,
      credentials: { accessKeyId: 'AKIDWITNESS', secretAccessKey: 'witness' },
    };
    this.#person = new ElasticLoadBalancingV2Client(access);
    this.#world = new WorldView({ ...access, cluster: 'shop' });
    this.#tally = new Tally((taskId) => {
      const service = this.#world.serviceOfTask(taskId);
      return service === undefined ? 'nobody' : /-sc\d*$/.test(service) ? 'green' : 'blue';
    });
    // A look that fails is left out: the next one sees the same tasks.
    this.#learning = setInterval(() => void this.#world.learnTasks().catch(() => undefined), LEARN_MS);
    this.#load.start();
  }

  /** Submits the estate's plan, as a person does who knows it from Terraform's outputs. */
  async submit(steps: readonly Step[] = STEPS): Promise<void> {
    const outputs = await this.#shop.terraform.outputs();
    const plan = {
      apiVersion: 'meshlift.dev/v1',
      kind: 'MigrationPlan',
      metadata: { name: 'shop' },
      spec: {
        source: { cluster: outputs['cluster_name'], mesh: outputs['mesh_name'] },
        traffic: [{ service: 'frontend', alb: { listenerRule: outputs['listener_rule_arn'] } }],
        ramp: { steps },
        gates: { alarms: outputs['alarm_names'] },
        accept: ['OPS_UNDER_TERRAFORM'],
        retire: { soak: '1m', mesh: 'delete', evidence: 'callGraph' },
      },
    };
    const file = join(this.#shop.terraform.directory, 'plan.yaml');
    await writeFile(file, stringify(plan));
    await this.meshlift('apply', '-f', file);
  }

  /** Resolves once the plan waits for somebody to tell Terraform, with the words that it says so in. */
  async waitsForApproval(): Promise<string> {
    let line: string | undefined;
    await this.#until('the plan waits for an approval', APPROVAL_MS_MAX, async () => {
      const described = await this.meshlift('describe', 'plan', 'shop');
      if (/^Status: .*(RollingBack|RolledBack|Halted)/m.test(described)) {
        throw new Error(`The plan does not go forward:\n${described}`);
      }
      line = described.split('\n').find((one) => /^Waiting for: .*meshlift approve shop iac/.test(one));
      return line !== undefined;
    });
    return line ?? '';
  }

  /** Approves that blue goes, and resolves when the plan has succeeded. */
  async approve(): Promise<void> {
    await this.meshlift('approve', 'shop', 'iac', '--reason=Terraform is told next');
    await this.meshlift('wait', 'shop', '--for=condition=Succeeded', '--timeout=2m');
  }

  /** What `meshlift describe` says once it says what is looked for. */
  async untilDescribed(what: string, wanted: RegExp): Promise<string> {
    let described = '';
    await this.#until(what, APPROVAL_MS_MAX, async () => {
      described = await this.meshlift('describe', 'plan', 'shop');
      return wanted.test(described);
    });
    return described;
  }

  /** The entry's rule, as AWS has it. */
  async ruleActions(): Promise<Action[]> {
    const { Rules = [] } = await this.#person.send(new DescribeRulesCommand({ RuleArns: [await this.#rule()] }));
    return Rules[0]?.Actions ?? [];
  }

  async writeRule(actions: Action[]): Promise<void> {
    await this.#person.send(new ModifyRuleCommand({ RuleArn: await this.#rule(), Actions: actions }));
  }

  /** What users saw so far, by who served them. Tells the numbers, too. */
  async users(scenario: string): Promise<SideCounts> {
    await this.#world.learnTasks();
    const sides = this.#tally.total();
    const words = (['blue', 'green', 'nobody'] as const).map(
      (side) => `${side} ${sides[side].requests} requests, ${sides[side].failed} failed`,
    );
    process.stdout.write(`${scenario}: ${words.join('; ')}\n`);
    return sides;
  }

  /** Ends the load first, and waits for the answers that are due. Throws where the operator was denied anything. */
  async end(): Promise<void> {
    clearInterval(this.#learning);
    await this.#load.stop();
    await this.#operator.end();
    this.#person.destroy();
    const { denied } = await this.#shop.lab.stats();
    if (denied.length > 0) throw new Error(`the shipped policies do not allow the operator ${denied.join(', nor ')}`);
  }

  /** What a verb of the command line printed. Throws where it did not end with 0. */
  async meshlift(...verb: string[]): Promise<string> {
    const person = new Meshlift(verb, this.#shop.ready.environment);
    const exitCode = await person.ended;
    if (exitCode !== 0) {
      throw new Error(`meshlift ${verb.join(' ')} ended with ${exitCode}:\n${person.output}\n${this.#operator.output}`);
    }
    return person.output;
  }

  async #rule(): Promise<string> {
    return String((await this.#shop.terraform.outputs())['listener_rule_arn']);
  }

  async #until(what: string, boundMs: number, look: () => Promise<boolean>): Promise<void> {
    const deadlineMs = performance.now() + boundMs;
    while (!(await look())) {
      if (performance.now() > deadlineMs)
        throw new Error(`Not within ${boundMs} ms: ${what}.\n${this.#operator.output}`);
      await delay(LOOK_MS);
    }
  }
}
