import type { EstateExport } from '../estate/export.ts';

type ReadError = EstateExport['errors'][number];

/** Calls that an operator's own inventory does not make: what they tell is for a person, and no plan rests on it. */
const FOR_A_PERSON: ReadonlySet<string> = new Set(['cloudwatch:DescribeAlarms']);

/** The failed calls without which a plan knows too little. All of them are among a report's gaps. */
export const missedByPlans = (errors: readonly ReadError[]): ReadError[] =>
  errors.filter(({ call }) => !FOR_A_PERSON.has(call));
