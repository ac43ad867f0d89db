import type { Unresolved } from '../reading.ts';

type Attributes = Readonly<Record<string, unknown>>;

const isAttributes = (value: unknown): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether an attribute says nothing: a provider stores `""`, `0`, `false`, `[]` and `null` for what nobody set. */
function isUnset(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.every(isUnset);
  return isAttributes(value) && Object.values(value).every(isUnset);
}

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'a list' : isAttributes(value) ? 'an object' : `a ${typeof value}`;

/** Without the members that are not told. */
export const told = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value;

/**
 * One block of a resource's attributes, as a state stores it: nested blocks as lists, in snake case. It keeps a record of what was
 * asked for, so that `rest` can tell of attributes that nobody asked for: those of a provider newer than this reader.
 */
export class Block {
  readonly place: string;
  readonly #attributes: Attributes;
  readonly #unresolved: Unresolved[];
  readonly #asked = new Set<string>();
  readonly #inner: Block[] = [];

  constructor(attributes: Attributes, place: string, unresolved: Unresolved[]) {
    this.#attributes = attributes;
    this.place = place;
    this.#unresolved = unresolved;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#attributes, name);
  }

  /** Tells of an attribute that is there and cannot be read, or of one that something else needs and is not there. */
  report(name: string, why: string): undefined {
    this.#unresolved.push({ place: name === '' ? this.place : `${this.place}.${name}`, why });
  }

  /** `""` is nothing said. */
  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
    return this.#misfit(name, value, 'a text');
  }

  /** 0 is nothing said, as for ports and thresholds. A number may be stored as text. */
  number(name: string): number | undefined {
    const value = this.count(name);
    return value === 0 ? undefined : value;
  }

  /** 0 says something, as for weights and retries. */
  count(name: string): number | undefined {
    const value = this.#take(name);
    if (value === undefined || value === null || value === '') return undefined;
    const number = typeof value === 'string' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    return this.#misfit(name, value, 'a number');
  }

  flag(name: string): boolean | undefined {
    const value = this.#take(name);
    if (value === undefined || value === null || value === '') return undefined;
    if (value === 'true' || value === 'false') return value === 'true';
    return typeof value === 'boolean' ? value : this.#misfit(name, value, 'true or false');
  }

  /** An empty list is nothing said. */
  texts(name: string): string[] | undefined {
    const value = this.#take(name);
    if (isUnset(value)) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    return this.#misfit(name, value, 'a list of texts');
  }

  numbers(name: string): number[] | undefined {
    const value = this.#take(name);
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value;
    return this.#misfit(name, value, 'a list of numbers');
  }

  /** A map with free keys; `undefined` for an empty one. */
  map(name: string): Record<string, string> | undefined {
    const value = this.#take(name);
    if (value === undefined || value === null) return undefined;
    if (!isAttributes(value)) return this.#misfit(name, value, 'a map');
    const entries = Object.entries(value).filter(([, item]) => item !== null);
    if (entries.length === 0) return undefined;
    if (!entries.every(([, item]) => typeof item === 'string')) return this.#misfit(name, value, 'a map of texts');
    return Object.fromEntries(entries) as Record<string, string>;
  }

  /** The nested block of that name, of which there is at most one. */
  one(name: string): Block | undefined {
    const blocks = this.#blocks(name);
    if (blocks.length > 1) {
      return this.report(name, `One block was expected and ${blocks.length} are there, so it is left out.`);
    }
    this.#inner.push(...blocks);
    return blocks[0];
  }

  /** The nested blocks of that name; `undefined` where there is none. */
  many(name: string): Block[] | undefined {
    const blocks = this.#blocks(name);
    this.#inner.push(...blocks);
    return blocks.length === 0 ? undefined : blocks;
  }

  #blocks(name: string): Block[] {
    const value = this.#take(name);
    if (value === undefined || value === null) return [];
    const items: unknown[] = Array.isArray(value) ? value : [value];
    // A block without anything in it may be stored as null.
    if (!items.every((item) => item === null || isAttributes(item))) {
      this.#misfit(name, value, 'a block');
      return [];
    }
    return items.map(
      (item, index) => new Block(isAttributes(item) ? item : {}, `${this.place}.${name}[${index}]`, this.#unresolved),
    );
  }

  /** Attributes that say nothing about the estate. */
  skip(...names: string[]): void {
    for (const name of names) this.#asked.add(name);
  }

  skipStartingWith(start: string): void {
    this.skip(...Object.keys(this.#attributes).filter((name) => name.startsWith(start)));
  }

  /** Tells of every attribute, here and in the blocks that were asked for, that says something and was not asked for. */
  rest(): void {
    for (const [name, value] of Object.entries(this.#attributes)) {
      if (this.#asked.has(name) || isUnset(value)) continue;
      this.report(name, 'Meshlift knows no such attribute, so it is left out; the live API would tell.');
    }
    for (const block of this.#inner) block.rest();
  }

  #take(name: string): unknown {
    this.#asked.add(name);
    return this.#attributes[name];
  }

  /** It quotes no value, which may be a secret. */
  #misfit(name: string, value: unknown, wanted: string): undefined {
    return this.report(name, `It should be ${wanted} and is ${kindOf(value)}, so it is left out.`);
  }
}
