import type { JsonShapeDeserializer } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { DecodeFault } from './message.ts';

/** What the SDK's deserializer takes: any JSON. */
type Json = Parameters<JsonShapeDeserializer['readObject']>[1];

/** How a format writes what is no object, list, string or boolean. */
interface Spelling {
  isBlob: (value: unknown) => boolean;
  isNumber: (value: unknown) => boolean;
  isTimestamp: (value: unknown) => boolean;
}

const JSON_SPELLING: Spelling = {
  isBlob: (value) => typeof value === 'string',
  isNumber: (value) => typeof value === 'number' || value === 'NaN' || value === 'Infinity' || value === '-Infinity',
  isTimestamp: (value) =>
    typeof value === 'string' ? isMoment(Date.parse(value) / 1000) || isSeconds(value) : isMoment(value),
};

const CBOR_SPELLING: Spelling = {
  isBlob: (value) => value instanceof Uint8Array,
  isNumber: (value) => typeof value === 'number' || typeof value === 'bigint',
  isTimestamp: (value) => isMoment(value) || (isRecord(value) && value['tag'] === 1 && isMoment(value['value'])),
};

/** The last second that a date can be. */
const SECONDS_MAX = 8.64e12;

function isMoment(seconds: unknown): boolean {
  return typeof seconds === 'number' && Math.abs(seconds) <= SECONDS_MAX;
}

function isSeconds(text: string): boolean {
  return text.trim() !== '' && isMoment(Number(text));
}

/**
 * Refuses JSON whose values are not of the schema's types, as AWS does; the SDK's own deserializer lets them through. A member that
 * is null is absent, an item of a list or a value of a map must not be. Unknown members are ignored, as AWS ignores them. Throws
 * {@link DecodeFault}.
 */
export function checkJson(schema: NormalizedSchema, value: unknown, place = ''): asserts value is Json {
  check(schema, value, place, JSON_SPELLING);
}

/** The same for CBOR, as the SDK's decoder hands it out. */
export function checkCbor(schema: NormalizedSchema, value: unknown): void {
  check(schema, value, '', CBOR_SPELLING);
}

function check(schema: NormalizedSchema, value: unknown, place: string, spelling: Spelling): void {
  if (value === null || value === undefined) return;
  if (schema.isStructSchema()) {
    const record = expectRecord(value, place);
    for (const [name, member] of schema.structIterator()) {
      const key = member.getMergedTraits().jsonName ?? name;
      check(member, record[key] ?? record[name], place === '' ? name : `${place}.${name}`, spelling);
    }
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw mismatch(value, 'a list', place);
    for (const [index, item] of (value as unknown[]).entries()) checkPart(schema, item, `${place}[${index}]`, spelling);
  } else if (schema.isMapSchema()) {
    for (const [key, item] of Object.entries(expectRecord(value, place))) {
      checkPart(schema, item, `${place}.${key}`, spelling);
    }
  } else if (schema.isStringSchema()) {
    if (typeof value !== 'string') throw mismatch(value, 'a string', place);
  } else if (schema.isBlobSchema()) {
    if (!spelling.isBlob(value)) throw mismatch(value, 'a blob', place);
  } else if (schema.isBooleanSchema()) {
    if (typeof value !== 'boolean') throw mismatch(value, 'a boolean', place);
  } else if (schema.isNumericSchema()) {
    if (!spelling.isNumber(value)) throw mismatch(value, 'a number', place);
  } else if (schema.isTimestampSchema() && !spelling.isTimestamp(value)) {
    throw mismatch(value, 'a timestamp', place);
  }
}

function checkPart(schema: NormalizedSchema, part: unknown, place: string, spelling: Spelling): void {
  if (part === null && schema.getMergedTraits().sparse === undefined)
    throw new DecodeFault(`${place} must not be null`);
  check(schema.getValueSchema(), part, place, spelling);
}

function expectRecord(value: unknown, place: string): Record<string, unknown> {
  if (!isRecord(value)) throw mismatch(value, 'an object', place);
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mismatch(value: unknown, expected: string, place: string): DecodeFault {
  const found = Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
  return new DecodeFault(`${place === '' ? 'The request' : place} must be ${expected}, but is ${found}`);
}
