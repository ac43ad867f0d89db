import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateServiceCommand, DescribeServicesCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { CreateTargetGroupCommand, DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateHttpNamespaceCommand } from '@aws-sdk/client-servicediscovery';
import { SimulatedClock } from '../../../lab/clock.ts';
import { type Delays, NO_DELAYS } from '../../../lab/delays.ts';
import { createEdge, type Edge, SECURITY_GROUP, SUBNETS, VPC } from '../../../lab/estates/shop/edge.ts';
import { createMesh } from '../../../lab/estates/shop/mesh.ts';
import { createRegistries } from '../../../lab/estates/shop/registries.ts';
import { createServices } from '../../../lab/estates/shop/services.ts';
import { createAlarms, createScaling } from '../../../lab/estates/shop/watch.ts';
import type { Account } from '../../../lab/services/service.ts';
import type { CallSeen } from '../../../lab/wire/serving.ts';
import { createSimulatedAws, SIMULATED_ACCOUNT, type SimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import { type AwsClients, createClients } from '../../../src/aws/clients.ts';
import type { Direct } from '../../../src/aws/directClient.ts';
import type { MachineState, PlanEvent, PlanStatus } from '../../../src/machines/record.ts';
import type { Next } from '../../../src/reconciler/schedule.ts';
import type { Log, NotifyChannels } from '../../../src/reconciler/ports.ts';
import type { Settings } from '../../../src/reconciler/settings.ts';
import { createTable } from '../../../src/state/createTable.ts';
import { specKey } from '../../../src/state/keys.ts';
import { DynamoTable } from '../../../src/state/dynamoTable.ts';
import { PlanRequestWriter } from '../../../src/state/planRequests.ts';
import { MemoryItems, MemoryTable } from '../../../src/state/memoryTable.ts';
import { PRESENT, type Table } from '../../../src/state/table.ts';
import { TablePlanStore } from '../../../src/state/planStore.ts';
import { CLUSTER, manifestOf, PLAN, type PlanChanges } from './manifest.ts';
import { AskedTargets } from './askedTargets.ts';
import { EdgeTraffic } from './edgeTraffic.ts';
import {
  type Mishap,
  type OperatorOptions,
  type OperatorProcess,
  patientBudget,
  SILENT,
  startOperator,
  TABLE,
} from './operatorProcess.ts';
import { Inside } from './inside.ts';
import { OperatorRole } from './operatorRole.ts';
import { Referee } from './referee.ts';

const SETTLE_MS = 120_000;
/** A plan that is not where it should be after so many reconciles will never be. */
const PASSES_MAX = 200;
/** Plan time that an error costs: the back-off itself is real time. */
const BACKOFF_MS = 1_000;

/** What is the same at the end of a rollback as it was before: AWS's own words on everything of the user's. */
export interface Blue {
  rule: unknown;
  scaling: unknown;
  services: readonly object[];
}

export interface WorldOptions {
  settings?: Partial<Settings>;
  /** Default none: a test that is not about AWS's slowness need not wait for it. */
  delays?: Delays;
  /** Whether every mutating call is looked at by the referee. Default yes. */
  referee?: boolean;
  onCall?: (call: CallSeen) => void;
  /** What the frontend speaks behind the load balancer. Default HTTP1. */
  protocolVersion?: 'HTTP1' | 'GRPC';
  /** What tells people, for every operator that is started. Default the real ones. */
  channels?: NotifyChannels;
  /** What every operator that is started says. Default nobody hears it. */
  log?: Log;
  /** Whether calls go over the wire, and the table is a DynamoDB's. Default no: all of it is as true without (`direct.test.ts`), and faster. */
  wire?: boolean;
  /** An IAM action that the operators' role lacks, though the shipped policy has it. */
  withoutAction?: string;
  /** Another account, at the same time and over the same table as the first. Without a wire only. */
  beside?: { first: OperatorWorld; account: Account; trust: object };
  /** Without a wire: how operators' calls reach the services. Default as everybody's do. */
  direct?: (simulated: SimulatedAws) => Direct;
}

/**
 * One AWS in process with the sample estate under steady traffic, one table, and one operator that is driven by the test:
 * a reconcile at a time, with time moved on as the reconcile asks. Everybody but the operator acts through `person`.
 */
export class OperatorWorld {
  readonly clock: SimulatedClock;
  readonly simulated: SimulatedAws;
  /** Whose rights operators have where their calls go without a wire. */
  readonly role: OperatorRole;
  readonly person: AwsClients;
  readonly edge: Edge;
  readonly clusterArn: string;
  readonly requests: PlanRequestWriter;
  readonly traffic: EdgeTraffic;
  readonly referee: Referee;
  readonly asked: AskedTargets;
  readonly inside: Inside;
  /** ARNs of what there was before the plan began. */
  readonly things: readonly string[];
  /** Blue before anybody touched it. */
  readonly blue: Blue;
  operator: OperatorProcess;
  readonly #options: WorldOptions;
  /** Of the table, where it is in memory. */
  readonly items: MemoryItems | undefined;
  /** The operators' table, for what neither they nor people write: what once stood in it, what somebody spoiled. */
  readonly table: Table;
  /** A look at the table that holds no lease. */
  readonly store: TablePlanStore;
  #operators = 0;

  static async create(options: WorldOptions = {}): Promise<OperatorWorld> {
    const { beside } = options;
    const clock = beside?.first.clock ?? new SimulatedClock();
    const isOverWire = options.wire ?? false;
    const delays = { ...NO_DELAYS };
    const account = beside?.account ?? SIMULATED_ACCOUNT;
    const role = new OperatorRole({
      account,
      without: options.withoutAction,
      ...(beside === undefined ? {} : { trust: beside.trust }),
    });
    const simulated = createSimulatedAws({
      clock,
      delays,
      onAsked: role.onAsked,
      account,
      ...(beside === undefined ? {} : { accounts: beside.first.simulated.aws.accounts, seed: 2 }),
      ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
    });
    const person = createClients({
      ...simulated.clientConfig,
      ...(isOverWire ? {} : { direct: simulated.aws.direct }),
      log: SILENT,
      budget: patientBudget(),
      random: () => 0,
    });
    const made = await meanwhile(clock, createEstate(person, account, options.protocolVersion));
    await role.create(simulated);
    // How slow AWS is, is about what plans meet, not about what was there before.
    Object.assign(delays, options.delays);
    const traffic = new EdgeTraffic({
      clock,
      simulated,
      listenerArn: made.edge.listenerArn,
      loadBalancerArn: made.edge.loadBalancerArn,
      blueTargetGroupArn: made.edge.targetGroupArn,
    });
    await clock.advanceAsync(SETTLE_MS);
    traffic.tally.failed.length = 0;
    const blue = await lookAtBlue(person, made.edge.listenerRuleArn);
    const common = { clock, simulated, role, person, ...made, traffic, blue, options };
    if (!isOverWire)
      return new OperatorWorld({ ...common, items: beside?.first.items ?? new MemoryItems(), dynamoDb: undefined });
    const dynamoDb = new DynamoDBClient(simulated.clientConfig);
    await createTable(dynamoDb, TABLE, (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))));
    return new OperatorWorld({ ...common, items: undefined, dynamoDb });
  }

  private constructor(
    parts: {
      clock: SimulatedClock;
      simulated: SimulatedAws;
      role: OperatorRole;
      person: AwsClients;
      edge: Edge;
      clusterArn: string;
      traffic: EdgeTraffic;
      blue: Blue;
      options: WorldOptions;
    } & ({ dynamoDb: DynamoDBClient; items: undefined } | { dynamoDb: undefined; items: MemoryItems }),
  ) {
    this.clock = parts.clock;
    this.simulated = parts.simulated;
    this.role = parts.role;
    this.person = parts.person;
    this.edge = parts.edge;
    this.clusterArn = parts.clusterArn;
    this.traffic = parts.traffic;
    this.blue = parts.blue;
    this.#options = parts.options;
    this.items = parts.items;
    let tokens = 0;
    const newToken = () => `person-${(tokens += 1)}`;
    this.table =
      parts.items === undefined
        ? new DynamoTable(parts.dynamoDb, TABLE, newToken)
        : new MemoryTable({ items: parts.items, newToken, name: TABLE });
    this.requests = new PlanRequestWriter(this.table);
    this.store = new TablePlanStore({
      table: this.table,
      holder: 'nobody',
      leaseMs: 1,
      monotonicMs: () => this.clock.now(),
    });
    this.inside = new Inside(this.simulated);
    this.asked = new AskedTargets(this.simulated, this.edge);
    this.things = this.inside.things();
    this.referee = new Referee(this.inside, this.edge);
    this.operator = this.startOperator();
  }

  /** A new process takes the place of the one there was, whose memory is lost. */
  startOperator(
    mishap?: Mishap,
    holdUp?: OperatorOptions['holdUp'],
    diesBefore?: OperatorOptions['diesBefore'],
  ): OperatorProcess {
    this.operator = startOperator({
      name: `op-${(this.#operators += 1)}`,
      simulated: this.simulated,
      clock: this.clock,
      ask: this.asked.ask,
      ...(this.#options.settings === undefined ? {} : { settings: this.#options.settings }),
      ...(this.#options.referee === false ? {} : { wire: this.referee.wire }),
      ...(this.items === undefined
        ? {}
        : {
            items: this.items,
            direct: this.#options.direct?.(this.simulated) ?? this.role.direct,
          }),
      ...(this.#options.channels === undefined ? {} : { channels: this.#options.channels }),
      ...(this.#options.log === undefined ? {} : { log: this.#options.log }),
      ...(mishap === undefined ? {} : { mishap }),
      ...(holdUp === undefined ? {} : { holdUp }),
      ...(diesBefore === undefined ? {} : { diesBefore }),
    });
    return this.operator;
  }

  manifest(changes: PlanChanges = {}): Record<string, unknown> {
    return manifestOf(this.edge.listenerRuleArn, changes);
  }

  /** As `meshlift apply` does it. */
  async apply(changes: PlanChanges = {}): Promise<void> {
    const name = changes.name ?? PLAN;
    await this.requests.put(name, this.manifest(changes), await this.requests.read(name));
  }

  /** A person deletes the spec item by hand. */
  async removeSpec(name = PLAN): Promise<void> {
    await this.table.delete(specKey(name), { pk: PRESENT });
  }

  async status(name = PLAN): Promise<PlanStatus> {
    const item = await this.store.readStatus(name);
    if (item === undefined) throw new Error(`plan ${name} has no status`);
    return item.status;
  }

  async state(name = PLAN): Promise<MachineState> {
    return (await this.status(name)).machine.value;
  }

  async hasRecord(name = PLAN): Promise<boolean> {
    return (await this.store.readStatus(name)) !== undefined || (await this.store.readSpec(name)) !== undefined;
  }

  async recordVersion(name = PLAN): Promise<number> {
    return (await this.store.readStatus(name))?.version ?? 0;
  }

  events(name = PLAN): Promise<PlanEvent[]> {
    return this.store.events(name, 500);
  }

  /** One reconcile, and the time that it asks to wait. */
  async pass(name = PLAN): Promise<Next['kind'] | 'died'> {
    const next = await this.operator.reconciler.reconcile(name).catch((error: unknown) => {
      if (this.operator.died === undefined) throw error;
      return undefined;
    });
    if (this.operator.died !== undefined || next === undefined) return 'died';
    if (next.kind === 'after') await this.clock.advanceAsync(next.delayMs);
    if (next.kind === 'quarantined') await this.clock.advanceAsync(next.realMs);
    if (next.kind === 'backoff') await this.clock.advanceAsync(BACKOFF_MS);
    return next.kind;
  }

  /** Reconciles until it is so; a process that dies is replaced. Throws, with what the plan waits for, when it never is. */
  async until(what: string, holds: (status: PlanStatus) => boolean, name = PLAN): Promise<PlanStatus> {
    for (let passes = 0; passes < PASSES_MAX; passes += 1) {
      const item = await this.store.readStatus(name);
      if (item !== undefined && holds(item.status)) return item.status;
      if ((await this.pass(name)) === 'died') this.startOperator();
    }
    const status = await this.status(name);
    throw new Error(
      `${what} was never so: the plan is in ${status.machine.value}, waiting for ${status.report.waitingFor}\n` +
        (await this.events(name)).map((event) => `${event.reason} ${event.message}`).join('\n'),
    );
  }

  /** Until the machine has entered a state; in the ramp at a step of it. */
  untilState(state: MachineState, step?: number): Promise<PlanStatus> {
    return this.until(
      `${state}${step === undefined ? '' : ` of step ${step}`}`,
      ({ machine }) => machine.value === state && (step === undefined || machine.context.step === step),
    );
  }

  /** As an operator's sweep of the table: reconciles for as long as the table asks for it. */
  async settle(name = PLAN): Promise<void> {
    for (let passes = 0; passes < PASSES_MAX; passes += 1) {
      if (this.operator.died !== undefined) this.startOperator();
      if (!(await this.operator.reconciler.needsWork(name))) return;
      await this.pass(name);
    }
    throw new Error(`plan ${name} never came to rest`);
  }

  /** Reconciles, so many times. */
  async rest(passes: number, name = PLAN): Promise<void> {
    for (let pass = 0; pass < passes; pass += 1) await this.pass(name);
  }

  /** An alarm fires, whatever its metric says; CloudWatch takes that back at its next evaluation. */
  async fireAlarm(name = 'shop-5xx'): Promise<void> {
    await this.person.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: name, StateValue: 'ALARM', StateReason: 'a drill' }),
    );
  }

  lookAtBlue(): Promise<Blue> {
    return lookAtBlue(this.person, this.edge.listenerRuleArn);
  }

  /** Throws where an operator was denied what it asked for, unless it was to be. */
  async close(): Promise<void> {
    await this.simulated.close();
    if (this.#options.withoutAction === undefined) this.role.expectNothingDenied();
  }
}

/** Lets AWS work while somebody waits for it in real time. */
async function meanwhile<T>(clock: SimulatedClock, work: Promise<T>): Promise<T> {
  const progress = { isDone: false };
  const finished = work.finally(() => {
    progress.isDone = true;
  });
  while (!progress.isDone) await clock.advanceAsync(1_000);
  return finished;
}

/** The sample estate, and beside it things of other people that nobody may touch. */
async function createEstate(
  person: AwsClients,
  account: Account,
  protocolVersion: WorldOptions['protocolVersion'],
): Promise<{ edge: Edge; clusterArn: string }> {
  await createMesh(await person.appMesh());
  const registries = await createRegistries(person.serviceDiscovery, performance.now() + 10_000);
  const edge = await createEdge(person.elbv2, protocolVersion);
  const clusterArn = await createServices({
    ecs: person.ecs,
    account,
    registries,
    targetGroupArn: edge.targetGroupArn,
  });
  await createScaling(person.autoScaling, edge);
  await createAlarms(person.cloudWatch, edge);
  await createBystanders(person);
  return { edge, clusterArn };
}

async function createBystanders({ ecs, elbv2, serviceDiscovery }: AwsClients): Promise<void> {
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'bystander',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'app', image: 'bystander:1', essential: true }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: 'bystander',
      taskDefinition: 'bystander',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: SUBNETS, securityGroups: [SECURITY_GROUP] } },
    }),
  );
  await elbv2.send(
    new CreateTargetGroupCommand({
      Name: 'bystander',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: VPC,
      TargetType: 'ip',
    }),
  );
  await serviceDiscovery.send(new CreateHttpNamespaceCommand({ Name: 'bystander' }));
}

async function lookAtBlue({ ecs, elbv2, autoScaling }: AwsClients, ruleArn: string): Promise<Blue> {
  const { Rules = [] } = await elbv2.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }));
  const { ScalableTargets = [] } = await autoScaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [`service/${CLUSTER}/frontend`] }),
  );
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: ['frontend', 'stock-api', 'user-api', 'bystander'] }),
  );
  return {
    rule: Rules[0],
    scaling: ScalableTargets,
    services: services.map(({ serviceName, status, desiredCount, runningCount, taskDefinition, createdAt }) => ({
      serviceName,
      status,
      desiredCount,
      runningCount,
      taskDefinition,
      createdAt,
    })),
  };
}
