import type { BlueService, Estate } from '../estate/model.ts';
import { loadBalancersOf } from '../estate/services.ts';
import { canHaveGreen, isMeshed } from './meshed.ts';

/**
 * The services of the mesh that nothing leads to and nobody is known to call, so that no entry brings them along: those that take their work
 * by themselves. Their sides can take turns. A DAEMON is none of them (row E8).
 *
 * @param moving names of those that move already
 */
export function uncalledServices(estate: Estate, moving: readonly string[]): BlueService[] {
  const called = new Set(estate.edges.filter(({ from, to }) => from !== to).map(({ to }) => to));
  return estate.services.filter(
    (blue) =>
      isMeshed(blue, estate.mesh) &&
      canHaveGreen(blue) &&
      !moving.includes(blue.name) &&
      !called.has(blue.name) &&
      blue.targetGroups.length === 0 &&
      loadBalancersOf(blue.service).length === 0 &&
      blue.service.schedulingStrategy !== 'DAEMON',
  );
}
