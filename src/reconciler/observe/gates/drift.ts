import type { Gate } from './gate.ts';

/** What the plan made is as it was made. */
export const driftGate: Gate = async (_look, _groundwork, { stack }) => [{ name: 'drift', ...stack }];
