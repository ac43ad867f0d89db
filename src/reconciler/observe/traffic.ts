import { mayCarryGreenWeight } from '../../machines/classify.ts';
import { rulesOf, type Groundwork } from '../run.ts';
import { attempt } from './attempt.ts';
import type { Look, Observation } from './observation.ts';

/** What both sides were asked for at the edge, while green may have weight. */
export async function observeTraffic(look: Look, { stack }: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state, settings } = look;
  // A rescue says from the beginning how blue answers.
  const isBefore = state === 'inventory.preflight' || state === 'provision' || state === 'verify';
  if (!mayCarryGreenWeight(state) && !(isBefore && run.spec.strategy === 'rescue')) return;
  const windowMs =
    state === 'retire.prove' || state === 'retire.drain' ? settings.quietWindowMs : settings.reportWindowMs;
  observation.trafficMs = windowMs;
  for (const rule of rulesOf(stack)) {
    const traffic = await attempt(() => world.edgeTraffic(rule, run.memory.resolved, windowMs));
    if (traffic.ok) observation.traffic.set(rule.id, traffic.value);
    else observation.gates.push({ name: `traffic/${rule.entry.service}`, ...traffic.verdict });
  }
}
