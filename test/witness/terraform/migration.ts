import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { Load, type Outcome } from '../../../src/cli/demo/load.ts';
import { Meshlift } from '../meshlift.ts';
import type { ShopEstate } from './shopEstate.ts';

const REQUESTS_PER_SECOND = 40;
const TABLE_MS_MAX = 30_000;
const APPROVAL_MS_MAX = 150_000;
const LOOK_MS = 500;

/** An operator at work on an estate that Terraform made, under its users' load. */
export class Migration {
  readonly #shop: ShopEstate;
  readonly #operator: Meshlift;
  readonly #load: Load;
  /** What every user saw, in order. */
  readonly outcomes: Outcome[] = [];

  constructor(shop: ShopEstate) {
    this.#shop = shop;
    this.#operator = new Meshlift(['operator', '--create-table', '--poll=500ms'], {
      ...shop.ready.environment,
      AWS_ACCESS_KEY_ID: 'AKIDOPERATOR',
    });
    this.#load = new Load({
      url: shop.url,
      rate: REQUESTS_PER_SECOND,
      onOutcome: (outcome) => this.outcomes.push(outcome),
    });
    this.#load.start();
  }

  /** Submits the estate's plan, as a person does who knows it from Terraform's outputs. */
  async submit(): Promise<void> {
    const outputs = await this.#shop.terraform.outputs();
    const plan = {
      apiVersion: 'meshlift.dev/v1',
      kind: 'MigrationPlan',
      metadata: { name: 'shop' },
      spec: {
        source: { cluster: outputs['cluster_name'], mesh: outputs['mesh_name'] },
        traffic: [{ service: 'frontend', alb: { listenerRule: outputs['listener_rule_arn'] } }],
        ramp: {
          steps: [
            { weight: 50, bake: '4m' },
            { weight: 100, bake: '4m' },
          ],
        },
        gates: { alarms: outputs['alarm_names'] },
        accept: ['OPS_UNDER_TERRAFORM'],
        retire: { soak: '1m', mesh: 'delete', evidence: 'callGraph' },
      },
    };
    const file = join(this.#shop.terraform.directory, 'plan.yaml');
    await writeFile(file, stringify(plan));
    await this.#until('the operator has made its table', TABLE_MS_MAX, async () =>
      this.#operator.output.includes('"msg":"table"'),
    );
    await this.#meshlift('apply', '-f', file);
  }

  /** Resolves once the plan waits for somebody to tell Terraform, with the words that it says so in. */
  async waitsForApproval(): Promise<string> {
    let line: string | undefined;
    await this.#until('the plan waits for an approval', APPROVAL_MS_MAX, async () => {
      const described = await this.#meshlift('describe', 'plan', 'shop');
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
    await this.#meshlift('approve', 'shop', 'iac', '--reason=Terraform is told next');
    await this.#meshlift('wait', 'shop', '--for=condition=Succeeded', '--timeout=2m');
  }

  /** Ends the load first, and waits for the answers that are due. */
  async end(): Promise<void> {
    await this.#load.stop();
    await this.#operator.end();
  }

  /** What a verb of the command line printed. Throws where it did not end with 0. */
  async #meshlift(...verb: string[]): Promise<string> {
    const person = new Meshlift(verb, this.#shop.ready.environment);
    const exitCode = await person.ended;
    if (exitCode !== 0) {
      throw new Error(`meshlift ${verb.join(' ')} ended with ${exitCode}:\n${person.output}\n${this.#operator.output}`);
    }
    return person.output;
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
