import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isSettled } from '../../machines/classify.ts';
import { phaseOf } from '../../machines/intent.ts';
import type { PlanEvent, PlanStatus } from '../../machines/record.ts';
import { parsePlan } from '../../plan/parse.ts';
import type { MigrationPlan } from '../../plan/model.ts';
import { DynamoTable } from '../../state/dynamoTable.ts';
import { TablePlanStore } from '../../state/planStore.ts';
import { PlanRequestWriter } from '../../state/planRequests.ts';
import { DEFAULT_TABLE } from '../connection.ts';
import type { DemoFault } from '../demo.ts';
import type { LabReady, LabStats } from '../lab.ts';
import { Load } from './load.ts';
import type { Companion } from './processes.ts';
import { renderScreen } from './screen.ts';
import type { Summary } from './summary.ts';
import { Tally, type Side } from './tally.ts';
import { WorldView, type BlueSnapshot } from './worldView.ts';

export interface StoryOptions {
  title: string;
  fault: DemoFault | undefined;
  rate: number;
  /** YAML. */
  plan: string;
  lab: LabReady;
  labProcess: Companion;
  startOperator: () => Companion;
  /** Whose calls the lab counts as the operator's. */
  operatorKey: string;
  isTerminal: boolean;
  /** Of the terminal, now; `undefined` where it does not say. */
  size: () => { columns: number; rows: number } | undefined;
  write: (text: string) => void;
  signal: AbortSignal;
}

const LOOK_MS = 250;
const LEARN_MS = 750;
/** Load before the plan is submitted and after it has settled, real time. */
const WARM_UP_MS = 1_500;
const AFTERMATH_MS = 2_000;
const STORY_MS_MAX = 240_000;
/** How long the demo's killed operator stays dead, real time. */
const DEAD_MS = 700;

/** Tells the demo: watches the table and the load, draws, plays the one who kills the operator, and sums up. */
export class Story {
  readonly #options: StoryOptions;
  readonly #world: WorldView;
  readonly #table: DynamoTable;
  readonly #store: TablePlanStore;
  readonly #dynamoDb: DynamoDBClient;
  readonly #plan: MigrationPlan;
  readonly #manifest: Record<string, unknown>;
  readonly #tally: Tally;
  readonly #notes: string[] = [];
  readonly #told = new Set<string>();
  #operator: Companion | undefined;
  #lost: Error | undefined;
  #status: PlanStatus | undefined;
  #events: PlanEvent[] = [];
  #maxGreenWeight = 0;
  #alarm: { name: string; at: number } | undefined;
  #toKill: ('provision' | 'ramp' | 'retire')[];
  #killing: Promise<void> = Promise.resolve();
  #startedAt = Date.now();
  #learnedAt = 0;

  constructor(options: StoryOptions) {
    this.#options = options;
    const { lab } = options;
    const credentials = { accessKeyId: 'AKIDDEMO', secretAccessKey: 'demo' };
    this.#world = new WorldView({
      endpoint: lab.endpoint,
      region: lab.region,
      cluster: lab.estate.clusterName,
      credentials,
    });
    this.#dynamoDb = new DynamoDBClient({ endpoint: lab.endpoint, region: lab.region, credentials });
    this.#table = new DynamoTable(this.#dynamoDb, DEFAULT_TABLE, () => crypto.randomUUID());
    this.#store = new TablePlanStore({
      table: this.#table,
      holder: 'demo',
      leaseMs: 60_000,
      monotonicMs: () => performance.now(),
    });
    const parsed = parsePlan(options.plan);
    if ('errors' in parsed) throw new Error(`The demo's own plan is refused: ${JSON.stringify(parsed.errors)}`);
    this.#plan = parsed.plan;
    this.#manifest = parsed.manifest;
    const suffix = this.#plan.spec.target.nameSuffix;
    this.#tally = new Tally((taskId): Side => {
      const service = this.#world.serviceOfTask(taskId);
      return service === undefined ? 'nobody' : service.endsWith(suffix) ? 'green' : 'blue';
    });
    this.#toKill = options.fault === 'operator-killed' ? ['provision', 'ramp', 'retire'] : [];
  }

  async tell(): Promise<Summary> {
    const { lab, rate, signal } = this.#options;
    const before = await this.#world.blueSnapshot(lab.estate.listenerRuleArn);
    await this.#world.learnTasks();
    const load = new Load({ url: lab.url, rate, onOutcome: (outcome) => this.#tally.add(outcome) });
    load.start();
    try {
      await pause(WARM_UP_MS);
      this.#startOperator();
      await this.#submit();
      this.#startedAt = Date.now();
      if (this.#options.isTerminal) this.#options.write('\u001b[?25l\u001b[2J');
      const settled = await this.#follow(signal);
      const durationSeconds = (Date.now() - this.#startedAt) / 1000;
      await this.#killing;
      if (!signal.aborted) await pause(AFTERMATH_MS);
      await load.stop();
      await this.#look();
      this.#draw();
      return await this.#summary(before, durationSeconds, settled);
    } finally {
      await load.stop();
      if (this.#options.isTerminal) this.#options.write('\u001b[?25h\n');
      this.#dynamoDb.destroy();
    }
  }

  /** Looks and draws until the plan is settled, or the demo's time is up. */
  async #follow(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted && Date.now() - this.#startedAt < STORY_MS_MAX) {
      const lookedAt = Date.now();
      if (this.#lost !== undefined) throw this.#lost;
      const settled = await this.#look();
      this.#draw();
      if (settled) return true;
      await pause(Math.max(0, LOOK_MS - (Date.now() - lookedAt)));
    }
    return false;
  }

  async #submit(): Promise<void> {
    const writer = new PlanRequestWriter(this.#table);
    const deadline = Date.now() + 30_000;
    for (;;) {
      try {
        await writer.put(this.#plan.name, this.#manifest, undefined);
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await pause(100);
      }
    }
  }

  #startOperator(): void {
    const operator = this.#options.startOperator();
    this.#operator = operator;
    void operator.exited.then((code) => {
      // One that the demo has killed is not the present one any more.
      if (this.#operator === operator) this.#lost = new Error(`The operator ended with ${code}; see operator.log.`);
    });
  }

  /** One look at the table and the world; true when the plan is settled. */
  async #look(): Promise<boolean> {
    const { name, spec } = this.#plan;
    await this.#learnTasks();
    const item = await this.#store.readStatus(name);
    if (item === undefined) return false;
    this.#status = item.status;
    this.#events = await this.#store.events(name);
    for (const weight of item.status.report.weights) {
      this.#maxGreenWeight = Math.max(this.#maxGreenWeight, weight.readBack ?? 0);
    }
    if (this.#alarm === undefined && phaseOf(item.status.machine.value) === 'rollback') {
      this.#alarm = await this.#world.alarmTransition(spec.gates.alarms);
    }
    this.#killWhenDue(item.status);
    return isSettled(item.status.machine.value);
  }

  /** The demo's own eyes share the account's quota: a look that is throttled is left out, and nothing hangs on it. */
  async #learnTasks(): Promise<void> {
    const now = Date.now();
    if (now - this.#learnedAt < LEARN_MS) return;
    this.#learnedAt = now;
    await this.#world.learnTasks().catch(() => undefined);
  }

  /** kill -9 in the middle of a phase, and a new operator a moment later. */
  #killWhenDue(status: PlanStatus): void {
    const phase = phaseOf(status.machine.value);
    const next = this.#toKill[0];
    const inTheMiddle = next !== undefined && next === phase && isInTheMiddle(status.machine);
    if (!inTheMiddle) return;
    this.#toKill.shift();
    this.#note(`the operator was killed (-9) in ${status.machine.value}`);
    const killed = this.#operator;
    this.#operator = undefined;
    killed?.kill('SIGKILL');
    this.#killing = pause(DEAD_MS).then(() => {
      this.#startOperator();
      this.#note('a new operator was started');
    });
  }

  #note(text: string): void {
    this.#notes.push(text);
    if (!this.#options.isTerminal) this.#options.write(`* ${text}\n`);
  }

  #draw(): void {
    const { isTerminal, write, title } = this.#options;
    if (!isTerminal) {
      for (const event of this.#events) {
        const key = `${event.at} ${event.reason} ${event.message}`;
        if (this.#told.has(key)) continue;
        this.#told.add(key);
        write(
          `${clockFace(event.at)}  ${event.type === 'Warning' ? '!' : ' '} ${event.reason.padEnd(16)} ${event.message}\n`,
        );
      }
      return;
    }
    const now = Date.now();
    const size = this.#options.size();
    const lines = renderScreen({
      ...(size === undefined ? {} : { size }),
      title,
      realSeconds: (now - this.#startedAt) / 1000,
      labSeconds: (this.#labTime(now) - this.#labTime(this.#startedAt)) / 1000,
      status: this.#status,
      spec: this.#plan.spec,
      lastSecond: this.#tally.last(1, now),
      total: this.#tally.total(),
      requests: this.#tally.requests,
      failed: this.#tally.failed,
      events: this.#events,
      clockFace,
      notes: this.#notes,
    });
    write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join('\n')}\u001b[J`);
  }

  async #summary(before: BlueSnapshot, durationSeconds: number, settled: boolean): Promise<Summary> {
    const { lab, labProcess, operatorKey, signal, fault } = this.#options;
    const { spec } = this.#plan;
    const status = this.#status;
    const outcome = outcomeOf(status, settled, signal.aborted);
    const services = await this.#world.services();
    const blueNames = new Set(['frontend', 'user-api', 'stock-api']);
    const blueLeft = services.flatMap((service) =>
      service.serviceName !== undefined && blueNames.has(service.serviceName) ? [service.serviceName] : [],
    );
    const tagged = status === undefined ? [] : await this.#world.tagged(status.uid);
    const leaked = outcome === 'Succeeded' ? tagged.filter((one) => !this.#isOwnedByEnd(one)) : tagged;
    const stats = await labProcess.ask<LabStats>({ kind: 'stats' });
    const calls = stats?.callsByAccessKey[operatorKey] ?? {};
    const total = this.#tally.total();
    const summary: Summary = {
      outcome,
      asExpected: false,
      problems: [],
      requests: this.#tally.requests,
      failed: this.#tally.failed,
      blueServed: total.blue.requests,
      greenServed: total.green.requests,
      maxGreenWeight: this.#maxGreenWeight,
      rollbackSeconds: this.#rollbackSeconds(),
      leaked,
      blueLeft,
      durationSeconds,
      awsCalls: Object.values(calls).reduce((sum, count) => sum + count, 0),
      callsByOperation: calls,
      throttled: stats?.throttledByAccessKey[operatorKey] ?? 0,
      denied: stats?.denied ?? [],
      failures: Object.fromEntries(this.#tally.failures),
    };
    if (outcome === 'Interrupted') return summary;
    if (summary.denied.length > 0) {
      summary.problems.push(`the shipped policies do not allow the operator ${summary.denied.join(', nor ')}`);
    }
    const wanted = fault === 'green-errors' || fault === 'green-slow' ? 'RolledBack' : 'Succeeded';
    if (outcome !== wanted) {
      summary.problems.push(`it was to end ${wanted}; it waits for: ${status?.report.waitingFor ?? 'an operator'}`);
    }
    if (leaked.length > 0) summary.problems.push('something with the plan’s tags was left behind');
    const twice = madeTwice(tagged);
    if (twice.length > 0) summary.problems.push(`made twice: ${twice.join(', ')}`);
    if (wanted === 'Succeeded') {
      if (summary.failed > 0) summary.problems.push(this.#failedWords());
      if (blueLeft.length > 0) summary.problems.push('blue was not retired');
      const mesh = await this.#world.meshState(lab.estate.meshName);
      const wantedMesh = fault === 'app-mesh-gone' ? 'unreachable' : 'gone';
      if (mesh !== wantedMesh) summary.problems.push(`the mesh is ${mesh}, not ${wantedMesh}`);
      const green = services.filter((service) => service.serviceName?.endsWith(spec.target.nameSuffix));
      if (green.length !== blueNames.size || green.some((service) => service.runningCount !== service.desiredCount)) {
        summary.problems.push('green does not run all three services');
      }
    } else {
      const after = await this.#world.blueSnapshot(lab.estate.listenerRuleArn);
      if (JSON.stringify(after) !== JSON.stringify(before)) {
        summary.problems.push(`blue’s rule or scaling is not as it was: ${JSON.stringify({ before, after })}`);
      }
      if (blueLeft.length !== blueNames.size) summary.problems.push('a blue service is missing');
      const backAt = this.#backOnBlueAt();
      const late =
        backAt === undefined ? 0 : this.#tally.failedAt.filter((at) => at > this.#realTime(backAt) + 1_000).length;
      if (late > 0) summary.problems.push(`${late} requests failed after everything was back on blue`);
    }
    summary.asExpected = summary.problems.length === 0;
    return summary;
  }

  /** How many requests failed, how, and between which lab times. */
  #failedWords(): string {
    const { failed, failedAt, failures } = this.#tally;
    const how = [...failures].map(([what, times]) => `${times}× ${what}`).join(', ');
    const [first = 0, last = 0] = [Math.min(...failedAt), Math.max(...failedAt)].map((at) => this.#labTime(at));
    return `${failed} requests failed (${how}) between ${clockFace(first)} and ${clockFace(last)}`;
  }

  /** What a migrated estate keeps: green services, their task definitions, target groups and the namespace. */
  #isOwnedByEnd(tagged: string): boolean {
    const suffix = this.#plan.spec.target.nameSuffix;
    const [kind, name = ''] = tagged.split('/');
    const { namespace } = this.#plan.spec.target.serviceConnect;
    return kind === 'namespace' ? name === namespace : name.replace(/:\d+$/, '').endsWith(suffix);
  }

  /** Lab time at which the original rules were read back. */
  #backOnBlueAt(): number | undefined {
    return this.#events.find(
      (event) => event.reason === 'Transition' && event.message.startsWith('backward.shiftBack →'),
    )?.at;
  }

  #rollbackSeconds(): number | null {
    const backAt = this.#backOnBlueAt();
    if (backAt === undefined || this.#alarm === undefined) return null;
    return (backAt - this.#alarm.at) / this.#options.lab.clock.factor / 1000;
  }

  #labTime(realTime: number): number {
    const { labOriginMs, realOriginMs, factor } = this.#options.lab.clock;
    return labOriginMs + (realTime - realOriginMs) * factor;
  }

  #realTime(labTime: number): number {
    const { labOriginMs, realOriginMs, factor } = this.#options.lab.clock;
    return realOriginMs + (labTime - labOriginMs) / factor;
  }
}

function outcomeOf(status: PlanStatus | undefined, settled: boolean, interrupted: boolean): Summary['outcome'] {
  if (interrupted) return 'Interrupted';
  if (status === undefined) return 'TimedOut';
  if (status.machine.value === 'succeeded') return 'Succeeded';
  if (status.machine.value === 'rolledBack') return 'RolledBack';
  if (status.machine.value === 'halted') return 'Halted';
  if (!settled && status.conditions.some((one) => one.type === 'Ready' && one.status === 'False')) return 'Refused';
  return 'TimedOut';
}

/** Names that carry the plan's tags more than once; revisions of one task definition have one name. */
function madeTwice(tagged: readonly string[]): string[] {
  const names = tagged.map((one) => one.replace(/:\d+$/, ''));
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** Where a crash hurts most: things half made, weight half shifted, blue half gone. */
const isInTheMiddle = ({ value, context }: PlanStatus['machine']): boolean =>
  value === 'provision' ||
  (value === 'ramp.shift' && context.step > 0) ||
  (value === 'ramp.bake' && context.step > 0) ||
  value === 'retire.scaleDown' ||
  value === 'retire.remove';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const clockFace = (at: number): string => new Date(at).toISOString().slice(11, 19);
