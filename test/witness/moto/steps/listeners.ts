import {
  CreateListenerCommand,
  DescribeListenersCommand,
  ModifyListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type ArnOf, chapter, fixed, NO_GROUP, NO_LISTENER, NO_LOAD_BALANCER, to } from './step.ts';

export const listeners = chapter((step) => {
  const listener = (
    what: string,
    given: (arn: ArnOf) => Partial<ConstructorParameters<typeof CreateListenerCommand>[0]>,
    name?: string,
  ) =>
    step(
      `CreateListener ${what}`,
      ({ elbv2 }, arn) =>
        elbv2.send(
          new CreateListenerCommand({
            LoadBalancerArn: arn('twin'),
            Protocol: 'HTTP',
            Port: 80,
            DefaultActions: fixed('404'),
            ...given(arn),
          }),
        ),
      ({ Listeners }): Record<string, string | undefined> =>
        name === undefined ? {} : { [name]: Listeners?.[0]?.ListenerArn },
    );
  listener('with a fixed response', (arn) => ({ LoadBalancerArn: arn('loadBalancer') }), 'listener');
  listener('of the twin', () => ({}), 'twinListener');
  listener('on the same port with the same settings', () => ({}));
  listener('on the same port with another action', () => ({ DefaultActions: fixed('503') }));
  listener('of an unknown load balancer', () => ({ LoadBalancerArn: NO_LOAD_BALANCER, Port: 81 }));
  listener('of an unknown target group', () => ({ Port: 82, DefaultActions: to(NO_GROUP) }));
  listener('without actions', () => ({ Port: 83, DefaultActions: [] }));
  listener('in TCP', () => ({ Port: 84, Protocol: 'TCP' }));
  listener('on port 0', () => ({ Port: 0 }));
  listener(
    'that forwards',
    (arn) => ({ LoadBalancerArn: arn('loadBalancer'), Port: 85, DefaultActions: to(arn('third')) }),
    'forwarding',
  );
  listener('that forwards a group of another load balancer', (arn) => ({ Port: 88, DefaultActions: to(arn('third')) }));
  listener('without a protocol', () => ({ Port: 86, Protocol: undefined }));
  listener('in HTTPS without a certificate', () => ({ Port: 87, Protocol: 'HTTPS' }));
  step('DescribeListeners of a load balancer', ({ elbv2 }, arn) =>
    elbv2.send(new DescribeListenersCommand({ LoadBalancerArn: arn('loadBalancer') })),
  );
  step('DescribeListeners by an unknown ARN', ({ elbv2 }) =>
    elbv2.send(new DescribeListenersCommand({ ListenerArns: [NO_LISTENER] })),
  );
  step('DescribeListeners by one known and one unknown ARN', ({ elbv2 }, arn) =>
    elbv2.send(new DescribeListenersCommand({ ListenerArns: [arn('listener'), NO_LISTENER] })),
  );
  step('DescribeListeners of an unknown load balancer', ({ elbv2 }) =>
    elbv2.send(new DescribeListenersCommand({ LoadBalancerArn: NO_LOAD_BALANCER })),
  );
  step('DescribeListeners of nothing', ({ elbv2 }) => elbv2.send(new DescribeListenersCommand({})));
  step('ModifyListener', ({ elbv2 }, arn) =>
    elbv2.send(new ModifyListenerCommand({ ListenerArn: arn('listener'), DefaultActions: fixed('503') })),
  );
  step('ModifyListener to a target group that is not', ({ elbv2 }, arn) =>
    elbv2.send(new ModifyListenerCommand({ ListenerArn: arn('twinListener'), DefaultActions: to(NO_GROUP) })),
  );
});
