import type { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import type { Service } from '../../services/service.ts';
import { createSimulatedAws } from '../../simulated/simulatedAws.ts';
import { APIS, loadApi } from '../api.ts';
import { rulesOf } from './constraint.ts';
import type { LimitTable } from './table.ts';
import { LIMITS } from './tables.ts';
import { compileLimits, enumValues, type LimitSource, type Violation } from './violations.ts';

const { aws } = createSimulatedAws({ clock: new SimulatedClock() });
const SERVICES: Service[] = Object.values(aws.services);
const NAMES = SERVICES.map(({ id }) => id);

/** Texts of which one fits each pattern of the models. */
const CANDIDATES = [
  'a',
  'aaaaaaaaaaaaaaaaaaaa',
  'a.b',
  'v1',
  '200',
  '111122223333',
  'HTTP',
  '/',
  'arn:aws:application-autoscaling:eu-west-1:111122223333:scalable-target/a',
];

/** The operations of a service, each with its input's schema and the check of it. */
async function operationsOf(id: Service['id']) {
  const { schemas } = await loadApi(APIS[id]);
  const source: LimitSource = { table: LIMITS[id], enums: schemas.enums, own: {}, nameOf: (name) => name };
  const served = Object.keys(SERVICES.find((service) => service.id === id)?.operations ?? {});
  const operations = served.flatMap((name) => {
    const schema = schemas.operations.get(name);
    return schema === undefined ? [] : [{ name, input: schema.input }];
  });
  return { source, operations };
}

/** The least that a value of a shape may be: what is required, and of that the least. */
function least(source: LimitSource, schema: NormalizedSchema, shape: string | undefined): unknown {
  if (schema.isStructSchema()) return leastStructure(source, schema);
  const limits = (shape === undefined ? undefined : source.table.shapes[shape]) ?? {};
  if (schema.isListSchema()) {
    return Array.from({ length: limits.minLength ?? 0 }, () => least(source, schema.getValueSchema(), limits.item));
  }
  if (schema.isMapSchema()) {
    const entries = Array.from({ length: limits.minLength ?? 0 }, (_, index) => [
      `key${index}`,
      least(source, schema.getValueSchema(), limits.value),
    ]);
    return Object.fromEntries(entries);
  }
  if (schema.isNumericSchema()) return limits.min ?? 0;
  if (schema.isBooleanSchema()) return false;
  if (!schema.isStringSchema()) return new Date(0);
  const values = shape === undefined ? [] : enumValues(source, shape);
  const rules = rulesOf(limits, values);
  const fits = [...values, ...CANDIDATES].find((candidate) => rules.every(({ holds }) => holds(candidate)));
  if (fits === undefined) throw new Error(`no candidate fits ${shape}: ${JSON.stringify(limits)}`);
  return fits;
}

function leastStructure(source: LimitSource, schema: NormalizedSchema): Record<string, unknown> {
  const { required = [], members = {} } = source.table.structures[schema.getName(false) ?? ''] ?? {};
  const present = [...schema.structIterator()].filter(([name]) => required.includes(name));
  return Object.fromEntries(present.map(([name, member]) => [name, least(source, member, members[name])]));
}

/** Structures by name with their members, as the SDK's schemas have them. */
function structuresOf(schema: NormalizedSchema, found = new Map<string, Set<string>>()): Map<string, Set<string>> {
  if (schema.isListSchema() || schema.isMapSchema()) return structuresOf(schema.getValueSchema(), found);
  const name = schema.getName(false) ?? '';
  if (!schema.isStructSchema() || found.has(name)) return found;
  const members = [...schema.structIterator()];
  found.set(name, new Set(members.map(([member]) => member)));
  for (const [, member] of members) structuresOf(member, found);
  return found;
}

function namesIn(table: LimitTable): { structure: string; member: string }[] {
  return Object.entries(table.structures).flatMap(([structure, { required = [], members = {} }]) =>
    [...required, ...Object.keys(members)].map((member) => ({ structure, member })),
  );
}

describe.each(NAMES)('the limits of %s', (id) => {
  test('the least input of every operation is taken, and refused without any one of its required members', async () => {
    const { source, operations } = await operationsOf(id);
    expect(operations.length).toBeGreaterThan(0);
    for (const { name, input } of operations) {
      const check = compileLimits(source, input);
      const whole = leastStructure(source, input);
      expect({ name, violations: check(whole) }).toEqual({ name, violations: [] });
      for (const member of Object.keys(whole)) {
        const missing: Violation = {
          place: [member],
          value: undefined,
          constraint: { kind: 'required' },
          part: undefined,
        };
        expect({ name, violations: check({ ...whole, [member]: undefined }) }).toEqual({ name, violations: [missing] });
      }
    }
  });

  test('names structures and members that the SDK has, and shapes that the table has', async () => {
    const { source, operations } = await operationsOf(id);
    const known = new Map<string, Set<string>>();
    for (const { input } of operations) structuresOf(input, known);
    const strange = namesIn(source.table).filter(({ structure, member }) => !known.get(structure)?.has(member));
    expect(strange).toEqual([]);

    const { shapes, structures } = source.table;
    const used = [
      ...Object.values(structures).flatMap(({ members = {} }) => Object.values(members)),
      ...Object.values(shapes).flatMap(({ item, key, value }) => [item, key, value]),
    ].filter((shape) => shape !== undefined);
    expect(new Set(used)).toEqual(new Set(Object.keys(shapes)));
    const empty = Object.keys(shapes).filter(
      (shape) => shapes[shape]?.enum !== undefined && enumValues(source, shape).length === 0,
    );
    expect(empty).toEqual([]);
  });
});
