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
