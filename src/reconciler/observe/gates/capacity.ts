import { pass } from '../../../plan/verdict.ts';
import type { Gate } from './gate.ts';

/** Green can carry what it has, and blue what it would get back. */
export const capacityGate: Gate = async ({ state }, _groundwork, { greenHealthy, blueHealthy }) => {
  // Handed over, blue is in no rule any more, and a load balancer does not check what is in no rule (row L8).
  const wayBack = state === 'retire.handOver' ? pass('blue has left the rules') : blueHealthy;
  return [
    { name: 'capacity/green', ...greenHealthy },
    { name: 'capacity/blue', ...wayBack },
  ];
};
