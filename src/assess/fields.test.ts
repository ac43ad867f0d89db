import { describe, expect, test } from 'vitest';
import type { FieldCase } from '../../test/fields/cases.ts';
import { FIELD_CASES, meshWith } from '../../test/fields/fieldCases.ts';
import { type World, worldOf } from '../../test/fields/world.ts';
import { appMeshFields, FATES, fateOf } from './fields.ts';

const FIELDS = appMeshFields();

test('no field of the SDK’s App Mesh model is without a rule', () => {
  expect(FIELDS.length).toBeGreaterThan(300);
  expect(FIELDS.filter((field) => fateOf(field) === undefined)).toEqual([]);
});

test('no rule is for a field that the SDK does not have', () => {
  const covered = new Set(FIELDS.map((field) => fateOf(field)?.field));
  expect(FATES.map((fate) => fate.field).filter((field) => !covered.has(field))).toEqual([]);
});

test('every field is set by a test, and every case sets a field', () => {
  const set = new Set(FIELD_CASES.map((one) => one.field));
  expect(FIELDS.filter((field) => !set.has(field))).toEqual([]);
  expect([...set].filter((field) => !FIELDS.includes(field))).toEqual([]);
});

const says = (world: World, code: string, at: string, text: string): boolean =>
  world.findings.some((one) => one.code === code && one.place === at && one.message.includes(text));

const stackOf = (world: World): string => JSON.stringify(world.stack);

function prove(one: FieldCase): void {
  const exports = meshWith(one);
  const [before, after] = [worldOf(exports.before), worldOf(exports.after)];
  const shown = JSON.stringify(after.findings, null, 1);
  if (one.sees === 'nothing') expect(after).toEqual(before);
  else if (one.sees === 'something') expect(after).not.toEqual(before);
  else if ('code' in one.sees) {
    const { code, at, says: text } = one.sees;
    expect(says(before, code, at, text), `${code} at ${at} is there before`).toBe(false);
    expect(says(after, code, at, text), `${code} at ${at} saying ${text} in ${shown}`).toBe(true);
  } else if ('gone' in one.sees) {
    expect(says(before, one.sees.gone, one.sees.at, '')).toBe(true);
    expect(says(after, one.sees.gone, one.sees.at, '')).toBe(false);
  } else if ('stack' in one.sees) {
    expect(stackOf(before)).not.toContain(one.sees.stack);
    expect(stackOf(after)).toContain(one.sees.stack);
  } else {
    expect(stackOf(before)).toContain(one.sees.stackLoses);
    expect(stackOf(after)).not.toContain(one.sees.stackLoses);
  }
}

const title = (one: FieldCase): string =>
  `${one.field} = ${JSON.stringify(one.value)}: ${typeof one.sees === 'string' ? one.sees : Object.values(one.sees).join(' ')}`;

describe('set on the smallest mesh, a field is seen', () => {
  test.each(FIELD_CASES.map((one) => [title(one), one] as const))('%s', (_, one) => {
    prove(one);
  });
});

test('every finding that is declared for a field is seen by setting it', () => {
  const seen = new Map<string, Set<string>>();
  for (const { field, sees } of FIELD_CASES) {
    const code =
      typeof sees === 'string' ? undefined : 'code' in sees ? sees.code : 'gone' in sees ? sees.gone : undefined;
    if (code === undefined) continue;
    const at = fateOf(field)?.field ?? '';
    seen.set(at, (seen.get(at) ?? new Set()).add(code));
  }
  const unseen = FATES.flatMap((fate) =>
    fate.findings.filter((code) => seen.get(fate.field)?.has(code) !== true).map((code) => `${fate.field} ${code}`),
  );
  expect(unseen).toEqual([]);
});

test('every exact translation that is declared is seen in the stack', () => {
  const seen = new Set(
    FIELD_CASES.flatMap(({ field, sees }) =>
      sees === 'nothing' || sees === 'something' || 'stack' in sees || 'stackLoses' in sees
        ? [fateOf(field)?.field]
        : [],
    ),
  );
  const unseen = FATES.filter((fate) => fate.becomes !== undefined && !seen.has(fate.field)).map((fate) => fate.field);
  expect(unseen).toEqual([]);
});
