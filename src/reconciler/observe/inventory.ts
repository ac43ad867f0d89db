import { assess } from '../../assess/assess.ts';
import { buildStack } from '../../assess/stack.ts';
import { readEstate } from '../../estate/fromExport.ts';
import { fail, pass, soleOf, unknown } from '../../plan/verdict.ts';
import { attempt } from './attempt.ts';
import type { Look, Observation } from './observation.ts';

export async function observeInventory({ run, world }: Look, observation: Observation): Promise<void> {
  // A rule that another plan moves is not as it will be: what it carries now says nothing about this plan.
  if (run.memory.heldByOthers !== undefined) {
    observation.facts.admitted = run.memory.heldByOthers;
    return;
  }
  const plan = { name: run.owner.plan, spec: run.spec };
  const exported = await attempt(() => world.inventory(plan));
  if (!exported.ok) {
    const { code, message } = exported.error;
    observation.facts.admitted =
      code === 'ClusterNotFoundException'
        ? fail(`spec.source.cluster: there is no ECS cluster ${run.spec.source.cluster}: ${message}`, 'ClusterNotFound')
        : exported.verdict;
    return;
  }
  const estate = readEstate(exported.value, run.spec.source.cluster, run.spec.source.mesh);
  const assessment = assess(plan, estate);
  if (assessment.refusals.length > 0) {
    observation.facts.admitted = fail(
      assessment.refusals.map((one) => `${one.place}: ${one.message}`).join('; '),
      soleOf(assessment.refusals.map((one) => one.reason)),
    );
    return;
  }
  const unread = estate.errors.filter((error) => !error.call.startsWith('appmesh:'));
  if (unread.length > 0) {
    observation.facts.admitted = unknown(
      `the inventory is not whole: ${unread.map((error) => `${error.call} ${error.code}: ${error.message}`).join('; ')}`,
    );
    return;
  }
  const stack = buildStack(plan, estate, assessment, run.status.attempt);
  observation.inventory = { estate, assessment, stack };
  observation.facts.admitted = pass(`${assessment.services.length} services in ${assessment.waves.length} waves`);
}
