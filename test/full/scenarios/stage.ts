import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListTasksCommand } from '@aws-sdk/client-ecs';
import { estateClients } from '../../../lab/estates/clients.ts';
import type { Estate } from '../../../lab/estates/estate.ts';
import { createShop } from '../../../lab/estates/shop/shop.ts';
import { Faults } from '../../../lab/faults.ts';
import { type Lab, LAB_ACCOUNT, type LabOptions, startLab } from '../../../lab/lab.ts';
import type { SideCounts } from '../../../src/cli/demo/tally.ts';
import type { WorldView } from '../../../src/cli/demo/worldView.ts';
import { DEFAULT_TABLE } from '../../../src/cli/connection.ts';
import { isSettled } from '../../../src/machines/classify.ts';
import type { MachineState, PlanEvent, PlanStatus } from '../../../src/machines/record.ts';
import type { OperatorRecord } from '../../../src/reconciler/ports.ts';
import { createTable } from '../../../src/state/createTable.ts';
import { DynamoTable } from '../../../src/state/dynamoTable.ts';
import { statusKey } from '../../../src/state/keys.ts';
import { readOperators } from '../../../src/state/operatorItems.ts';
import { TablePlanStore } from '../../../src/state/planStore.ts';
import { PlanRequestWriter } from '../../../src/state/planRequests.ts';
import { manifestOf, PLAN, type PlanChanges } from '../../unit/operator/manifest.ts';
import { Meshlift } from '../../processes/meshlift.ts';
import { OperatorRole } from '../../unit/operator/operatorRole.ts';
import { Users } from './users.ts';

export const MINUTE_MS = 60_000;
const FACTOR = 30;
const LOOK_MS = 50;
const UNTIL_MS_MAX = 120_000;
/** What users go on doing after the plan has settled. */
const AFTERMATH_MS = 1_500;
/** Bakes that an alarm of two minutes' periods can see into (§8.2). */
const STEPS = [
  { weight: 10, bake: '4m' },
  { weight: 50, bake: '4m' },
  { weight: 100, bake: '4m' },
];

const newToken = (): string => crypto.randomUUID();

export interface StageOptions {
  /** What users ask for; default `/`. */
  paths?: readonly string[];
  /** How often they ask for each, requests a second; default 60. */
  rate?: number;
  /** Made before anybody uses the shop. */
  dress?: (stage: Pick<Stage, 'person' | 'edge' | 'lab'>) => Promise<void>;
  /** Another account of the lab. */
  beside?: LabOptions['beside'];
  /** What every operator finds in its environment besides. */
  environment?: Readonly<Record<string, string>>;
}

/**
 * A lab of real processes with the shop, users who never stop asking, and an operator that is a process of its own. The lab runs
 * in the test's process, so that a test can kill a task or switch a fault in the middle of whatever happens.
 */
export class Stage {
  readonly lab: Lab;
  readonly edge: Estate;
  /** Everybody but the operator. */
  readonly person: ReturnType<typeof estateClients>;
  /** Whose rights every operator has. */
  readonly role: OperatorRole;
  readonly store: TablePlanStore;
  readonly requests: PlanRequestWriter;
  /** Who works on the table, by what they say themselves. */
  readonly operators: () => Promise<OperatorRecord[]>;
  readonly world: WorldView;
  readonly #dynamoDb: DynamoDBClient;
  readonly #table: DynamoTable;
  readonly #users: Users;
  readonly #environment: Readonly<Record<string, string>>;
  #credentials: Awaited<ReturnType<OperatorRole['credentials']>> | undefined;
  #operator: Meshlift | undefined;

  static async open(options: StageOptions = {}): Promise<Stage> {
    const now = Date.now();
    const role = new OperatorRole({ account: LAB_ACCOUNT });
    const lab = await startLab({
      account: LAB_ACCOUNT,
      onAsked: role.onAsked,
      scale: { labOriginMs: now, realOriginMs: now, factor: FACTOR },
      faults: new Faults(),
      log: { debug: () => {}, warn: () => {} },
      ...(options.beside === undefined ? {} : { beside: options.beside }),
    });
    try {
      const person = estateClients({ endpoint: lab.endpoint, region: lab.account.region });
      const edge = await createShop({
        clients: person,
        account: lab.account,
        urlOf: (listenerArn) => lab.alb.urls().find((one) => one.listenerArn === listenerArn)?.url,
      });
      await options.dress?.({ person, edge, lab });
      await role.create(lab);
      return await new Stage({ lab, edge, person, role }, options).#begun();
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  private constructor(
    { lab, edge, person, role }: Pick<Stage, 'lab' | 'edge' | 'person' | 'role'>,
    options: StageOptions,
  ) {
    this.lab = lab;
    this.edge = edge;
    this.person = person;
    this.role = role;
    const config = {
      endpoint: lab.endpoint,
      region: lab.account.region,
      credentials: { accessKeyId: 'AKIDSTAGE', secretAccessKey: 'stage' },
    };
    this.#dynamoDb = new DynamoDBClient(config);
    const table = new DynamoTable(this.#dynamoDb, DEFAULT_TABLE, newToken);
    this.#table = table;
    this.operators = () => readOperators(table, 0);
    this.store = new TablePlanStore({
      table,
      holder: 'stage',
      leaseMs: 60_000,
      monotonicMs: () => performance.now(),
    });
    this.requests = new PlanRequestWriter(table);
    this.#users = new Users(edge, config, options);
    this.world = this.#users.world;
    this.#environment = options.environment ?? {};
  }

  /** Its table is there, its users come, and its operator runs. */
  async #begun(): Promise<this> {
    await createTable(
      this.#dynamoDb,
      DEFAULT_TABLE,
      (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, LOOK_MS))),
    );
    this.#credentials = await this.role.credentials();
    this.addUsers();
    this.startOperator();
    return this;
  }

  /** As many users more as there were at the beginning, who ask for the same. */
  addUsers(): void {
    this.#users.add();
  }

  startOperator(): void {
    this.#operator = this.operatorBeside();
  }

  /**
   * One more operator, which the test ends itself.
   *
   * @param name on its leases and events; default its own
   * @param program default this version, from its sources
   */
  operatorBeside(name?: string, program?: string): Meshlift {
    const named = name === undefined ? [] : [`--name=${name}`];
    return new Meshlift(
      ['operator', '--lease=3000ms', '--call-timeout=1s', '--poll=250ms', ...named],
      {
        ...this.lab.environment,
        AWS_ACCESS_KEY_ID: this.#credentials?.accessKeyId ?? '',
        AWS_SECRET_ACCESS_KEY: this.#credentials?.secretAccessKey ?? '',
        AWS_SESSION_TOKEN: this.#credentials?.sessionToken ?? '',
        MESHLIFT_CLOCK: clockOf(this.lab),
        MESHLIFT_PROBE_URL: this.edge.url,
        ...this.#environment,
      },
      () => {},
      program,
    );
  }

  /** As an ECS task is stopped. Resolves when it has gone. */
  async stopOperator(): Promise<void> {
    await this.#operator?.end();
  }

  /** Submits the plan, or what is to change in it, as soon as the operator has made its table. */
  async apply(changes: PlanChanges = {}): Promise<void> {
    const manifest = manifestOf(this.edge.listenerRuleArn, { steps: STEPS, shortBakes: 'refuse', ...changes });
    await until('the plan’s table', async () => {
      const name = changes.name ?? PLAN;
      const before = await this.requests.read(name).catch(() => 'no table' as const);
      if (before === 'no table') return undefined;
      await this.requests.put(name, manifest, before);
      return true;
    });
  }

  /** The plan's record as it stands in the table, by whichever version. */
  record(name = PLAN): Promise<Record<string, unknown> | undefined> {
    return this.#table.get(statusKey(name));
  }

  async status(name = PLAN): Promise<PlanStatus | undefined> {
    return (await this.store.readStatus(name))?.status;
  }

  events(name = PLAN): Promise<PlanEvent[]> {
    return this.store.events(name);
  }

  /** Waits until the plan's status is as it should be. Throws, with what the plan waits for, when it never is. */
  async until(what: string, wanted: (status: PlanStatus) => boolean, name = PLAN): Promise<PlanStatus> {
    let last: PlanStatus | undefined;
    try {
      return await until(what, async () => {
        last = await this.status(name);
        return last !== undefined && wanted(last) ? last : undefined;
      });
    } catch (error) {
      const events = (await this.events(name)).slice(-8).map(({ reason, message }) => `  ${reason}: ${message}`);
      const words = `${last?.machine.value}: ${last?.report.waitingFor}`;
      throw new Error([`${what} never came; the plan is in ${words}`, ...events].join('\n'), { cause: error });
    }
  }

  untilState(value: MachineState, step?: number): Promise<PlanStatus> {
    return this.until(
      step === undefined ? value : `${value} of step ${step}`,
      ({ machine }) => machine.value === value && (step === undefined || machine.context.step === step),
    );
  }

  async untilEvent(reason: PlanEvent['reason'], text = ''): Promise<PlanEvent> {
    return until(`event ${reason} ${text}`, async () =>
      (await this.events()).find((event) => event.reason === reason && event.message.includes(text)),
    );
  }

  /** That the plan is there, and why it has gone back where it has. */
  async expectIn(value: MachineState, step: number): Promise<void> {
    const { machine } = await this.until('a status', () => true);
    const because = machine.context.backwardBecause;
    if (machine.value === value && machine.context.step === step) return;
    throw new Error(
      `The plan is in ${machine.value} of step ${machine.context.step}: ${because?.reason} ${because?.message}`,
    );
  }

  /** Waits until an alarm is in ALARM. */
  async untilAlarm(name: string): Promise<void> {
    await until(`ALARM of ${name}`, async () => {
      const { MetricAlarms = [] } = await this.person.cloudWatch.send(
        new DescribeAlarmsCommand({ AlarmNames: [name], StateValue: 'ALARM' }),
      );
      return MetricAlarms.length > 0 ? true : undefined;
    });
  }

  /** Waits for the end of the plan, and a moment more for its users. */
  async untilSettled(name = PLAN): Promise<PlanStatus> {
    const status = await this.until('the end', ({ machine }) => isSettled(machine.value), name);
    await new Promise((resolve) => setTimeout(resolve, AFTERMATH_MS));
    return status;
  }

  /** Lets lab minutes pass. */
  async passes(minutes: number): Promise<void> {
    const endMs = this.lab.clock.now() + minutes * MINUTE_MS;
    await until('the time', async () => (this.lab.clock.now() >= endMs ? true : undefined));
  }

  /** CloudWatch hears of nothing any more, until the function that this answers is called. */
  stopMetrics(): () => void {
    const { cloudwatch } = this.lab.aws.services;
    const record = cloudwatch.record.bind(cloudwatch);
    cloudwatch.record = () => {};
    return () => {
      cloudwatch.record = record;
    };
  }

  async abort(): Promise<void> {
    await this.requests.requestAbort(PLAN, { by: 'ann', at: this.lab.clock.now(), why: 'a test' });
  }

  /** Begins the next attempt of a plan that has gone back. */
  async retry(): Promise<void> {
    const attempt = (await this.status())?.attempt;
    if (attempt === undefined) throw new Error('there is no plan to be tried again');
    await this.requests.retry(PLAN, { by: 'ann', at: this.lab.clock.now(), why: 'a test', attempt });
  }

  /** Ends processes of a service as a crash does: of one task, or of all. */
  async killTasks(service: string, howMany: 'one' | 'all'): Promise<void> {
    const { taskArns = [] } = await this.person.ecs.send(
      new ListTasksCommand({ cluster: this.edge.clusterName, serviceName: service, desiredStatus: 'RUNNING' }),
    );
    for (const arn of howMany === 'one' ? taskArns.slice(0, 1) : taskArns) {
      for (const pid of this.lab.tasks.pids(arn)) process.kill(pid, 'SIGKILL');
    }
  }

  /** What users saw, by who served them. Tells the numbers, too. */
  users(scenario: string): Promise<SideCounts & { failures: Record<string, number> }> {
    return this.#users.saw(scenario);
  }

  async close(): Promise<void> {
    await this.#users.leave();
    await this.stopOperator();
    this.#dynamoDb.destroy();
    this.person.destroy();
    await this.lab.close();
    this.role.expectNothingDenied();
  }
}

/** Looks again and again, for two minutes at most. */
export async function until<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
  const deadlineMs = performance.now() + UNTIL_MS_MAX;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadlineMs) throw new Error(`${what} never came`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

const clockOf = ({ clock: { scale } }: Lab): string => `${scale.labOriginMs},${scale.realOriginMs},${scale.factor}`;
