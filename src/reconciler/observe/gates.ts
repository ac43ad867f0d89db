import { mayCarryGreenWeight } from '../../machines/classify.ts';
import { all, pass } from '../../plan/verdict.ts';
import type { Groundwork } from '../run.ts';
import { analysisGate } from './gates/analysis.ts';
import { approvalGate } from './gates/approval.ts';
import { callGraphGate } from './gates/callGraph.ts';
import { capacityGate } from './gates/capacity.ts';
import { driftGate } from './gates/drift.ts';
import type { Gate } from './gates/gate.ts';
import { imagesGate } from './gates/images.ts';
import { probesGate } from './gates/probes.ts';
import { servedGate } from './gates/served.ts';
import { sharedRoomGate } from './gates/sharedRoom.ts';
import { sourceGate } from './gates/source.ts';
import { turnsGate } from './gates/turns.ts';
import type { Look, Observation } from './observation.ts';

/**
 * What must hold before the next step, beside the alarms, which are read first, and the capacity of both sides, which not even a
 * person passes over. In the order in which screens show them.
 */
const GATES: readonly Gate[] = [
  probesGate,
  approvalGate,
  callGraphGate,
  sourceGate,
  imagesGate,
  sharedRoomGate,
  driftGate,
  servedGate,
  analysisGate,
  turnsGate,
];

/** Asks every gate, where green may have weight or is about to get it. */
export async function observeGates(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { state } = look;
  const { facts } = observation;
  if (!mayCarryGreenWeight(state) && state !== 'verify') return;
  const vital = await capacityGate(look, groundwork, observation);
  const asked = [];
  for (const gate of GATES) asked.push(...(await gate(look, groundwork, observation)));
  observation.gates.push(...vital, ...asked);
  facts.vitalGates = all([observation.alarms, ...vital], pass(''));
  facts.gates = all([facts.vitalGates, ...asked], pass(''));
  if (state === 'verify') facts.verified = all([facts.provisioned, facts.weights, facts.gates], pass('green is ready'));
}
