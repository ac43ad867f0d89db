import { mayCarryGreenWeight } from '../../machines/classify.ts';
import { recentAmong } from '../../machines/drift.ts';
import { attempt } from '../observe/attempt.ts';
import type { Groundwork } from '../run.ts';
import { type Act, tellFailure } from './acting.ts';
import { areAlarmsStillOk } from './alarmsStillOk.ts';

/**
 * `onDrift: reassert`: what others changed of the stack is made again as it was, on the terms of a step: nothing holds the plan, and every
 * gate but the one that tells of the change passes. Nothing of this is done on the way back.
 */
export async function putBack(acting: Act, groundwork: Groundwork): Promise<void> {
  const { stack } = groundwork;
  const { run, world, observation, acted, machine, clock } = acting;
  if (run.spec.onDrift !== 'reassert' || !mayCarryGreenWeight(machine.value) || machine.value === 'halted') return;
  const changes = observation.changes.filter(({ hindrance }) => hindrance === undefined);
  if (changes.length === 0 || observation.facts.drift !== undefined) return;
  // The gate of an alarm has the alarm's own id.
  const own = new Set(['drift', ...changes.map(({ id }) => id)]);
  if (!observation.gates.every(({ name, verdict }) => own.has(name) || verdict === 'pass')) return;
  if (!(await areAlarmsStillOk(acting, groundwork, own))) return;
  for (const { id, why } of changes) {
    const resource = stack.resources.find((one) => one.id === id);
    if (resource === undefined) continue;
    const ensured = await attempt(() => world.resources.ensure(resource, run.owner, run.memory.resolved));
    if (!ensured.ok) {
      tellFailure(acting, ensured.error);
      continue;
    }
    if (ensured.value.outcome === 'waiting' || ensured.value.outcome === 'unchanged') continue;
    run.memory.resolved.set(id, ensured.value.arn);
    run.memory.mended.set(id, [...recentAmong(run.memory.mended.get(id) ?? [], clock.now()), clock.now()]);
    acted.deeds.push({
      type: 'Warning',
      reason: 'Reasserted',
      message: `${id} was changed by others: ${why}; it is put back`,
    });
  }
  run.memory.seen = undefined;
}
