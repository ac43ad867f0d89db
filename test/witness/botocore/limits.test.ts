import type { NormalizedSchema } from '@smithy/core/schema';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ServiceId } from '../../../lab/services/service.ts';
import { APIS } from '../../../lab/wire/api.ts';
import { LIMITS } from '../../../lab/wire/limits/tables.ts';
import { exactWitness } from '../witnesses.ts';
import { type LimitScope, limitsOf } from './modelLimits.ts';
import { limitScopes } from './servedLimits.ts';
import { readServiceModel, type ServiceModel } from './serviceModels.ts';

const { title, skip } = exactWitness('botocore');
const SERVICES = Object.keys(LIMITS) as ServiceId[];

/** Where a table differs, `node tools/limits.ts` writes it anew from the installed botocore; then `EXACT_FOR` names that one. */
describe.skipIf(skip)(title, () => {
  const judged = new Map<ServiceId, { scope: LimitScope; model: ServiceModel }>();
  beforeAll(async () => {
    for (const [service, scope] of await limitScopes())
      judged.set(service, { scope, model: readServiceModel(service) });
  });

  function of(service: ServiceId): { scope: LimitScope; model: ServiceModel } {
    const found = judged.get(service);
    if (found === undefined) throw new Error(`the lab does not serve ${service}`);
    return found;
  }

  /** Of members that the SDK has and the model not yet nothing is asked, so they are listed. */
  test.each(SERVICES)('the limits of %s are those of its service model, no more and no less', async (service) => {
    const { scope, model } = of(service);
    expect(scope.operations.filter((operation) => model.operations[operation] === undefined)).toEqual([]);
    const { shapes, structures } = limitsOf(model, scope);
    expect(LIMITS[service].shapes).toEqual(shapes);
    expect(LIMITS[service].structures).toEqual(structures);

    const { operations } = await APIS[service].loadSchemas();
    const newer = new Set<string>();
    for (const operation of scope.operations) {
      const schema = operations.get(operation);
      if (schema !== undefined) collectNewer(schema.input, (name) => model.shapes[name]?.members, newer, new Set());
    }
    if (newer.size > 0) process.stdout.write(`Newer than the models, in ${service}: ${[...newer].join(', ')}\n`);
  });
});

/** Collects `Structure.member` for what the SDK's schemas have and the model has not. */
function collectNewer(
  schema: NormalizedSchema,
  membersOf: (structure: string) => object | undefined,
  newer: Set<string>,
  seen: Set<string>,
): void {
  if (schema.isListSchema() || schema.isMapSchema()) {
    collectNewer(schema.getValueSchema(), membersOf, newer, seen);
    return;
  }
  const name = schema.getName(false) ?? '';
  if (!schema.isStructSchema() || seen.has(name)) return;
  seen.add(name);
  const known = membersOf(name);
  for (const [memberName, member] of schema.structIterator()) {
    if (known === undefined || !(memberName in known)) newer.add(`${name}.${memberName}`);
    else collectNewer(member, membersOf, newer, seen);
  }
}
