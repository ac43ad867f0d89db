import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical.ts';
import { planJsonSchema } from './jsonSchema.ts';

test('the order of keys and undefined members do not matter, the order of a list does', () => {
  expect(canonicalJson({ b: 1, a: { d: null, c: [1, 'x'] }, e: undefined })).toBe('{"a":{"c":[1,"x"],"d":null},"b":1}');
  expect(canonicalJson({ a: [1, 2] })).not.toBe(canonicalJson({ a: [2, 1] }));
});

test('dates differ as their times do', () => {
  expect(canonicalJson({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
  expect(canonicalJson({ at: new Date(0) })).not.toBe(canonicalJson({ at: new Date(1) }));
});

test('is JSON, and keeps what was written', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('the editor’s schema knows the skeleton, is strict and gives defaults in the user’s own form', () => {
  const schema = planJsonSchema();
  expect(schema).toMatchObject({
    title: 'MigrationPlan',
    additionalProperties: false,
    properties: { spec: { additionalProperties: false, required: ['source', 'traffic', 'gates'] } },
  });
  expect(JSON.stringify(schema)).toContain('Not yet: TLS between green services');
  expect(JSON.stringify(schema)).not.toMatch(/"default":\d{4,}|bakeMs/);
});
