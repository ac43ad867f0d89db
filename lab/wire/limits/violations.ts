import type { NormalizedSchema } from '@smithy/core/schema';
import { type Constraint, type Rule, rulesOf } from './constraint.ts';
import type { OwnKinds, OwnWords } from './ownWords.ts';
import type { LimitTable, ShapeLimits } from './table.ts';

/** One way in which an input is not what the service model asks for. */
export interface Violation {
  place: Place;
  /** What is there; `undefined` where a required member is missing. */
  value: unknown;
  constraint: Constraint;
  /** Where it is an item of the list, or a key or a value of the map, at `place`: the first that is wrong. */
  part: Part | undefined;
}

/** A member by the model's name, an item by its index from 0, a value of a map by its key. */
export type Place = readonly (string | number | { key: string })[];

export interface Part {
  of: 'items' | 'keys' | 'values';
  /** An index from 0, or a key. */
  at: string | number;
  value: unknown;
  /** All that has to hold of every part. */
  constraints: readonly Constraint[];
}

/** So many are named of one input, and no more: a list of a million empty structures is wrong in a million places. */
const VIOLATIONS_MAX = 100;

/** Says what is wrong with an operation's input, in the order of the schema's members. Empty where nothing is. */
export type LimitCheck = (input: unknown) => Violation[];

export interface LimitSource {
  table: LimitTable;
  /** The enums that the SDK's package exports, by the shape's name. */
  enums: ReadonlyMap<string, readonly string[]>;
  /** What is left to the service, which refuses it in words of its own; by structure and member. */
  own: OwnWords;
  /** What a member is called in a place. */
  nameOf: (name: string, member: NormalizedSchema) => string;
}

/** Compiles what the table says of one operation's input. */
export function compileLimits(source: LimitSource, input: NormalizedSchema): LimitCheck {
  const check = new Compiler(source).structure(input);
  return (value) => {
    const found: Violation[] = [];
    check?.(value, [], found);
    return found;
  };
}

/** All values that an enum takes: the table's and, since a model may be older than the SDK, the SDK's. */
export function enumValues(
  { table, enums }: Pick<LimitSource, 'table' | 'enums'>,
  shapeName: string,
): readonly string[] {
  const listed = table.shapes[shapeName]?.enum;
  if (listed === undefined || listed === false) return [];
  return [...new Set([...(listed === true ? [] : listed), ...(enums.get(shapeName) ?? [])])];
}

/** A check leaves the place as it found it, so that a place is copied only where something is wrong. */
type Check = (value: unknown, place: Step[], found: Violation[]) => void;
type Step = Place[number];

interface MemberCheck {
  name: string;
  placeName: string;
  isRequired: boolean;
  check: Check | undefined;
}

/** A structure's check is made once, however often it occurs; so a structure may hold itself. */
class Compiler {
  readonly #source: LimitSource;
  readonly #structures = new Map<string, Check | undefined>();

  constructor(source: LimitSource) {
    this.#source = source;
  }

  structure(schema: NormalizedSchema): Check | undefined {
    const name = schema.getName(false) ?? '';
    if (this.#structures.has(name)) return this.#structures.get(name);
    const members: MemberCheck[] = [];
    this.#structures.set(name, structureCheck(members));
    const limits = this.#source.table.structures[name];
    for (const [memberName, member] of schema.structIterator()) {
      const own = this.#source.own[name]?.[memberName] ?? [];
      const isRequired = !own.includes('required') && (limits?.required?.includes(memberName) ?? false);
      const check = this.#shape(member, limits?.members?.[memberName], own);
      const placeName = this.#source.nameOf(memberName, member);
      if (isRequired || check !== undefined) members.push({ name: memberName, placeName, isRequired, check });
    }
    if (members.length === 0) this.#structures.set(name, undefined);
    return this.#structures.get(name);
  }

  #shape(schema: NormalizedSchema, shapeName: string | undefined, own: OwnKinds = []): Check | undefined {
    if (schema.isStructSchema()) return this.structure(schema);
    const limits = this.#limits(shapeName);
    const parts = schema.isListSchema()
      ? [this.#parts('items', schema.getValueSchema(), limits.item)]
      : schema.isMapSchema()
        ? [this.#parts('keys', undefined, limits.key), this.#parts('values', schema.getValueSchema(), limits.value)]
        : [];
    const rules = this.#rules(shapeName).filter(({ constraint }) => !own.includes(constraint.kind));
    return allOf([valueCheck(rules), ...parts]);
  }

  /** Parts that are structures, lists or maps are looked into; of the others AWS names all constraints at once. */
  #parts(of: Part['of'], schema: NormalizedSchema | undefined, shapeName: string | undefined): Check | undefined {
    if (schema !== undefined && (schema.isStructSchema() || schema.isListSchema() || schema.isMapSchema())) {
      return eachPart(this.#shape(schema, shapeName));
    }
    return partsCheck(of, this.#rules(shapeName));
  }

  #limits(shapeName: string | undefined): ShapeLimits {
    return (shapeName === undefined ? undefined : this.#source.table.shapes[shapeName]) ?? {};
  }

  #rules(shapeName: string | undefined): Rule[] {
    return shapeName === undefined ? [] : rulesOf(this.#limits(shapeName), enumValues(this.#source, shapeName));
  }
}

function allOf(checks: readonly (Check | undefined)[]): Check | undefined {
  const made = checks.filter((check) => check !== undefined);
  if (made.length <= 1) return made[0];
  return (value, place, found) => {
    for (const check of made) check(value, place, found);
  };
}

function structureCheck(members: readonly MemberCheck[]): Check {
  return (value, place, found) => {
    if (!isRecord(value) || found.length >= VIOLATIONS_MAX) return;
    for (const { name, placeName, isRequired, check } of members) {
      const inner = value[name];
      const isMissing = inner === undefined || inner === null;
      if (isMissing ? !isRequired : check === undefined) continue;
      place.push(placeName);
      if (!isMissing) check?.(inner, place, found);
      else found.push({ place: [...place], value: undefined, constraint: { kind: 'required' }, part: undefined });
      place.pop();
    }
  };
}

function valueCheck(rules: readonly Rule[]): Check | undefined {
  if (rules.length === 0) return undefined;
  return (value, place, found) => {
    for (const { constraint, holds } of rules) {
      if (!holds(value)) found.push({ place: [...place], value, constraint, part: undefined });
    }
  };
}

function partsCheck(of: Part['of'], rules: readonly Rule[]): Check | undefined {
  if (rules.length === 0) return undefined;
  const constraints = rules.map(({ constraint }) => constraint);
  return (value, place, found) => {
    for (const [at, inner] of entriesOf(value)) {
      const part = of === 'keys' ? at : inner;
      const broken = rules.find(({ holds }) => !holds(part));
      if (broken === undefined) continue;
      found.push({
        place: [...place],
        value,
        constraint: broken.constraint,
        part: { of, at, value: part, constraints },
      });
      return;
    }
  };
}

function eachPart(check: Check | undefined): Check | undefined {
  if (check === undefined) return undefined;
  return (value, place, found) => {
    for (const [at, inner] of entriesOf(value)) {
      place.push(typeof at === 'number' ? at : { key: at });
      check(inner, place, found);
      place.pop();
    }
  };
}

function entriesOf(value: unknown): Iterable<[number | string, unknown]> {
  if (Array.isArray(value)) return (value as unknown[]).entries();
  return isRecord(value) ? Object.entries(value) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
