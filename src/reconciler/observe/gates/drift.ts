import type { Gate } from './gate.ts';

/** What the plan made is as it was made, where that is looked at. */
export const driftGate: Gate = async (_look, _groundwork, { stack }) =>
  stack === undefined ? [] : [{ name: 'drift', ...stack }];
