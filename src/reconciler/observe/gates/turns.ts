import { all, pass, wait, type Verdict } from '../../../plan/verdict.ts';
import { approvedTurnTakers, turnTakers } from '../../../plan/turns.ts';
import type { PlanSpec } from '../../../plan/model.ts';
import type { Groundwork } from '../../run.ts';
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
      return toApprove(run.spec, groundwork).length === 0
        ? []
        : [{ name: 'approval/cutover', ...cutoverApproval(look, groundwork) }];
    case 'soak':
    case 'retire.prove':
    case 'retire.handOver':
      return [{ name: 'cutover', ...all([facts.cutOver], pass('')) }];
    default:
      return [];
  }
};

const isMeshGone = ({ estate }: Groundwork): boolean => estate.mesh.answer.state !== 'read';

/** Without App Mesh no new task of blue becomes healthy: what is stopped may not start again, and that takes a person's word. */
const toApprove = (spec: PlanSpec, groundwork: Groundwork): string[] =>
  isMeshGone(groundwork) ? turnTakers(spec) : approvedTurnTakers(spec);

function cutoverApproval({ run, now }: Look, groundwork: Groundwork): Verdict {
  const wanted = toApprove(run.spec, groundwork);
  const given = approvalInForce(run, 'cutover', now);
  const missing = wanted.filter((name) => !(given?.services ?? []).includes(name));
  if (missing.length === 0) return pass(`the cutover of ${wanted.join(', ')} was approved by ${given?.by ?? ''}`);
  const because = isMeshGone(groundwork) ? ' (App Mesh is gone: blue, once stopped, may not start again)' : '';
  return wait(
    `the cutover of ${missing.join(', ')} waits for a person${because}: meshlift approve ${run.owner.plan} cutover --services ${wanted.join(',')}`,
  );
}
