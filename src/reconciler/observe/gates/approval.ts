import { approvalOf } from '../approvals.ts';
import type { Gate } from './gate.ts';

/** Before the first step a person says that green may have traffic, where the plan asks for it. */
export const approvalGate: Gate = async ({ run, state, now }) =>
  state === 'verify' && run.spec.gates.approvals.includes('beforeRamp')
    ? [{ name: 'approval/beforeRamp', ...approvalOf(run, 'beforeRamp', now) }]
    : [];
