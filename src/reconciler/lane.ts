/** A place in a {@link Lane}; it belongs to one lane at a time. */
export interface Place<Held> {
  readonly held: Held;
  before: Place<Held> | undefined;
  after: Place<Held> | undefined;
}

/** First in, first out; who stands in the middle can leave. Every operation takes the same time however long the lane is. */
export class Lane<Held> {
  #first: Place<Held> | undefined;
  #last: Place<Held> | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Who came first; `undefined` where nobody stands. */
  get first(): Held | undefined {
    return this.#first?.held;
  }

  /** Who came first, who then leaves. */
  shift(): Held | undefined {
    const first = this.#first;
    if (first !== undefined) this.leave(first);
    return first?.held;
  }

  /** Behind everybody else. */
  join(held: Held): Place<Held> {
    const place: Place<Held> = { held, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = place;
    else this.#last.after = place;
    this.#last = place;
    this.#length += 1;
    return place;
  }

  /** `place` is one that {@link join} gave, and that has not left yet. */
  leave({ before, after }: Place<Held>): void {
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    this.#length -= 1;
  }
}
