import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SimulatedClock } from '../../lab/clock.ts';
import { RequestMetrics } from '../../lab/services/elbv2/requestMetrics.ts';
import { createSimulatedAws, SIMULATED_ACCOUNT, type SimulatedAws } from '../../lab/simulated/simulatedAws.ts';
import { Budget } from '../../src/aws/budget.ts';
import { withCallContext } from '../../src/aws/callContext.ts';
import { createClients } from '../../src/aws/clients.ts';
import { PATIENCE_TICKS } from '../../src/aws/reads/looks.ts';
import { createWorld } from '../../src/aws/world.ts';
import { createChannels } from '../../src/notify/channels.ts';
import { Operator } from '../../src/reconciler/operator.ts';
import { Reconciler } from '../../src/reconciler/reconcile.ts';
import { oneWorld } from '../../src/reconciler/ports.ts';
import { DEFAULT_SETTINGS } from '../../src/reconciler/settings.ts';
import { IndexWakeUps } from '../../src/state/indexWakeUps.ts';
import { MemoryItems, MemoryTable } from '../../src/state/memoryTable.ts';
import { planHash } from '../../src/state/planHash.ts';
import { PlanRequestWriter } from '../../src/state/planRequests.ts';
import { TablePlanStore } from '../../src/state/planStore.ts';
import { SILENT } from '../../test/unit/operator/operatorProcess.ts';
import { createFleet, planOf, type SmallEstate } from './estates.ts';

/** What an AWS call takes on the way, real milliseconds. */
const CALL_MS = 30;
const ROUNDS_MAX = 60;
const ROUND_MS = 10_000;
/** By then the load balancers have published minutes of green, and CloudWatch shows them. */
const PUBLISHED_MS = 5 * 60_000;
/** Plans that are brought to their bakes at the same time. */
const DRIVEN_AT_ONCE = 25;
/** AWS goes on by itself, so often. */
const STEP_MS = 100;
/** After each plan was looked at whole once; they are all due when the operator starts. */
const WARM_UP_TICKS = 6;
/** Where they are not looked at by then, it is measured all the same. */
export const FIRST_LOOKS_MS_MAX = 8 * 60_000;
const ABORTS_MAX = 20;
/** An abort whose rule is not written by then counts as if it were. */
const ABORT_MS_MAX = 60_000;
const SERVED_EVERY_MS = 15_000;

export interface PlansMeasure {
  plans: number;
  loadBalancers: number;
  clusters: number;
  /** Real. How long was measured. */
  seconds: number;
  /** From the start of the operator until each plan had a look for which the budget was enough: first looks share little. `null`: not in {@link FIRST_LOOKS_MS_MAX}. */
  firstLooksSeconds: number | null;
  reconcilesPerSecond: number;
  /** How long it was between two looks of one plan, on average. */
  secondsBetweenLooks: number;
  callsPerSecond: number;
  /** By API. */
  callsPerSecondOf: Record<string, number>;
  /** How long a reconcile took, real milliseconds: half of them, 95 of 100, the longest. */
  reconcileMs: { p50: number; p95: number; max: number };
  /** Budgets that calls waited for: by family, calls a second that waited, and how long each did on average, milliseconds. */
  waitedFor: Record<string, { perSecond: number; ms: number }>;
  /** Part of the looks that waited for the budget for more than a tick. */
  heldBackPart: number;
  /** Part of the questions that had an answer already. */
  sharedPart: number;
  heapMb: number;
  rssMb: number;
  /** How late timers were, milliseconds: half of them, 99 of 100, the latest. */
  eventLoopMs: { p50: number; p99: number; max: number };
  /** From a person's abort, written into the spec's item, to the rule that was written, real milliseconds, sorted. */
  abortMs: number[];
}

/**
 * So many plans in a bake on one operator with one AWS in the same process: everything but the network is as it is, and each call takes
 * {@link CALL_MS}. How they come to their bakes is not measured.
 *
 * @param reading `alone`: each plan asks AWS everything itself, as it would without the shared reader
 */
export async function measurePlans(
  plans: number,
  seconds: number,
  reading: 'together' | 'alone' = 'together',
): Promise<PlansMeasure> {
  const clock = new SimulatedClock();
  const simulated = createSimulatedAws({ clock, account: { ...SIMULATED_ACCOUNT, namespacesMax: 2 * plans } });
  const { direct } = simulated.aws;
  const life = { isMeasured: false };
  const answers = { shared: 0, asked: 0, heldBack: 0 };
  /** When each rule was written, by its ARN. */
  const written = new Map<string, number>();
  let sparedMs = 0;
  const budget = new Budget({
    monotonicMs: () => {
      // Before anything is measured, each look at the budget's clock is a second.
      if (!life.isMeasured) sparedMs += 1_000;
      return sparedMs + performance.now();
    },
  });
  const clients = createClients({
    ...simulated.clientConfig,
    log: SILENT,
    direct: async (call) => {
      const { RuleArn } = call.input as { RuleArn?: string };
      if (life.isMeasured && call.operation === 'ModifyRule' && RuleArn !== undefined)
        written.set(RuleArn, performance.now());
      if (life.isMeasured) await pauseMs(CALL_MS);
      return direct(call);
    },
    budget,
    reads: {
      tickMs: DEFAULT_SETTINGS.tickMs,
      monotonicMs: () => clock.now(),
      nowMs: () => clock.now(),
      onAnswer: (_, from) => (answers[from] += 1),
      onHeldBack: () => (answers.heldBack += 1),
    },
  });
  const fleet = await createFleet(clients, plans);
  serve(clock, simulated, fleet.estates);
  await clock.advanceAsync(120_000);

  const items = new MemoryItems();
  let tokens = 0;
  const newToken = () => `token-${(tokens += 1)}`;
  const table = () => new MemoryTable({ items, newToken, name: 'meshlift' });
  const writer = new PlanRequestWriter(table());
  for (const estate of fleet.estates) await writer.put(estate.name, planOf(estate), undefined);
  const planClock = { now: () => clock.now(), realMs: (ms: number) => ms };
  const store = new TablePlanStore({
    table: table(),
    holder: 'bench',
    leaseMs: 60_000,
    monotonicMs: () => performance.now(),
  });
  const reconciler = new Reconciler({
    store,
    worlds: oneWorld(
      createWorld({
        clients,
        clock: planClock,
        realPause: (ms) => (life.isMeasured ? pauseMs(ms) : Promise.resolve()),
      }),
    ),
    channels: createChannels(clients),
    scoped: reading === 'together' ? withCallContext : withoutLook,
    callMsMax: 8_000,
    monotonicMs: () => performance.now(),
    clock: planClock,
    settings: DEFAULT_SETTINGS,
    log: SILENT,
    name: 'bench',
    newUid: () => `uid-${(tokens += 1)}`,
    hashSpec: planHash,
  });
  const names = fleet.estates.map(({ name }) => name);
  let left = names;
  for (let round = 0; left.length > 0; round += 1) {
    if (round > ROUNDS_MAX) {
      const status = (await store.readStatus(left[0] ?? ''))?.status;
      throw new Error(
        `${left.length} plans never baked, ${left[0]} is in ${status?.machine.value}: ${status?.report.waitingFor}`,
      );
    }
    const still: string[] = [];
    const driven = left.values();
    const drive = async (): Promise<void> => {
      for (const name of driven) {
        let next = await reconciler.reconcile(name);
        for (let more = 0; next.kind === 'again' && more < 20; more += 1) next = await reconciler.reconcile(name);
        const context = (await store.readStatus(name))?.status.machine;
        if (context?.value !== 'ramp.bake') still.push(name);
      }
    };
    await Promise.all(Array.from({ length: DRIVEN_AT_ONCE }, drive));
    left = still;
    process.stderr.write(`${plans - left.length} of ${plans} plans bake\n`);
    await clock.advanceAsync(ROUND_MS);
  }
  await clock.advanceAsync(PUBLISHED_MS);
  const tookMs: number[] = [];
  const unseen = new Set(names);
  const operator = new Operator({
    reconciler,
    store,
    clock: planClock,
    settings: DEFAULT_SETTINGS,
    log: SILENT,
    random: Math.random,
    wakeUps: new IndexWakeUps(table()),
    hurry: (plan) => clients.reader?.hurry(plan),
    onReconcile: (plan, _result, realMs) => {
      if (realMs < PATIENCE_TICKS * DEFAULT_SETTINGS.tickMs) unseen.delete(plan);
      tookMs.push(realMs);
    },
  });
  life.isMeasured = true;
  const aws = keepAlive(clock);
  const operatorStartedAt = performance.now();
  operator.start();
  const firstLooksMs = (): number => performance.now() - operatorStartedAt;
  while (unseen.size > 0 && firstLooksMs() < FIRST_LOOKS_MS_MAX) await pauseMs(100);
  const firstLooksSeconds = unseen.size > 0 ? null : firstLooksMs() / 1_000;
  process.stderr.write(
    `${plans - unseen.size} plans were looked at whole in ${(firstLooksMs() / 1_000).toFixed(0)} s\n`,
  );
  await pauseMs(WARM_UP_TICKS * DEFAULT_SETTINGS.tickMs);

  const before = { ...clients.calls };
  const waitsBefore = new Map(budget.state().map((one) => [one.family, one]));
  tookMs.length = 0;
  Object.assign(answers, { shared: 0, asked: 0, heldBack: 0 });
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const startedAt = performance.now();
  await pauseMs(seconds * 1_000);
  const took = (performance.now() - startedAt) / 1_000;
  delay.disable();
  const { heapUsed, rss } = process.memoryUsage();
  const reconciles = tookMs.length;
  const reconcileMs = spreadOf(tookMs);
  const made = Object.entries(clients.calls)
    .map(([api, count]) => [api, count - (before[api] ?? 0)] as const)
    .filter(([, count]) => count > 0);
  const callsPerSecondOf = Object.fromEntries(made.map(([api, count]) => [api, count / took]));
  const waitedFor = Object.fromEntries(
    budget.state().flatMap(({ family, waits, waitedMs }) => {
      const count = waits - (waitsBefore.get(family)?.waits ?? 0);
      const ms = waitedMs - (waitsBefore.get(family)?.waitedMs ?? 0);
      return count === 0 ? [] : [[family, { perSecond: count / took, ms: ms / count }]];
    }),
  );
  const { shared, asked, heldBack } = answers;

  const aborted = await Promise.all(
    fleet.estates.slice(0, ABORTS_MAX).map(async ({ name, listenerRuleArn }, index) => {
      // Spread over a tick, as people are.
      await pauseMs((index / ABORTS_MAX) * DEFAULT_SETTINGS.tickMs);
      const askedAt = performance.now();
      await writer.requestAbort(name, { by: 'bench', at: clock.now(), why: 'a measurement' });
      while (!written.has(listenerRuleArn) && performance.now() - askedAt < ABORT_MS_MAX) await pauseMs(5);
      return (written.get(listenerRuleArn) ?? performance.now()) - askedAt;
    }),
  );
  await operator.stop();
  aws.end();
  await simulated.close();
  return {
    plans,
    loadBalancers: fleet.loadBalancers,
    clusters: fleet.clusters,
    seconds: took,
    firstLooksSeconds,
    reconcilesPerSecond: reconciles / took,
    secondsBetweenLooks: (plans * took) / reconciles,
    callsPerSecond: made.reduce((sum, [, count]) => sum + count, 0) / took,
    callsPerSecondOf,
    reconcileMs,
    waitedFor,
    heldBackPart: heldBack / reconciles,
    sharedPart: shared / (shared + asked),
    heapMb: heapUsed / 2 ** 20,
    rssMb: rss / 2 ** 20,
    eventLoopMs: { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
    abortMs: aborted.toSorted((a, b) => a - b),
  };
}

const withoutLook: typeof withCallContext = (scope, work) => {
  const alone = { ...scope };
  delete alone.look;
  return withCallContext(alone, work);
};

/** Half of the numbers are at most `p50`, 95 of 100 at most `p95`. */
export function spreadOf(numbers: readonly number[]): { p50: number; p95: number; max: number } {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

const pauseMs = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Every application has some requests, as its load balancer counts them; blue has them all. */
function serve(clock: SimulatedClock, { aws }: SimulatedAws, estates: readonly SmallEstate[]): void {
  const metrics = new RequestMetrics({ clock, metrics: aws.services.cloudwatch });
  const goOn = (): void => {
    for (const where of estates) metrics.forwarded(where, 1);
    clock.after(SERVED_EVERY_MS, goOn);
  };
  goOn();
}

/** Lets the AWS of the process live as real time goes. */
function keepAlive(clock: SimulatedClock): { end: () => void } {
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    clock.advance(now - lastMs);
    lastMs = now;
  }, STEP_MS);
  return { end: () => clearInterval(timer) };
}
