import type { Estate } from '../../estate/model.ts';
import { lastPart, unique } from '../../estate/order.ts';
import { entryArn } from '../../plan/model.ts';
import { type Manager, managerOf } from '../managedBy.ts';
import type { RuleResource, Stack } from '../model.ts';

/** What of the load balancer infrastructure-as-code made: a rule or a listener that leads to blue, or blue's target group. */
export interface DeclaredEdge {
  kind: 'rule' | 'listener' | 'targetGroup';
  arn: string;
  /** `target group frontend`; of what has no name, its ARN's last part. */
  words: string;
  manager: Manager;
}

const KINDS: Readonly<Record<DeclaredEdge['kind'], { words: string; terraform: string; cloudFormation: string }>> = {
  rule: {
    words: 'rule',
    terraform: 'aws_lb_listener_rule',
    cloudFormation: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  },
  listener: {
    words: 'listener',
    terraform: 'aws_lb_listener',
    cloudFormation: 'AWS::ElasticLoadBalancingV2::Listener',
  },
  targetGroup: {
    words: 'target group',
    terraform: 'aws_lb_target_group',
    cloudFormation: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  },
};

/** What the tools call such a resource. */
export const typesOf = ({ kind }: DeclaredEdge): { terraform: string; cloudFormation: string } => KINDS[kind];

/**
 * The plan's rules and listeners, then blue's target groups, each as far as it is under infrastructure-as-code: by a file that declares
 * it, or by its tags. In the plan's order.
 */
export function declaredEdges(estate: Estate, stack: Stack): DeclaredEdge[] {
  const entries = stack.resources.filter((one): one is RuleResource => one.kind === 'rule').map(({ entry }) => entry);
  const retired = new Set(stack.retire.services);
  const groups = estate.services.filter(({ name }) => retired.has(name)).flatMap(({ targetGroups }) => targetGroups);
  const edges = [
    ...entries.map((entry) => {
      const arn = entryArn(entry);
      return { kind: 'listener' in entry.alb ? ('listener' as const) : ('rule' as const), arn, name: lastPart(arn) };
    }),
    ...groups.map(({ targetGroup }) => {
      const arn = targetGroup.TargetGroupArn ?? '';
      return { kind: 'targetGroup' as const, arn, name: targetGroup.TargetGroupName ?? arn };
    }),
  ];
  return unique(edges, ({ arn }) => arn).flatMap(({ kind, arn, name }) => {
    const tags = new Map((estate.loadBalancerTags?.[arn] ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
    const manager = managerOf(estate.readFrom?.[arn], tags);
    return manager === undefined ? [] : [{ kind, arn, words: `${KINDS[kind].words} ${name}`, manager }];
  });
}
