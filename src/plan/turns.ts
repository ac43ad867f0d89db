import type { PlanSpec } from './model.ts';

type Services = Pick<PlanSpec, 'services'>;

/** Names of the blue services whose sides take turns, so that never both run; in the order of the plan. */
export const turnTakers = ({ services }: Services): string[] =>
  Object.entries(services).flatMap(([name, { cutover }]) => (cutover === 'parallel' ? [] : [name]));

/** Those of them that a person has to approve by name before blue is stopped. */
export const approvedTurnTakers = ({ services }: Services): string[] =>
  Object.entries(services).flatMap(([name, { cutover }]) => (cutover === 'manual' ? [name] : []));

export const takesTurns = ({ services }: Services, service: string): boolean =>
  Object.hasOwn(services, service) && services[service]?.cutover !== 'parallel';

export const hasTurnTakers = (spec: Services): boolean => turnTakers(spec).length > 0;
