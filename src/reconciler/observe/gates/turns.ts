import { all, pass, wait, type Verdict } from '../../../plan/verdict.ts';
import { approvedTurnTakers } from '../../../plan/turns.ts';
import { approvalInForce } from '../approvals.ts';
import type { Look } from '../observation.ts';
import { turnsOf } from '../../turns.ts';
import type { Gate } from './gate.ts';

/**
 * Services whose sides take turns: before blue is stopped a person has approved those that are `manual`, by name; once green has the
 * turn it must still have it.
 */
export const turnsGate: Gate = async (look, groundwork, { facts }) => {
  const { run, state } = look;
  if (turnsOf(run.spec, groundwork).length === 0) return [];
  switch (state) {
    case 'cutover.stopBlue':
      return approvedTurnTakers(run.spec).length === 0 ? [] : [{ name: 'approval/cutover', ...cutoverApproval(look) }];
    case 'soak':
    case 'retire.prove':
    case 'retire.handOver':
      return [{ name: 'cutover', ...all([facts.cutOver], pass('')) }];
    default:
      return [];
  }
};

function cutoverApproval({ run, now }: Look): Verdict {
  const wanted = approvedTurnTakers(run.spec);
  const given = approvalInForce(run, 'cutover', now);
  const missing = wanted.filter((name) => !(given?.services ?? []).includes(name));
  if (missing.length === 0) return pass(`the cutover of ${wanted.join(', ')} was approved by ${given?.by ?? ''}`);
  return wait(
    `the cutover of ${missing.join(', ')} waits for a person: meshlift approve ${run.owner.plan} cutover --services ${wanted.join(',')}`,
  );
}
