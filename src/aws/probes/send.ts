import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  type Listener,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ProbeRuleResource } from '../../assess/model.ts';
import { meets, type ProbeRequest } from '../../assess/probes/request.ts';
import { listenerOf } from '../../assess/probes/rules.ts';
import type { ProbeAnswer, ProbeAnswers } from '../../machines/gates/probeAnswer.ts';
import type { Owner } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import type { Ask } from './ask.ts';
import { goneWords, isForTests, PROBE_HEADER, priorityOf, probeValueOf, readRules } from './rule.ts';

/** IAM actions that probes need besides those of their rule. */
export const PROBE_ACTIONS = [
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancers',
] as const;

/** Through which door the requests go. */
export interface ProbeWay {
  ask: Ask;
  /** Where requests go instead of to the load balancer's own name. */
  baseUrl: string | undefined;
  /** Where those go instead that come in by a test listener. */
  testBaseUrl?: string | undefined;
}

/** Sends requests to green through the rule for probes, and to blue where that is wanted through the entry's own. Errors are the SDK's. */
export async function sendProbes(
  clients: AwsClients,
  way: ProbeWay,
  resource: ProbeRuleResource,
  owner: Owner,
  requests: readonly { request: ProbeRequest; withBlue: boolean }[],
): Promise<ProbeAnswers[]> {
  const { isThere, rules, own } = await readRules(clients, resource, owner);
  const [rule] = own;
  const value = rule === undefined ? undefined : probeValueOf(rule);
  if (rule === undefined || value === undefined) {
    const why = isThere ? 'the rule for probes is not there' : goneWords(resource);
    return requests.map(() => ({ green: notReached(why), blue: undefined }));
  }
  const toGreen = await doorOf(clients, way, resource.listenerArn, isForTests(resource));
  const ofEntry = listenerOf(resource.rule.entry);
  const toBlue =
    isForTests(resource) && requests.some(({ withBlue }) => withBlue)
      ? await doorOf(clients, way, ofEntry, false)
      : toGreen;
  return Promise.all(
    requests.map(async ({ request, withBlue }): Promise<ProbeAnswers> => {
      const marked = { ...request, headers: { ...request.headers, [PROBE_HEADER]: value } };
      // Whoever comes first answers: then it is not known to be green.
      const earlier = rules.find(
        (one) =>
          priorityOf(one) < priorityOf(rule) &&
          (one.Conditions ?? []).every((condition) => meets(condition, marked) !== 'no'),
      );
      if (earlier !== undefined) {
        const listener = isForTests(resource) ? 'test listener' : 'listener';
        const why = `rule ${earlier.Priority ?? '?'} of the ${listener} comes first and may answer in its place: leave the probe out, or reorder the rules`;
        return { green: notReached(why), blue: undefined };
      }
      const [green, blue] = await Promise.all([toGreen(marked), withBlue ? toBlue(request) : undefined]);
      return { green, blue };
    }),
  );
}

/** What sends a request in by a listener. */
async function doorOf(
  clients: AwsClients,
  { ask, baseUrl, testBaseUrl }: ProbeWay,
  listenerArn: string,
  isTest: boolean,
): Promise<(request: ProbeRequest) => Promise<ProbeAnswer>> {
  const { Listeners } = await clients.elbv2.send(new DescribeListenersCommand({ ListenerArns: [listenerArn] }));
  const listener = Listeners?.[0];
  const { LoadBalancers } = await clients.elbv2.send(
    new DescribeLoadBalancersCommand({ LoadBalancerArns: [listener?.LoadBalancerArn ?? ''] }),
  );
  const loadBalancer = LoadBalancers?.[0];
  if (isTest && baseUrl !== undefined && testBaseUrl === undefined) {
    const why = `MESHLIFT_PROBE_URL leads to one listener, and this probe comes in by the test listener ${listenerArn}: set MESHLIFT_PROBE_TEST_URL to where that can be reached`;
    return () => Promise.resolve(notReached(why));
  }
  const url = (isTest ? testBaseUrl : baseUrl) ?? urlOf(listener, loadBalancer);
  return async (request) => {
    const answer = await ask(url, request);
    return answer.kind === 'notReached' ? notReached(`${answer.why}. ${reachHint(listener, loadBalancer)}`) : answer;
  };
}

const notReached = (why: string): ProbeAnswer => ({ kind: 'notReached', why });

const urlOf = ({ Protocol, Port }: Listener = {}, { DNSName }: LoadBalancer = {}): string =>
  `${Protocol === 'HTTPS' ? 'https' : 'http'}://${DNSName ?? ''}:${Port ?? 80}`;

const reachHint = ({ Port }: Listener = {}, { Scheme, SecurityGroups = [] }: LoadBalancer = {}): string =>
  `The operator must reach the load balancer${Scheme === 'internal' ? ', which is internal: run it in a network from where that can be reached' : ''}` +
  `${SecurityGroups.length === 0 ? '' : `; its security groups (${SecurityGroups.join(', ')}) must let the operator in at port ${Port ?? 80}`}. Or leave the probe out`;
