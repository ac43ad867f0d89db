import type { Approval } from '../../plan/model.ts';
import { pass, wait, type Verdict } from '../../plan/verdict.ts';
import type { GivenApproval } from '../ports.ts';
import type { Run } from '../run.ts';

/** What a person approved, unless it has expired. */
export function approvalInForce({ requests }: Run, approval: Approval, now: number): GivenApproval | undefined {
  const given = requests.approvals?.[approval];
  return given?.expiresAt !== undefined && given.expiresAt <= now ? undefined : given;
}

/** Whether a person has approved, where the plan asks for it. */
export function approvalOf(run: Run, approval: Approval, now: number): Verdict {
  const given = approvalInForce(run, approval, now);
  if (given !== undefined)
    return pass(`${approval} was approved by ${given.by}${given.why === '' ? '' : `: ${given.why}`}`);
  if (!run.spec.gates.approvals.includes(approval)) return pass(`no approval ${approval} is asked for`);
  const expired = run.requests.approvals?.[approval] === undefined ? '' : 'the approval has expired; ';
  return wait(`${expired}waits for a person: meshlift approve ${run.owner.plan} ${approval}`);
}
