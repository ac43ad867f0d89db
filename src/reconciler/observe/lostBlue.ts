import { greenSickness } from '../../machines/gates/green.ts';
import type { RouterReading } from '../ports.ts';
import { greenShareOf } from '../routes.ts';
import { greenToRun, recordedCounts, type Groundwork, type Run } from '../run.ts';
import { ofServing } from '../turns.ts';
import type { Observation } from './observation.ts';

/**
 * Why a rule is not given back to blue yet: blue has lost everybody of a service since it was found ready (or was never asked, because
 * nobody but a person's hand has given green any weight), and green has some of the rule and serves. Of what others made of a rule nobody
 * knows what green has: there it must be seen to serve. `undefined` where nothing speaks against it, and where blue could not be read: a
 * lost read of blue holds no rollback.
 */
export function lostBlue(
  route: RouterReading['route'] | undefined,
  { spec }: Pick<Run, 'spec'>,
  groundwork: Groundwork,
  observation: Pick<Observation, 'blue' | 'green'>,
): string | undefined {
  if (route === undefined || greenShareOf(route) === 0) return undefined;
  // A side that has not the turn is empty by intent, and requests wait for none of it.
  const blue = ofServing(spec, groundwork, observation.blue);
  const green = ofServing(spec, groundwork, observation.green);
  const recorded = recordedCounts(groundwork);
  const dead = blue.find(({ service, desired, healthy }) => healthy === 0 && (recorded.get(service) ?? desired) > 0);
  if (dead === undefined || greenSickness(green, greenToRun(groundwork.stack)) !== undefined) return undefined;
  if (route.kind === 'foreign' && green.some(({ healthy }) => healthy === 0)) return undefined;
  return `blue service ${dead.service} has nobody healthy (${dead.why}); green keeps its traffic until it has`;
}
