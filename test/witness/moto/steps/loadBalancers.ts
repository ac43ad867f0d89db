import {
  CreateLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { chapter, NO_LOAD_BALANCER } from './step.ts';

export const loadBalancers = chapter((step) => {
  step(
    'CreateLoadBalancer',
    ({ elbv2, subnets }) => elbv2.send(new CreateLoadBalancerCommand({ Name: 'shop', Subnets: subnets })),
    ({ LoadBalancers }) => ({ loadBalancer: LoadBalancers?.[0]?.LoadBalancerArn }),
  );
  // What one side takes and the other refuses happens to a load balancer, a listener or a group of its own, so that it changes nothing
  // of what is asked later.
  step(
    'CreateLoadBalancer twin',
    ({ elbv2, subnets }) => elbv2.send(new CreateLoadBalancerCommand({ Name: 'twin', Subnets: subnets })),
    ({ LoadBalancers }) => ({ twin: LoadBalancers?.[0]?.LoadBalancerArn }),
  );
  step('CreateLoadBalancer of the same name with the same settings', ({ elbv2, subnets }) =>
    elbv2.send(new CreateLoadBalancerCommand({ Name: 'twin', Subnets: subnets })),
  );
  step('CreateLoadBalancer of the same name with other settings', ({ elbv2, subnets }) =>
    elbv2.send(new CreateLoadBalancerCommand({ Name: 'twin', Subnets: subnets, Scheme: 'internal' })),
  );
  step('CreateLoadBalancer in a subnet that is not', ({ elbv2, subnets }) =>
    elbv2.send(
      new CreateLoadBalancerCommand({ Name: 'lost', Subnets: [...subnets.slice(0, 1), 'subnet-0123456789abcdef0'] }),
    ),
  );
  step('CreateLoadBalancer without subnets', ({ elbv2 }) =>
    elbv2.send(new CreateLoadBalancerCommand({ Name: 'nowhere' })),
  );
  step('CreateLoadBalancer in one subnet', ({ elbv2, subnets }) =>
    elbv2.send(new CreateLoadBalancerCommand({ Name: 'one', Subnets: subnets.slice(0, 1) })),
  );
  step('DescribeLoadBalancers by name', ({ elbv2 }) =>
    elbv2.send(new DescribeLoadBalancersCommand({ Names: ['shop'] })),
  );
  step('DescribeLoadBalancers by an unknown name', ({ elbv2 }) =>
    elbv2.send(new DescribeLoadBalancersCommand({ Names: ['none'] })),
  );
  step('DescribeLoadBalancers by an unknown ARN', ({ elbv2 }) =>
    elbv2.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [NO_LOAD_BALANCER] })),
  );
  step('DescribeLoadBalancerAttributes', ({ elbv2 }, arn) =>
    elbv2.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn('loadBalancer') })),
  );
  step('ModifyLoadBalancerAttributes', ({ elbv2 }, arn) =>
    elbv2.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: arn('loadBalancer'),
        Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '120' }],
      }),
    ),
  );
  step('ModifyLoadBalancerAttributes with an unknown key', ({ elbv2 }, arn) =>
    elbv2.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: arn('loadBalancer'),
        Attributes: [{ Key: 'idle_timeout', Value: '120' }],
      }),
    ),
  );
  step('ModifyLoadBalancerAttributes with a value that is none', ({ elbv2 }, arn) =>
    elbv2.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: arn('twin'),
        Attributes: [{ Key: 'deletion_protection.enabled', Value: 'maybe' }],
      }),
    ),
  );
});
