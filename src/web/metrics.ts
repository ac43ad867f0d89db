import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The operator's metrics, in Prometheus' names. */
export interface Metrics {
  /** @param result what became of it; `panic` and `deadlineExceeded` have counters of their own too, and all after which it is tried again one together */
  reconciled(result: string, realMs: number): void;
  tookOver(): void;
  awsCall(api: string, outcome: 'ok' | 'fail' | 'unknown', throttled: boolean): void;
  /** A call that was made for all plans, and how many names went in it. */
  batch(api: string, size: number): void;
  /** A question of a plan's look: answered by what others asked, or asked. */
  answer(api: string, from: 'shared' | 'asked'): void;
  /** A look has waited for the budget of a family for more than a tick. */
  heldBack(family: string): void;
  /** Counters and gauges as they stand; of histograms the name alone. */
  collect(): Promise<Reading[]>;
  /** The text that `/metrics` answers, and its content type. */
  render(): Promise<{ contentType: string; text: string }>;
}

/** One metric: its value for each of its labels' values. */
export interface Reading {
  name: string;
  kind: 'counter' | 'gauge' | 'histogram';
  values: readonly number[];
}

/** Hears each value that goes into a histogram. */
export type Observed = (name: string, value: number) => void;

/** How an API family's budget stands. */
export interface BudgetState {
  family: string;
  tokens: number;
  perSecond: number;
  waits: number;
  waitedMs: number;
}

/** What is asked for at the moment of each look. */
export interface MetricSources {
  queue: () => { depths: Readonly<Record<string, number>>; oldestWaitMs: number };
  leasesHeld: () => number;
  /** Default none. */
  budget?: () => readonly BudgetState[];
  /** Default nobody hears of it. */
  observed?: Observed;
}

/** Seconds: most reconciles are a few reads; an inventory may take minutes. */
const RECONCILE_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const observed = sources.observed ?? (() => {});
  const registers = [registry];
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers });
  const reconciles = new Counter({
    name: 'reconcile_total',
    help: 'Reconciles by result.',
    labelNames: ['result'],
    registers,
  });
  const seconds = new Histogram({
    name: 'reconcile_seconds',
    help: 'How long reconciles took, real time.',
    buckets: RECONCILE_BUCKETS,
    registers,
  });
  const panics = counter('reconcile_panics_total', 'Reconciles that ended with a fault of the program itself.');
  const exceeded = counter('reconcile_deadlines_exceeded_total', 'Reconciles that took too long and were given up.');
  const retries = counter('workqueue_retries_total', 'Plans that were put back after an error, to be tried again.');
  const takeOvers = counter('lease_takeovers_total', 'Plans taken over from an operator that stopped renewing.');
  const calls = new Counter({
    name: 'aws_calls_total',
    help: 'Attempts of AWS calls by API and outcome.',
    labelNames: ['api', 'outcome'],
    registers,
  });
  const throttles = new Counter({
    name: 'aws_throttles_total',
    help: 'Attempts that AWS throttled, by API.',
    labelNames: ['api'],
    registers,
  });
  const depth = new Gauge({
    name: 'workqueue_depth',
    help: 'Plans that wait to be reconciled, by priority.',
    labelNames: ['priority'],
    registers,
  });
  const oldestWait = new Gauge({
    name: 'workqueue_oldest_wait_seconds',
    help: 'How long the plan that waits longest to be reconciled has waited.',
    registers,
  });
  const leases = new Gauge({
    name: 'leases_held',
    help: 'Plans whose lease this operator holds.',
    registers,
  });
  showBudget(registry, sources.budget ?? (() => []));
  const batches = new Histogram({
    name: 'aws_read_batch_size',
    help: 'Names that went in one read for all plans, by API.',
    labelNames: ['api'],
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    registers,
  });
  const answers = new Counter({
    name: 'aws_reads_total',
    help: 'What looks of plans asked, by API: shared, answered by what was asked for others, or asked.',
    labelNames: ['api', 'from'],
    registers,
  });
  const heldBack = new Counter({
    name: 'aws_looks_held_back_total',
    help: 'Looks of plans that waited for the budget for more than a tick, by the API family that they waited for last.',
    labelNames: ['family'],
    registers,
  });
  const look = (): void => {
    const { depths, oldestWaitMs } = sources.queue();
    for (const [priority, waiting] of Object.entries(depths)) depth.set({ priority }, waiting);
    oldestWait.set(oldestWaitMs / 1_000);
    leases.set(sources.leasesHeld());
  };
  return {
    reconciled: (result, realMs) => {
      reconciles.inc({ result });
      seconds.observe(realMs / 1_000);
      observed('reconcile_seconds', realMs / 1_000);
      if (result === 'panic') panics.inc();
      if (result === 'deadlineExceeded') exceeded.inc();
      if (result === 'panic' || result === 'error' || result === 'backoff') retries.inc();
    },
    tookOver: () => takeOvers.inc(),
    awsCall: (api, outcome, throttled) => {
      calls.inc({ api, outcome });
      if (throttled) throttles.inc({ api });
    },
    batch: (api, size) => {
      batches.observe({ api }, size);
      observed('aws_read_batch_size', size);
    },
    answer: (api, from) => answers.inc({ api, from }),
    heldBack: (family) => heldBack.inc({ family }),
    collect: async () => {
      look();
      const all = await registry.getMetricsAsJSON();
      return all.map(({ name, type, values }) => {
        // prom-client's types have its enum's numbers, its objects the names.
        const kind = String(type) as Reading['kind'];
        return { name, kind, values: kind === 'histogram' ? [] : values.map(({ value }) => value) };
      });
    },
    render: async () => {
      look();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** One metric a number, a family each, as it stands when it is asked for. */
function showBudget(registry: Registry, budget: () => readonly BudgetState[]): void {
  const own = { labelNames: ['family'], registers: [] };
  const gauge = (name: string, help: string, value: (state: BudgetState) => number): void => {
    const shown = new Gauge({
      ...own,
      name,
      help,
      collect() {
        for (const state of budget()) this.set({ family: state.family }, value(state));
      },
    });
    registry.registerMetric(shown);
  };
  /** The budget counts itself: what it tells is the whole count. */
  const counter = (name: string, help: string, value: (state: BudgetState) => number): void => {
    const shown = new Counter({
      ...own,
      name,
      help,
      collect() {
        this.reset();
        for (const state of budget()) this.inc({ family: state.family }, value(state));
      },
    });
    registry.registerMetric(shown);
  };
  gauge('aws_budget_tokens', 'Calls that may be made at once, by API family.', ({ tokens }) => tokens);
  gauge('aws_budget_per_second', 'Calls a second that the operator allows itself now.', ({ perSecond }) => perSecond);
  counter('aws_budget_waits_total', 'Calls that waited for the budget.', ({ waits }) => waits);
  counter('aws_budget_waited_seconds_total', 'How long they did together.', ({ waitedMs }) => waitedMs / 1000);
}
