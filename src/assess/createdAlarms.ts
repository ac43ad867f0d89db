import { createdAlarmFinds, createdAlarmName } from '../plan/createdAlarms.ts';
import type { MigrationPlan } from '../plan/model.ts';
import { unique } from '../estate/order.ts';
import type { AlarmResource, RuleResource } from './model.ts';

/**
 * The alarms of `gates.alarms.create`: one on errors for each of green's target groups, and where the plan limits it one on the
 * response time. A target group that two entries share counts the requests of both, and has them once. Their names say whose they
 * are, and differ where the target groups' names do.
 */
export function createdAlarms({ name: plan, spec }: MigrationPlan, rules: readonly RuleResource[]): AlarmResource[] {
  const { createAlarms: wanted } = spec.gates;
  if (wanted === null) return [];
  return unique(rules, ({ greenTargetGroup }) => greenTargetGroup.ref).flatMap((rule): AlarmResource[] => {
    const group = rule.greenTargetGroup.ref.slice(rule.greenTargetGroup.ref.indexOf('/') + 1);
    const alarm = (what: 'errors' | 'latency', finds: string, watches: AlarmResource['watches']): AlarmResource => {
      const name = createdAlarmName(plan, group, what);
      return {
        kind: 'alarm',
        id: `alarm/${name}`,
        dependsOn: [rule.greenTargetGroup.ref],
        blueService: rule.blueService,
        name,
        description: `Plan ${plan} of Meshlift goes back when on green's target group ${group} ${finds} in two of three minutes. It is made and taken away with the plan.`,
        entry: rule.entry,
        greenTargetGroup: rule.greenTargetGroup,
        watches,
        requestsMin: wanted.requestsMin,
      };
    };
    const { errorRateMax, latencyP99MaxMs } = wanted;
    return [
      alarm('errors', createdAlarmFinds.errors(wanted), { kind: 'errors', max: errorRateMax }),
      ...(latencyP99MaxMs === null
        ? []
        : [
            alarm('latency', createdAlarmFinds.latency(wanted, latencyP99MaxMs), {
              kind: 'latencyP99',
              maxSeconds: latencyP99MaxMs / 1000,
            }),
          ]),
    ];
  });
}
