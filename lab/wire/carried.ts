import type { NormalizedSchema } from '@smithy/core/schema';

type Carry = (value: unknown) => unknown;

const carriers = new WeakMap<NormalizedSchema, Carry>();

/**
 * A copy of a value as the other side of a wire would have it: of a structure the members that its schema has and that are there,
 * lists without their holes, dates and bytes as such. Neither side can reach what the other keeps.
 *
 * @param newToken fills in the members for which a client draws an idempotency token where they are absent; without it they stay so
 */
export function carried(schema: NormalizedSchema, value: unknown, newToken?: () => string): unknown {
  // What is drawn is of this call, so it is put in beside the copy, which is compiled once for a schema.
  const copy = carrierOf(schema)(value);
  if (newToken === undefined || !isRecord(copy)) return copy;
  for (const name of tokensOf(schema)) copy[name] ??= newToken();
  return copy;
}

function carrierOf(schema: NormalizedSchema): Carry {
  let carrier = carriers.get(schema);
  if (carrier === undefined) {
    carrier = compile(schema);
    carriers.set(schema, carrier);
  }
  return carrier;
}

function compile(schema: NormalizedSchema): Carry {
  if (schema.isUnitSchema()) return () => ({});
  if (schema.isStructSchema()) {
    // With the first value, since a structure may have itself for a member.
    let members: [name: string, carry: Carry][] | undefined;
    return (value) => {
      if (!isRecord(value)) return {};
      members ??= [...schema.structIterator()].map(([name, member]) => [name, compile(member)]);
      const copy: Record<string, unknown> = {};
      for (const [name, carry] of members) {
        const found = value[name];
        if (found !== undefined && found !== null) copy[name] = carry(found);
      }
      return copy;
    };
  }
  if (schema.isListSchema()) {
    const carry = compile(schema.getValueSchema());
    return (value) => {
      const copy: unknown[] = [];
      if (Array.isArray(value))
        for (const item of value) if (item !== undefined && item !== null) copy.push(carry(item));
      return copy;
    };
  }
  if (schema.isMapSchema()) {
    const carry = compile(schema.getValueSchema());
    return (value) => {
      const copy: Record<string, unknown> = {};
      if (isRecord(value)) {
        for (const [key, item] of Object.entries(value))
          if (item !== undefined && item !== null) copy[key] = carry(item);
      }
      return copy;
    };
  }
  if (schema.isTimestampSchema()) return (value) => (value instanceof Date ? new Date(value) : value);
  if (schema.isBlobSchema()) return (value) => (value instanceof Uint8Array ? value.slice() : value);
  if (schema.isDocumentSchema()) return (value) => structuredClone(value);
  return (value) => value;
}

const tokens = new WeakMap<NormalizedSchema, readonly string[]>();

function tokensOf(schema: NormalizedSchema): readonly string[] {
  let names = tokens.get(schema);
  if (names === undefined) {
    names = [...schema.structIterator()].flatMap(([name, member]) => (member.isIdempotencyToken() ? [name] : []));
    tokens.set(schema, names);
  }
  return names;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
