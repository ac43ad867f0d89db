import type { JsonShapeDeserializer } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { DecodeFault } from './message.ts';

/** What the SDK's deserializer takes: any JSON. */
type Json = Parameters<JsonShapeDeserializer['readObject']>[1];

/**
 * Refuses JSON whose values are not of the schema's types, as AWS does; the SDK's own deserializer lets them through.
 * Unknown members are ignored, as AWS ignores them. Throws {@link DecodeFault}.
 */
export function checkJson(schema: NormalizedSchema, value: unknown, place = ''): asserts value is Json {
  if (value === null || value === undefined) return;
  if (schema.isStructSchema()) {
    const record = expectRecord(value, place);
    for (const [name, member] of schema.structIterator()) {
      const key = member.getMergedTraits().jsonName ?? name;
      checkJson(member, record[key] ?? record[name], place === '' ? name : `${place}.${name}`);
    }
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw mismatch(value, 'a list', place);
    for (const [index, item] of value.entries()) checkJson(schema.getValueSchema(), item, `${place}[${index}]`);
  } else if (schema.isMapSchema()) {
    for (const [key, item] of Object.entries(expectRecord(value, place))) {
      checkJson(schema.getValueSchema(), item, `${place}.${key}`);
    }
  } else if (schema.isStringSchema() || schema.isBlobSchema()) {
    if (typeof value !== 'string') throw mismatch(value, 'a string', place);
  } else if (schema.isBooleanSchema()) {
    if (typeof value !== 'boolean') throw mismatch(value, 'a boolean', place);
  } else if (schema.isNumericSchema()) {
    const spelled = value === 'NaN' || value === 'Infinity' || value === '-Infinity';
    if (typeof value !== 'number' && !spelled) throw mismatch(value, 'a number', place);
  } else if (schema.isTimestampSchema() && typeof value !== 'number' && typeof value !== 'string') {
    throw mismatch(value, 'a timestamp', place);
  }
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
