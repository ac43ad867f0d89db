import type { Gate } from './gate.ts';

/** Blue runs what green was made from. */
export const sourceGate: Gate = async (_look, _groundwork, { source }) => [{ name: 'source', ...source }];
