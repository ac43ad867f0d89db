import type { EntryOf } from '../history.ts';

/** Whose a call is: by the plan's name in what it asks with, or in the name of a thing that it names by id. */
export class Attribution {
  readonly #plans: readonly string[];
  readonly #names: ReadonlyMap<string, string>;

  constructor(plans: readonly string[], names: readonly EntryOf<'name'>[]) {
    this.#plans = plans;
    this.#names = new Map(names.map(({ id, name }) => [id, name]));
  }

  /** The plans that a call is about: one, if all is well. */
  plansOf({ api, input }: EntryOf<'call'>): string[] {
    const text = `${api} ${JSON.stringify(input ?? {})}`;
    const named = [...text.matchAll(/\bns-[a-z0-9]+/g)].map(([id]) => this.#names.get(id) ?? '');
    return this.#plans.filter((plan) => isNamedIn(plan, text) || named.some((name) => isNamedIn(plan, name)));
  }
}

/** As a whole word: `kiosk-1` is not named in `kiosk-10`. */
const isNamedIn = (plan: string, text: string): boolean => {
  for (let at = text.indexOf(plan); at !== -1; at = text.indexOf(plan, at + 1)) {
    if (!/[a-z0-9]/i.test(text[at - 1] ?? ' ') && !/[a-z0-9]/i.test(text[at + plan.length] ?? ' ')) return true;
  }
  return false;
};
