import { entryArn, type PlanSpec } from '../plan/model.ts';
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
  ...services.map((service) => ({
    target: serviceClaim(clusterArn, service),
    place: `service/${service}`,
    what: `the service ${service}`,
  })),
];

/** What a plan claims as it is written, before anything was read. */
export const ruleClaimsOf = ({ traffic }: Pick<PlanSpec, 'traffic'>): Claim[] =>
  traffic.map((entry, index) => ({
    target: ruleClaim(entry),
    place: `spec.traffic[${index}].alb.${'listenerRule' in entry.alb ? 'listenerRule' : 'listener'}`,
    what: entryArn(entry),
  }));

/** One sentence about a conflict, with its place. */
export function heldByOther(claims: readonly Claim[], { target, heldBy }: ClaimConflict): string {
  const claim = claims.find((one) => one.target === target);
  return `${claim?.place ?? target}: ${claim?.what ?? target} is held by the plan ${heldBy}; one plan at a time may have it`;
}
