import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { chapter, NO_GROUP } from './step.ts';

export const targets = chapter((step) => {
  const TARGETS = [
    { Id: '10.1.0.10', Port: 8080 },
    { Id: '10.1.0.11', Port: 8080 },
  ];
  step('RegisterTargets', ({ elbv2 }, arn) =>
    elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: arn('sixth'), Targets: TARGETS })),
  );
  step('RegisterTargets twice', ({ elbv2 }, arn) =>
    elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: arn('sixth'), Targets: TARGETS.slice(0, 1) })),
  );
  step('RegisterTargets of an unknown group', ({ elbv2 }) =>
    elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: NO_GROUP, Targets: TARGETS })),
  );
  step('DescribeTargetHealth of a group in no rule', ({ elbv2 }, arn) =>
    elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn('sixth') })),
  );
  step('DescribeTargetHealth of a target that is not registered', ({ elbv2 }, arn) =>
    elbv2.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: arn('sixth'), Targets: [{ Id: '10.1.0.99', Port: 80 }] }),
    ),
  );
  step('DescribeTargetHealth of an unknown group', ({ elbv2 }) =>
    elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: NO_GROUP })),
  );
  step('DeregisterTargets', ({ elbv2 }, arn) =>
    elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: arn('sixth'), Targets: TARGETS })),
  );
  step('DeregisterTargets that are not registered', ({ elbv2 }, arn) =>
    elbv2.send(new DeregisterTargetsCommand({ TargetGroupArn: arn('sixth'), Targets: [{ Id: '10.1.0.99' }] })),
  );

  step('RegisterTargets of what is no address', ({ elbv2 }, arn) =>
    elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: arn('sixth'), Targets: [{ Id: 'nowhere' }] })),
  );
});
