import { accountOfArn } from '../plan/access.ts';
import { entryArn, type PlanSpec } from '../plan/model.ts';
import { outOfReach } from '../plan/reach.ts';
import { attempt } from '../reconciler/observe/attempt.ts';
import { awsWords } from './awsWords.ts';

/** Whether the account that a person's credentials are of is the one that a plan's application is in. */
export type Whereabouts =
  | { kind: 'here' }
  | { kind: 'elsewhere'; account: string; own: string }
  | { kind: 'unknown'; why: string };

/**
 * @param account of the application; `undefined` where the plan does not say
 * @param own asks AWS whose the credentials are
 */
export async function whereabouts(
  account: string | undefined,
  own: () => Promise<string | undefined>,
): Promise<Whereabouts> {
  if (account === undefined) return { kind: 'here' };
  const read = await attempt(own);
  if (!read.ok) return { kind: 'unknown', why: `which account your credentials are of: ${awsWords(read.error)}` };
  const { value = 'that AWS does not name' } = read;
  return value === account ? { kind: 'here' } : { kind: 'elsewhere', account, own: value };
}

/** Of the role that a plan names; `undefined` where it names none. */
export const accountOfRole = ({ access }: Pick<PlanSpec, 'access'>): string | undefined =>
  access === null || access.roleArn === null ? undefined : accountOfArn(access.roleArn);

/** Of whatever a plan names by an ARN. */
export function accountOfPlan(spec: Pick<PlanSpec, 'access' | 'traffic'>): string | undefined {
  const [entry] = spec.traffic;
  return accountOfRole(spec) ?? (entry === undefined ? undefined : accountOfArn(entryArn(entry)));
}

const ANYWHERE = { roles: ['*'], regions: ['*'], clusters: ['*'], loadBalancers: ['*'] };

/** What of a plan no operator can reach, whatever it may: an entry in another Region than the plan is in. */
export const outOfRegion = (spec: PlanSpec, region: string): { place: string; message: string }[] =>
  outOfReach(spec, ANYWHERE, region);
