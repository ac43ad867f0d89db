import { claimedByOther, claimsOf } from '../claims.ts';
import { attempt } from '../observe/attempt.ts';
import { readyToProve } from '../observe/resources.ts';
import { rulesOf, type Groundwork } from '../run.ts';
import { type Act, tellFailure } from './acting.ts';

/**
 * Claims first, then the proof, and both only when everything else of the preflight holds. Who holds a claim is looked at
 * before: the plan says so whatever else it waits for.
 */
export async function proveWayBack(acting: Act, groundwork: Groundwork): Promise<void> {
  const { run, store, world, observation, acted } = acting;
  const { memory, owner } = run;
  const isReady = readyToProve(observation);
  if (!memory.claimed) {
    const claims = claimsOf(run.spec, groundwork.estate.cluster.arn, groundwork.assessment.services);
    const targets = claims.map((claim) => claim.target);
    const conflicts = isReady
      ? await store.claim(owner.plan, owner.uid, targets)
      : await store.heldByOthers(owner.plan, targets);
    memory.heldByOthers = claimedByOther(claims, conflicts);
    if (!isReady || conflicts.length > 0) return;
    memory.claimed = true;
    memory.preflightProblem = undefined;
    acted.deeds.push({ type: 'Normal', reason: 'Claimed', message: targets.join(', ') });
  }
  if (!isReady) return;
  for (const rule of rulesOf(groundwork.stack)) {
    const proof = await attempt(() => world.router.proveWayBack(rule));
    if (!proof.ok) {
      tellFailure(acting, proof.error);
      return;
    }
    if (proof.value.verdict !== 'pass') {
      memory.preflightProblem = proof.value.why;
      return;
    }
    acted.deeds.push({ type: 'Normal', reason: 'WayBackProven', message: proof.value.why });
  }
  memory.wayBackProven = true;
  acted.progress = true;
}
