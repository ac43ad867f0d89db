import type { RuleResource } from '../../../assess/model.ts';
import { servedVerdict } from '../../../machines/gates/served.ts';
import { greenWeight } from '../../../machines/intent.ts';
import { unknown } from '../../../plan/verdict.ts';
import { rulesOf } from '../../run.ts';
import { entryName } from '../analysis.ts';
import { judge } from '../attempt.ts';
import type { Gate } from './gate.ts';

/** While a weight bakes, the load balancer serves what was written and read back. */
export const servedGate: Gate = async ({ run, state }, { stack }, { edgeMinutes, facts }) => {
  // A rule that others changed does not serve what was written, and the plan says so by itself.
  if (state !== 'ramp.bake' || facts.drift !== undefined) return [];
  const wantPercent = greenWeight(run.status.machine.context, run.spec);
  const rules = rulesOf(stack);
  return rules.map((rule) => {
    const minutes = edgeMinutes.get(rule.id);
    const verdict =
      minutes === undefined
        ? unknown('what was served was not read')
        : judge(minutes, (read) => servedVerdict(read, { wantPercent, isSticky: isSticky(rule) }));
    return { name: `served/${entryName(rule, rules)}`, ...verdict };
  });
};

const isSticky = ({ originalActions }: RuleResource): boolean =>
  originalActions.some(({ ForwardConfig }) => ForwardConfig?.TargetGroupStickinessConfig?.Enabled === true);
