import type { Timers } from '../reconciler/queue.ts';
import type { Metrics, Observed, Reading } from './metrics.ts';
import { Sample } from './sample.ts';

/** Real. What CloudWatch has of a metric it has by the minute. */
const LINE_EVERY_MS = 60_000;
const NAMESPACE = 'Meshlift';

/** How the values of all labels become one, and in which of CloudWatch's units. Each metric costs by its dimensions: it has one, the table. */
export const EMBEDDED: Readonly<
  Record<string, { unit: 'Count' | 'Seconds' | 'None'; of: 'sum' | 'max' | 'min' | 'all' }>
> = {
  reconcile_total: { unit: 'Count', of: 'sum' },
  reconcile_seconds: { unit: 'Seconds', of: 'all' },
  reconcile_panics_total: { unit: 'Count', of: 'sum' },
  reconcile_deadlines_exceeded_total: { unit: 'Count', of: 'sum' },
  workqueue_depth: { unit: 'Count', of: 'sum' },
  workqueue_oldest_wait_seconds: { unit: 'Seconds', of: 'max' },
  workqueue_retries_total: { unit: 'Count', of: 'sum' },
  leases_held: { unit: 'Count', of: 'sum' },
  lease_takeovers_total: { unit: 'Count', of: 'sum' },
  aws_calls_total: { unit: 'Count', of: 'sum' },
  aws_throttles_total: { unit: 'Count', of: 'sum' },
  aws_read_batch_size: { unit: 'Count', of: 'all' },
  aws_reads_total: { unit: 'Count', of: 'sum' },
  // Of the family that has least.
  aws_budget_tokens: { unit: 'Count', of: 'min' },
  aws_budget_per_second: { unit: 'None', of: 'min' },
  aws_budget_waits_total: { unit: 'Count', of: 'sum' },
  aws_budget_waited_seconds_total: { unit: 'Seconds', of: 'sum' },
  aws_looks_held_back_total: { unit: 'Count', of: 'sum' },
};

export interface EmbeddedMetricsOptions {
  metrics: Pick<Metrics, 'collect'>;
  /** The one dimension. */
  table: string;
  /** A property of the line, by which a query finds it; no dimension, or each start would be a metric of its own. */
  operator: string;
  /** Takes one line, whatever the level of the log is. */
  write: (line: string) => void;
  /** Real, milliseconds since the epoch. */
  now: () => number;
  random: () => number;
  timers: Timers;
}

/**
 * The operator's metrics in its log, in CloudWatch's embedded metric format: a line a minute, of what was counted since the last one and of what
 * stands at the moment. CloudWatch Logs makes metrics of it, and is asked for no other permission.
 */
export class EmbeddedMetrics {
  readonly #options: EmbeddedMetricsOptions;
  readonly #samples = new Map<string, Sample>();
  /** Counters, as they were told last. */
  readonly #told = new Map<string, number>();
  #timer: { cancel(): void } | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: EmbeddedMetricsOptions) {
    this.#options = options;
  }

  /** For {@link createMetrics}: of a histogram CloudWatch wants the values, not the buckets. */
  readonly observed: Observed = (name, value) => {
    let sample = this.#samples.get(name);
    if (sample === undefined) {
      sample = new Sample(this.#options.random);
      this.#samples.set(name, sample);
    }
    sample.add(value);
  };

  start(): void {
    this.#timer = this.#options.timers.set(LINE_EVERY_MS, () => {
      this.#writing = this.#write();
      this.start();
    });
  }

  /** Tells what was counted since the last line. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#writing;
    await this.#write();
  }

  async #write(): Promise<void> {
    const { metrics, table, operator, write, now } = this.#options;
    const values = this.#values(await metrics.collect());
    const timestamp = now();
    const metadata = {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [['table']],
          Metrics: values.map(([name]) => ({ Name: name, Unit: EMBEDDED[name]?.unit })),
        },
      ],
    };
    const head = { level: 30, time: new Date(timestamp).toISOString(), operator, msg: 'metrics', table };
    write(`${JSON.stringify({ _aws: metadata, ...head, ...Object.fromEntries(values) })}\n`);
  }

  /** What the line has of each metric that has anything to tell. */
  #values(readings: readonly Reading[]): [string, number | number[]][] {
    return readings.flatMap(({ name, kind, values }): [string, number | number[]][] => {
      const of = EMBEDDED[name]?.of;
      if (of === undefined) return [];
      if (of === 'all') {
        const sample = this.#samples.get(name)?.take() ?? [];
        return sample.length === 0 ? [] : [[name, sample]];
      }
      if (kind === 'counter') {
        const total = values.reduce((sum, value) => sum + value, 0);
        const since = total - (this.#told.get(name) ?? 0);
        this.#told.set(name, total);
        return [[name, since]];
      }
      if (values.length === 0) return [];
      if (of === 'sum') return [[name, values.reduce((sum, value) => sum + value, 0)]];
      return [[name, of === 'max' ? Math.max(...values) : Math.min(...values)]];
    });
  }
}
