import { entryArn, type PlanSpec } from '../plan/model.ts';
import { fail, type Verdict } from '../plan/verdict.ts';
import { ruleClaim, serviceClaim, type ClaimConflict } from './ports.ts';

/** What only one plan at a time may hold. */
export interface Claim {
  target: string;
  /** Where the plan asks for it: `spec.traffic[0].alb.listenerRule`, or `service/stock-api` of the estate. */
  place: string;
  /** For messages: the ARN of the rule or the listener, or the service. */
  what: string;
}

/** Everything that a plan claims: its rules and listeners, and the services that move. */
export const claimsOf = (spec: Pick<PlanSpec, 'traffic'>, clusterArn: string, services: readonly string[]): Claim[] => [
  ...ruleClaimsOf(spec),
  ...serviceClaimsOf(clusterArn, services),
];

/** What a plan claims once it is known who is called. */
export const serviceClaimsOf = (clusterArn: string, services: readonly string[]): Claim[] =>
  services.map((service) => ({
    target: serviceClaim(clusterArn, service),
    place: `service/${service}`,
    what: `the service ${service}`,
  }));

/** What a plan claims as it is written, before anything was read. */
export const ruleClaimsOf = ({ traffic }: Pick<PlanSpec, 'traffic'>): Claim[] =>
  traffic.map((entry, index) => ({
    target: ruleClaim(entry),
    place: `spec.traffic[${index}].alb.${'listenerRule' in entry.alb ? 'listenerRule' : 'listener'}`,
    what: entryArn(entry),
  }));

/** Where the plan asks for what another holds, and who that is. */
export function conflictOf(
  claims: readonly Claim[],
  { target, heldBy }: ClaimConflict,
): { place: string; message: string } {
  const claim = claims.find((one) => one.target === target);
  return {
    place: claim?.place ?? target,
    message:
      `${claim?.what ?? target} is held by the plan ${heldBy}; one plan at a time may have it. ` +
      `Wait until that one is settled, or: meshlift delete ${heldBy}`,
  };
}

/** Why a plan cannot go on while others hold what it claims; `undefined` where nobody does. */
export function claimedByOther(claims: readonly Claim[], conflicts: readonly ClaimConflict[]): Verdict | undefined {
  if (conflicts.length === 0) return undefined;
  const sentences = conflicts.map((conflict) => {
    const { place, message } = conflictOf(claims, conflict);
    return `${place}: ${message}`;
  });
  return fail(`${sentences.join('; ')}. Nothing was changed.`, 'ClaimedByOther');
}
