import type { MetricBatch } from './protocol.ts';

/**
 * Counts what a Service Connect proxy publishes (§8.3) between two flushes. Sparse: what did not happen leaves no value,
 * never a zero.
 */
export class ProxyMetrics {
  readonly #now: () => number;
  #batches = new Map<string, MetricBatch>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds to a counter; one value a flush. */
  count(name: string, dimensions: Record<string, string>[], amount = 1): void {
    if (amount === 0) return;
    const batch = this.#batch(name, dimensions);
    batch.values[0] = (batch.values[0] ?? 0) + amount;
  }

  /** Adds one value of a distribution. */
  observe(name: string, dimensions: Record<string, string>[], value: number): void {
    this.#batch(name, dimensions).values.push(value);
  }

  /** What has come together since the last flush, stamped with the time of the flush. */
  flush(): MetricBatch[] {
    const atMs = this.#now();
    const batches = [...this.#batches.values()].map((batch) => ({ ...batch, atMs }));
    this.#batches = new Map();
    return batches;
  }

  #batch(name: string, dimensions: Record<string, string>[]): MetricBatch {
    const key = `${name} ${dimensions[0]?.['DiscoveryName'] ?? dimensions[0]?.['TargetDiscoveryName']}`;
    let batch = this.#batches.get(key);
    if (batch === undefined) {
      batch = { name, dimensions, values: [], atMs: 0 };
      this.#batches.set(key, batch);
    }
    return batch;
  }
}
