import { mayCarryGreenWeight } from '../../machines/classify.ts';
import { all, pass } from '../../plan/verdict.ts';
import { rulesOf, type Groundwork } from '../run.ts';
import { attempt } from './attempt.ts';
import { callGraphVerdict } from './callGraph.ts';
import type { Look, Observation } from './observation.ts';

export async function observeTraffic(look: Look, { stack }: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state, settings } = look;
  if (!mayCarryGreenWeight(state)) return;
  for (const rule of rulesOf(stack)) {
    const windowMs = state === 'retire.drain' ? settings.quietWindowMs : settings.reportWindowMs;
    const traffic = await attempt(() => world.edgeTraffic(rule, run.memory.resolved, windowMs));
    if (traffic.ok) observation.traffic.set(rule.id, traffic.value);
    else observation.gates.push({ name: `traffic/${rule.entry.service}`, ...traffic.verdict });
  }
}

export async function observeGates(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { state } = look;
  const { facts } = observation;
  const carriesWeight = mayCarryGreenWeight(state);
  if (!carriesWeight && state !== 'verify') return;
  const capacity = observation.greenHealthy;
  // Handed over, blue is in no rule any more, and a load balancer does not check what is in no rule (row L8).
  const wayBack = state === 'retire.handOver' ? pass('blue has left the rules') : facts.blueReady;
  observation.gates.push({ name: 'capacity/green', ...capacity }, { name: 'capacity/blue', ...wayBack });
  const callGraph = await callGraphVerdict(
    look.run,
    look.world,
    groundwork,
    observation.traffic,
    look.settings.reportWindowMs,
  );
  observation.gates.push({ name: 'callGraph', ...callGraph }, { name: 'source', ...observation.source });
  const gates = all([observation.alarms, capacity, wayBack, callGraph, observation.source], pass(''));
  facts.gates = gates;
  if (state === 'verify') facts.verified = all([facts.provisioned, facts.weights, gates], pass('green is ready'));
}
