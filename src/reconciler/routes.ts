import type { StoredMachine } from '../machines/record.ts';
import type { Route, RouterReading } from './ports.ts';

export const sameRoute = (one: RouterReading['route'], other: Route): boolean =>
  one.kind === other.kind && (one.kind !== 'split' || other.kind !== 'split' || one.greenWeight === other.greenWeight);

/** Green's share, percent; `null` for what is none of ours. */
export function greenShareOf(route: RouterReading['route']): number | null {
  switch (route.kind) {
    case 'blueOnly':
      return 0;
    case 'greenOnly':
      return 100;
    case 'split':
      return route.greenWeight;
    case 'foreign':
      return null;
  }
}

export function describeRoute(route: RouterReading['route']): string {
  switch (route.kind) {
    case 'blueOnly':
      return 'its original actions';
    case 'greenOnly':
      return 'green in blue’s place';
    case 'split':
      return `blue ${100 - route.greenWeight}, green ${route.greenWeight}`;
    case 'foreign':
      return `something else (${route.why})`;
  }
}

/**
 * Whether a way back leaves a rule as others made it: nothing of it goes to green, and either green has had no weight yet, or the rule was
 * read back as restored before, and green is only being taken away. What the record says of it is older than their change then.
 */
export const isLeftToOthers = (
  route: RouterReading['route'] | undefined,
  { value, context }: Pick<StoredMachine, 'value' | 'context'>,
): boolean =>
  route?.kind === 'foreign' &&
  !route.sendsToGreen &&
  (context.rampedAt === null || value === 'backward.cutBack' || value === 'backward.dismantle');
