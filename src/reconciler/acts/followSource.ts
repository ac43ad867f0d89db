import { mayFollow } from '../../machines/classify.ts';
import { REASSERTIONS_MAX, recentAmong } from '../../machines/drift.ts';
import { attempt } from '../observe/attempt.ts';
import { greenServicesOf, type Groundwork } from '../run.ts';
import { type Act, tellFailure } from './acting.ts';
import { areAlarmsStillOk } from './alarmsStillOk.ts';

/**
 * `onSourceChange: follow`: green is deployed with what blue got, on the terms of a step. The record calls for it already, so a process that
 * is cut off in between is followed by one that finds what is registered and what green still runs.
 */
export async function followSource(acting: Act, groundwork: Groundwork): Promise<void> {
  const { run, world, observation, machine, acted, clock } = acting;
  const { behind, facts } = observation;
  if (behind.length === 0 || !mayFollow(machine.value) || facts.drift !== undefined) return;
  if (!(await areAlarmsStillOk(acting, groundwork))) return;
  for (const service of greenServicesOf(groundwork.stack).filter(({ id }) => behind.includes(id))) {
    const times = recentAmong(run.memory.mended.get(service.id) ?? [], clock.now());
    if (times.length >= REASSERTIONS_MAX) continue;
    const definition = groundwork.stack.resources.find(({ id }) => id === service.taskDefinition.ref);
    for (const resource of definition === undefined ? [] : [definition, service]) {
      const ensured = await attempt(() => world.resources.ensure(resource, run.owner, run.memory.resolved));
      if (!ensured.ok) {
        tellFailure(acting, ensured.error);
        break;
      }
      if (ensured.value.outcome === 'waiting') break;
      run.memory.resolved.set(resource.id, ensured.value.arn);
      if (ensured.value.outcome === 'unchanged') continue;
      acted.progress = true;
      if (resource === service) run.memory.mended.set(service.id, [...times, clock.now()]);
      const revision = run.memory.resolved.get(service.taskDefinition.ref) ?? '';
      const message =
        resource === service
          ? `${service.id} follows ${service.blueService ?? 'blue'}: it is deployed with ${revision}`
          : `${resource.id} ${revision}`;
      acted.deeds.push({ type: 'Normal', reason: 'Updated', message });
    }
  }
  run.memory.seen = undefined;
}
