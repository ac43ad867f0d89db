import {
  CreateTargetGroupCommand,
  type CreateTargetGroupCommandInput,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { chapter, NO_GROUP } from './step.ts';

export const targetGroups = chapter((step) => {
  const group = (what: string, input: Partial<CreateTargetGroupCommandInput> & { Name: string }, name?: string) =>
    step(
      what,
      ({ elbv2, vpcId }) =>
        elbv2.send(
          new CreateTargetGroupCommand({ Protocol: 'HTTP', Port: 8080, VpcId: vpcId, TargetType: 'ip', ...input }),
        ),
      ({ TargetGroups }): Record<string, string | undefined> =>
        name === undefined ? {} : { [name]: TargetGroups?.[0]?.TargetGroupArn },
    );
  group('CreateTargetGroup', { Name: 'blue' }, 'blue');
  group(
    'CreateTargetGroup with a health check',
    {
      Name: 'green',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 10,
      HealthyThresholdCount: 2,
      Matcher: { HttpCode: '200-299' },
    },
    'green',
  );
  for (const name of ['third', 'fourth', 'fifth', 'sixth']) group(`CreateTargetGroup ${name}`, { Name: name }, name);
  group('CreateTargetGroup of the same name with the same settings', { Name: 'blue' });
  group('CreateTargetGroup of the same name with other settings', { Name: 'blue', Port: 9090 });
  group('CreateTargetGroup with a name of 33 characters', { Name: 'a'.repeat(33) });
  group('CreateTargetGroup with an underscore in its name', { Name: 'blue_green' });
  group('CreateTargetGroup with a name that ends in a hyphen', { Name: 'blue-' });
  group('CreateTargetGroup without a protocol', { Name: 'no-protocol', Protocol: undefined });
  group('CreateTargetGroup without a port', { Name: 'no-port', Port: undefined });
  group('CreateTargetGroup on port 0', { Name: 'port-zero', Port: 0 });
  group('CreateTargetGroup without a VPC', { Name: 'no-vpc', VpcId: undefined });
  group('CreateTargetGroup in a VPC that is not', { Name: 'lost', VpcId: 'vpc-0123456789abcdef0' });
  group('CreateTargetGroup with a timeout above its interval', {
    Name: 'slow',
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 6,
  });
  group('CreateTargetGroup with an interval of 4 seconds', { Name: 'hasty', HealthCheckIntervalSeconds: 4 });
  group('CreateTargetGroup with a matcher that is none', { Name: 'odd', Matcher: { HttpCode: 'fine' } });
  step('DescribeTargetGroups by name', ({ elbv2 }) => elbv2.send(new DescribeTargetGroupsCommand({ Names: ['blue'] })));
  step('DescribeTargetGroups by an unknown name', ({ elbv2 }) =>
    elbv2.send(new DescribeTargetGroupsCommand({ Names: ['none'] })),
  );
  step('DescribeTargetGroups by an unknown ARN', ({ elbv2 }) =>
    elbv2.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [NO_GROUP] })),
  );
  step('DescribeTargetGroups by name and ARN', ({ elbv2 }, arn) =>
    elbv2.send(new DescribeTargetGroupsCommand({ Names: ['blue'], TargetGroupArns: [arn('blue')] })),
  );
  step('DescribeTargetGroups of a load balancer that has none', ({ elbv2 }, arn) =>
    elbv2.send(new DescribeTargetGroupsCommand({ LoadBalancerArn: arn('loadBalancer') })),
  );
  step('ModifyTargetGroup', ({ elbv2 }, arn) =>
    elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn: arn('blue'), HealthCheckPath: '/health' })),
  );
  step('ModifyTargetGroup of an unknown one', ({ elbv2 }) =>
    elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn: NO_GROUP, HealthCheckPath: '/health' })),
  );
  step('DescribeTargetGroupAttributes', ({ elbv2 }, arn) =>
    elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn('blue') })),
  );
  const groupAttribute = (what: string, Key: string, Value: string) =>
    step(`ModifyTargetGroupAttributes ${what}`, ({ elbv2 }, arn) =>
      elbv2.send(
        new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn('fourth'), Attributes: [{ Key, Value }] }),
      ),
    );
  groupAttribute('of the deregistration delay', 'deregistration_delay.timeout_seconds', '30');
  groupAttribute('with the longest delay', 'deregistration_delay.timeout_seconds', '3600');
  groupAttribute('with a delay out of range', 'deregistration_delay.timeout_seconds', '3601');
  groupAttribute('with a slow start out of range', 'slow_start.duration_seconds', '10');
  groupAttribute('with an unknown key', 'deregistration_delay', '30');
  groupAttribute('with stickiness by source IP', 'stickiness.type', 'source_ip');
  groupAttribute('with stickiness by a cookie that has no name', 'stickiness.type', 'app_cookie');
  groupAttribute('with an algorithm that is none', 'load_balancing.algorithm.type', 'best');
});
