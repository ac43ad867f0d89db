import {
  DescribeListenersCommand,
  DescribeRulesCommand,
  type Listener,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsClients } from '../clients.ts';
import { everyPage } from '../pages.ts';
import type { Kind } from './sharedRead.ts';

/** All rules of a listener, by its ARN: a page has up to 400 (row L15), a load balancer a hundred (row L17). */
export const ruleKind = (clients: AwsClients): Kind<string, Rule[]> => ({
  api: 'elasticloadbalancing:DescribeRules',
  sizeMax: 1,
  nameOf: (arn) => arn,
  ask: (arns) => Promise.all(arns.map((arn) => rulesOf(clients, arn))),
});

export const listenersOf = ({ elbv2 }: AwsClients, loadBalancerArn: string): Promise<Listener[]> =>
  everyPage(async (Marker) => {
    const page = await elbv2.send(new DescribeListenersCommand({ LoadBalancerArn: loadBalancerArn, Marker }));
    return { items: page.Listeners, next: page.NextMarker };
  });

export const rulesOf = ({ elbv2 }: AwsClients, listenerArn: string): Promise<Rule[]> =>
  everyPage(async (Marker) => {
    const page = await elbv2.send(new DescribeRulesCommand({ ListenerArn: listenerArn, Marker }));
    return { items: page.Rules, next: page.NextMarker };
  });

/** The listener of a rule, as its ARN names it. */
export const listenerArnOfRule = (ruleArn: string): string =>
  ruleArn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
