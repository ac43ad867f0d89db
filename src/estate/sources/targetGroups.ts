import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type { EstateExport, Json } from '../export.ts';

type Action = Json<Elb.Action>;

const targetsOf = (action: Action): string[] => [
  ...(action.TargetGroupArn === undefined ? [] : [action.TargetGroupArn]),
  ...(action.ForwardConfig?.TargetGroups ?? []).flatMap((group) => group.TargetGroupArn ?? []),
];

/** The API tells a single target group in both of its places (row L5); a source tells one of them. */
function inBothPlaces(action: Action): Action {
  const groups = action.ForwardConfig?.TargetGroups ?? [];
  if (action.TargetGroupArn === undefined) {
    return groups.length === 1 ? { ...action, TargetGroupArn: groups[0]?.TargetGroupArn } : action;
  }
  if (groups.length > 0) return action;
  return {
    ...action,
    ForwardConfig: {
      ...action.ForwardConfig,
      TargetGroups: [{ TargetGroupArn: action.TargetGroupArn, Weight: 1 }],
      TargetGroupStickinessConfig: { Enabled: false },
    },
  };
}

/** Only an ALB shares out requests by weight. */
const ofAlb = (arn: string | undefined): boolean => /:listener(-rule)?\/app\//.test(arn ?? '');

/**
 * What the API tells twice, and a source that is no API once: forward actions in both of their forms, and at each target group the
 * load balancers whose listeners and rules lead to it. A target group that tells its load balancers keeps them.
 */
export function completeLoadBalancing(elbv2: EstateExport['elbv2']): void {
  for (const listener of elbv2.listeners) {
    if (ofAlb(listener.ListenerArn)) listener.DefaultActions = listener.DefaultActions?.map(inBothPlaces);
  }
  for (const rule of elbv2.rules) if (ofAlb(rule.RuleArn)) rule.Actions = rule.Actions?.map(inBothPlaces);

  const balancers = new Map(elbv2.listeners.map((one) => [one.ListenerArn, one.LoadBalancerArn] as const));
  const ways = [
    ...elbv2.listeners.map((one) => ({ balancer: one.LoadBalancerArn, actions: one.DefaultActions ?? [] })),
    ...elbv2.rules.map((one) => ({ balancer: balancers.get(one.ListenerArn), actions: one.Actions ?? [] })),
  ];
  for (const group of elbv2.targetGroups) {
    if ((group.LoadBalancerArns?.length ?? 0) > 0) continue;
    const leading = ways.filter(({ actions }) => actions.flatMap(targetsOf).includes(group.TargetGroupArn ?? ''));
    group.LoadBalancerArns = [...new Set(leading.flatMap(({ balancer }) => balancer ?? []))];
  }
}
