/** As many values as a metric of the embedded metric format takes. */
export const SAMPLE_MAX = 100;

/**
 * Values of which no more than a hundred are kept, each as likely as any other, so that their percentiles are about those of all; the least and the
 * greatest are always among them. Room for a hundred, however many come.
 */
export class Sample {
  readonly #random: () => number;
  #kept: number[] = [];
  #count = 0;
  #least = Number.POSITIVE_INFINITY;
  #greatest = Number.NEGATIVE_INFINITY;

  /** @param random a number in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  add(value: number): void {
    this.#count += 1;
    this.#least = Math.min(this.#least, value);
    this.#greatest = Math.max(this.#greatest, value);
    if (this.#kept.length < SAMPLE_MAX) this.#kept.push(value);
    else {
      const place = Math.floor(this.#random() * this.#count);
      if (place < SAMPLE_MAX) this.#kept[place] = value;
    }
  }

  /** What was kept, in order; it begins anew. */
  take(): number[] {
    const taken = this.#kept.toSorted((a, b) => a - b);
    if (this.#count > SAMPLE_MAX) {
      taken[0] = this.#least;
      taken[SAMPLE_MAX - 1] = this.#greatest;
    }
    this.#kept = [];
    this.#count = 0;
    this.#least = Number.POSITIVE_INFINITY;
    this.#greatest = Number.NEGATIVE_INFINITY;
    return taken;
  }
}
