import type { Maker } from '../assess/maker.ts';
import { sharedGreenOf } from '../assess/shared/shared.ts';
import type { PlanStatus } from '../machines/record.ts';
import { all, fail, pass, type Verdict } from '../plan/verdict.ts';
import { claimedByOther, serviceClaimsOf } from './claims.ts';
import type { Observation } from './observe/observation.ts';
import type { PlanStore } from './ports.ts';
import type { Run } from './run.ts';

/**
 * A plan that shares green is admitted once the plans that made it have succeeded, as the table says, not a tag: until then they may take it
 * away again. Success is for good, so that it is asked for once. Nor is it admitted while another plan moves one of its services: who still
 * calls blue is seen when that one has ended, so that the last of them takes blue away. Changes the observation.
 */
export async function admitShared(
  { owner, memory, groundwork, status }: Pick<Run, 'owner' | 'memory' | 'groundwork' | 'status'>,
  store: Pick<PlanStore, 'readStatus' | 'heldByOthers'>,
  observation: Observation,
): Promise<void> {
  const { inventory, facts } = observation;
  if (inventory === undefined) {
    // Another was quicker: what was found of the estate is found again after it.
    const isBeaten = status.machine.value === 'inventory.preflight' && memory.heldByOthers !== undefined;
    if (isBeaten && groundwork !== undefined && sharedGreenOf(groundwork.stack).length > 0) {
      facts.admitted = memory.heldByOthers ?? facts.admitted;
    }
    return;
  }
  const shared = sharedGreenOf(inventory.stack);
  if (shared.length === 0) return;
  const verdicts: Verdict[] = [];
  for (const { name, maker } of shared) {
    verdicts.push(makerVerdict(name, maker, (await store.readStatus(maker.plan))?.status));
  }
  const claims = serviceClaimsOf(inventory.estate.cluster.arn, inventory.assessment.services);
  const conflicts = await store.heldByOthers(
    owner.plan,
    claims.map(({ target }) => target),
  );
  const isMade = all(verdicts, pass(''));
  const verdict = isMade.verdict === 'pass' ? (claimedByOther(claims, conflicts) ?? isMade) : isMade;
  if (verdict.verdict === 'pass') return;
  observation.inventory = undefined;
  facts.admitted = isMade.verdict === 'pass' ? verdict : { ...verdict, why: `spec.target.shared: ${verdict.why}` };
  observation.gates = observation.gates.map((gate) =>
    gate.name === 'inventory' ? { name: gate.name, ...facts.admitted } : gate,
  );
}

const OWN_GREEN =
  'take it out of spec.target.shared, with another spec.target.nameSuffix and spec.target.serviceConnect.namespace, and the plan makes a green of its own';

/** Whether green of a plan is there to stay: only where that very plan, by its uid, has succeeded. */
export function makerVerdict(green: string, { plan, uid }: Maker, status: PlanStatus | undefined): Verdict {
  const refused = (why: string, wayOut: string): Verdict =>
    fail(`${green} was made by plan ${plan}, ${why}. ${wayOut}`, 'SharedGreenNotReady');
  if (status === undefined || status.uid !== uid) {
    const found =
      status === undefined
        ? 'of which the table has no record'
        : `uid ${uid}, and the plan of that name is another by now`;
    return refused(
      `${found}: nobody can say whether it succeeded, so its green may not be there to stay`,
      `Let the record of a plan stand for as long as its green is to be shared; or ${OWN_GREEN}`,
    );
  }
  const { value } = status.machine;
  switch (value) {
    case 'succeeded':
      return pass(`${green} is the green of plan ${plan}, which has succeeded`);
    case 'rolledBack':
      return refused('which was rolled back', `Apply that plan again and let it succeed; or ${OWN_GREEN}`);
    default:
      return refused(
        `which is in ${value}: its way back would take that green away`,
        `Wait until it has succeeded; or ${OWN_GREEN}`,
      );
  }
}
