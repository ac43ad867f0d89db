/**
 * What one metric was worth during one stretch of time (a minute, or ten seconds for high resolution). Sum, count, minimum and
 * maximum are exact. For percentiles each value is counted under its three most significant digits, so a percentile is off by at
 * most half a per cent and a bucket holds at most 900 entries per decade of values, however many samples arrive.
 */
export class MetricBucket {
  readonly startMs: number;
  readonly widthMs: number;
  sum = 0;
  count = 0;
  minimum = Number.POSITIVE_INFINITY;
  maximum = Number.NEGATIVE_INFINITY;
  /** Rounded value to how often it was seen. Statistic sets are not in it: CloudWatch cannot tell their percentiles. */
  readonly #histogram = new Map<number, number>();

  constructor(startMs: number, widthMs: number) {
    this.startMs = startMs;
    this.widthMs = widthMs;
  }

  add(value: number, count: number): void {
    this.sum += value * count;
    this.count += count;
    if (value < this.minimum) this.minimum = value;
    if (value > this.maximum) this.maximum = value;
    const rounded = threeDigits(value);
    this.#histogram.set(rounded, (this.#histogram.get(rounded) ?? 0) + count);
  }

  /** Adds a statistic set, whose single values are not known. */
  addSet(set: { sum: number; count: number; minimum: number; maximum: number }): void {
    this.sum += set.sum;
    this.count += set.count;
    this.minimum = Math.min(this.minimum, set.minimum);
    this.maximum = Math.max(this.maximum, set.maximum);
    if (set.minimum === set.maximum) {
      const rounded = threeDigits(set.minimum);
      this.#histogram.set(rounded, (this.#histogram.get(rounded) ?? 0) + set.count);
    }
  }

  merge(other: MetricBucket): void {
    this.sum += other.sum;
    this.count += other.count;
    this.minimum = Math.min(this.minimum, other.minimum);
    this.maximum = Math.max(this.maximum, other.maximum);
    for (const [value, count] of other.#histogram) {
      this.#histogram.set(value, (this.#histogram.get(value) ?? 0) + count);
    }
  }

  /** The value below which `percent` (0 to 100) of the samples lie; `undefined` when statistic sets hide the single values. */
  percentile(percent: number): number | undefined {
    let known = 0;
    for (const count of this.#histogram.values()) known += count;
    if (known === 0 || known < this.count) return undefined;
    const rank = Math.max(1, Math.ceil((percent / 100) * known));
    let seen = 0;
    for (const [value, count] of [...this.#histogram].sort(([a], [b]) => a - b)) {
      seen += count;
      if (seen >= rank) return Math.min(this.maximum, Math.max(this.minimum, value));
    }
    return this.maximum;
  }
}

/** `value` with its three most significant digits. */
function threeDigits(value: number): number {
  if (value === 0 || (Number.isInteger(value) && Math.abs(value) < 1000)) return value;
  const exponent = Math.floor(Math.log10(Math.abs(value))) - 2;
  const unit = 10 ** Math.abs(exponent);
  return exponent < 0 ? Math.round(value * unit) / unit : Math.round(value / unit) * unit;
}
