import {
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { chapter } from './step.ts';

export const ending = chapter((step) => {
  step('DeleteTargetGroup in a rule', ({ elbv2 }, arn) =>
    elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn('blue') })),
  );
  step('DeleteTargetGroup in a weighted rule', ({ elbv2 }, arn) =>
    elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn('green') })),
  );
  step('DeleteTargetGroup in a default action', ({ elbv2 }, arn) =>
    elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn('third') })),
  );
  step('DeleteTargetGroup that is in nothing', ({ elbv2 }, arn) =>
    elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn('sixth') })),
  );
  step('DeleteTargetGroup that is gone', ({ elbv2 }, arn) =>
    elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn('sixth') })),
  );
  step('DeleteRule of the default rule', ({ elbv2 }, arn) =>
    elbv2.send(new DeleteRuleCommand({ RuleArn: arn('defaultRule') })),
  );
  step('DeleteRule', ({ elbv2 }, arn) => elbv2.send(new DeleteRuleCommand({ RuleArn: arn('rule') })));
  step('DeleteRule that is gone', ({ elbv2 }, arn) => elbv2.send(new DeleteRuleCommand({ RuleArn: arn('rule') })));
  step('DeleteListener', ({ elbv2 }, arn) => elbv2.send(new DeleteListenerCommand({ ListenerArn: arn('listener') })));
  step('DeleteListener that is gone', ({ elbv2 }, arn) =>
    elbv2.send(new DeleteListenerCommand({ ListenerArn: arn('listener') })),
  );
  step('DescribeRules of a rule whose listener is gone', ({ elbv2 }, arn) =>
    elbv2.send(new DescribeRulesCommand({ RuleArns: [arn('second')] })),
  );
  step('ModifyLoadBalancerAttributes to protect the twin', ({ elbv2 }, arn) =>
    elbv2.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: arn('twin'),
        Attributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }],
      }),
    ),
  );
  step('DeleteLoadBalancer that is protected', ({ elbv2 }, arn) =>
    elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn('twin') })),
  );
  step('DeleteLoadBalancer', ({ elbv2 }, arn) =>
    elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn('loadBalancer') })),
  );
  step('DeleteLoadBalancer that is gone', ({ elbv2 }, arn) =>
    elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn('loadBalancer') })),
  );
  step('DescribeLoadBalancers after that', ({ elbv2 }, arn) =>
    elbv2.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn('loadBalancer')] })),
  );
});
