import type { NormalizedSchema } from '@smithy/core/schema';
import type { Api } from '../api.ts';
import { formKey } from '../awsQuery.ts';
import type { OperationSchema } from '../schemas.ts';
import { OWN_WORDS } from './ownWords.ts';
import { refusal } from './refusal.ts';
import { LIMITS } from './tables.ts';
import { compileLimits, type LimitCheck } from './violations.ts';

/** Compiled with an operation's first call. */
const checks = new WeakMap<OperationSchema, LimitCheck>();

/**
 * Holds an operation's input to its API's service model: what is required, lengths, ranges, patterns, enums. Throws what AWS
 * answers (§20).
 */
export function checkLimits(api: Api, operation: OperationSchema, input: unknown): void {
  let check = checks.get(operation);
  if (check === undefined) {
    const { enums } = api.schemas;
    check = compileLimits(
      { table: LIMITS[api.id], enums, own: OWN_WORDS[api.id], nameOf: placeNames(api) },
      operation.input,
    );
    checks.set(operation, check);
  }
  const violations = check(input);
  if (violations.length > 0) throw refusal(api.id, operation.name, violations);
}

/** EC2 names a parameter as the request does; everyone else, as the model does. */
function placeNames({ protocol }: Api): (name: string, member: NormalizedSchema) => string {
  return protocol === 'ec2Query' ? (name, member) => formKey(name, member, 'ec2Query') : (name) => name;
}
