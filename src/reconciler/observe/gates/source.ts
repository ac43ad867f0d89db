import type { Gate } from './gate.ts';

/** Blue runs what green was made from. */
export const sourceGate: Gate = async ({ run }, _groundwork, { source, sourceChange, waived }) => {
  if (run.spec.strategy === 'rescue' && sourceChange !== undefined) waived.push({ gate: 'source', why: source.why });
  return [{ name: 'source', ...source }];
};
