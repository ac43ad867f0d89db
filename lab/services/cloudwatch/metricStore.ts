import { MetricBucket } from './metricBucket.ts';

/** A metric: a name in a namespace with its exact full set of dimensions (row W11). */
export interface MetricIdentity {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

interface Series {
  metric: MetricIdentity;
  /** When the newest bucket ends, whether or not it is still kept. */
  lastEndMs: number;
  /** CloudWatch keeps values of different units apart (row W9). */
  units: Map<string, Map<number, MetricBucket>>;
}

/** How long values are kept. Real CloudWatch keeps 60 s values for 15 days; the lab runs for minutes. */
export const RETENTION_MS = 3 * 3_600_000;

/** A sample's place in time: 60 s buckets, or 10 s ones for `StorageResolution: 1`. */
export const STANDARD_BUCKET_MS = 60_000;
export const HIGH_RESOLUTION_BUCKET_MS = 10_000;

/**
 * All values of all metrics. A bucket becomes visible `ingestionMs` after it has ended; what has no bucket has no datapoint, since
 * CloudWatch never makes a zero out of silence (§8.3).
 */
export class MetricStore {
  readonly #ingestionMs: number;
  readonly #series = new Map<string, Series>();

  constructor(ingestionMs: number) {
    this.#ingestionMs = ingestionMs;
  }

  /** The bucket that a value at `atMs` belongs to; it is made where it does not exist. */
  bucket(metric: MetricIdentity, unit: string, atMs: number, widthMs = STANDARD_BUCKET_MS): MetricBucket {
    const key = seriesKey(metric);
    let series = this.#series.get(key);
    if (series === undefined) {
      const { namespace, name } = metric;
      series = { metric: { namespace, name, dimensions: { ...metric.dimensions } }, lastEndMs: 0, units: new Map() };
      this.#series.set(key, series);
    }
    let buckets = series.units.get(unit);
    if (buckets === undefined) {
      buckets = new Map();
      series.units.set(unit, buckets);
    }
    const startMs = Math.floor(atMs / widthMs) * widthMs;
    let bucket = buckets.get(startMs);
    if (bucket === undefined) {
      for (const old of buckets.keys()) if (old < startMs - RETENTION_MS) buckets.delete(old);
      bucket = new MetricBucket(startMs, widthMs);
      buckets.set(startMs, bucket);
      series.lastEndMs = Math.max(series.lastEndMs, startMs + widthMs);
    }
    return bucket;
  }

  /**
   * The metric's periods that hold a value, from `fromMs` inclusive to `toMs` exclusive, oldest first. Periods are counted from
   * `fromMs`. Without `unit` all units are taken together. `asOfMs` says which buckets are visible yet.
   */
  periods(
    metric: MetricIdentity,
    range: { fromMs: number; toMs: number; periodMs: number; asOfMs: number; unit: string | undefined },
  ): MetricBucket[] {
    const series = this.#series.get(seriesKey(metric));
    if (series === undefined) return [];
    const merged = new Map<number, MetricBucket>();
    for (const [unit, buckets] of series.units) {
      if (range.unit !== undefined && range.unit !== unit) continue;
      for (const bucket of buckets.values()) {
        if (bucket.startMs < range.fromMs || bucket.startMs >= range.toMs) continue;
        if (!this.#isVisible(bucket.startMs + bucket.widthMs, range.asOfMs)) continue;
        const startMs = bucket.startMs - ((bucket.startMs - range.fromMs) % range.periodMs);
        let period = merged.get(startMs);
        if (period === undefined) merged.set(startMs, (period = new MetricBucket(startMs, range.periodMs)));
        period.merge(bucket);
      }
    }
    return [...merged.values()].sort((a, b) => a.startMs - b.startMs);
  }

  /** The units under which a metric has been published. */
  units(metric: MetricIdentity): string[] {
    return [...(this.#series.get(seriesKey(metric))?.units.keys() ?? [])];
  }

  /** The metrics that ListMetrics may name at `asOfMs`, in a stable order, with the end of their newest bucket. */
  metrics(asOfMs: number): { metric: MetricIdentity; lastEndMs: number }[] {
    const visible: [string, Series][] = [];
    for (const [key, series] of this.#series) {
      const first = [...series.units.values()].some((buckets) =>
        [...buckets.values()].some((bucket) => this.#isVisible(bucket.startMs + bucket.widthMs, asOfMs)),
      );
      if (first) visible.push([key, series]);
    }
    visible.sort(([a], [b]) => (a < b ? -1 : 1));
    return visible.map(([, { metric, lastEndMs }]) => ({ metric, lastEndMs }));
  }

  #isVisible(endMs: number, asOfMs: number): boolean {
    return endMs + this.#ingestionMs <= asOfMs;
  }
}

/** One text for one exact set of dimensions, whatever their order. */
function seriesKey(metric: MetricIdentity): string {
  let key = `${metric.namespace}\n${metric.name}`;
  const names = Object.keys(metric.dimensions);
  if (names.length > 1) names.sort();
  for (const name of names) key += `\n${name}\n${metric.dimensions[name]}`;
  return key;
}
