import { mayCarryGreenWeight } from '../../../machines/classify.ts';
import { withoutComparisons } from '../../../machines/gates/rescue.ts';
import { WAIVED } from '../../../machines/gates/waived.ts';
import { pass, unknown } from '../../../plan/verdict.ts';
import { rulesOf } from '../../run.ts';
import type { Gate } from './gate.ts';

/**
 * Green's errors and latency are within the plan's limits. Observed before the gates, since its failure is a breach. Without a verdict
 * for every entry nothing was analysed, and nothing passes.
 */
export const analysisGate: Gate = async ({ run, state }, { stack }, { analysis, edgeMinutes }) => {
  if (run.spec.gates.analysis === null || !mayCarryGreenWeight(state)) return [];
  if (analysis.length === 0 && run.spec.strategy === 'rescue' && withoutComparisons(run.spec.gates.analysis) === null)
    return [
      { name: 'analysis', ...pass(`green is not compared with blue (maxVsBlue), and held to nothing else: ${WAIVED}`) },
    ];
  const isWhole = rulesOf(stack).every(({ id }) => edgeMinutes.has(id)) && analysis.length > 0;
  return isWhole ? analysis : [{ name: 'analysis', ...unknown('nothing was analysed in this look') }, ...analysis];
};
