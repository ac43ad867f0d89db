import type { Estate } from '../../estate/model.ts';
import type { TrafficEntry } from '../../plan/model.ts';
import type { Probe } from '../../plan/probes.ts';
import { findEntryPoint, listenerArnOf } from '../entries.ts';
import type { Refusal } from '../model.ts';
import { meets, probeRequest } from './request.ts';
import { doorOf, listenerOf } from './rules.ts';

/** What keeps an entry's rule for probes from being made in its test listener, before what would answer there instead. */
export function testListenerRefusals(
  estate: Estate,
  entry: TrafficEntry,
  probes: readonly Probe[],
  index: number,
): Refusal[] {
  const { testListener } = entry.alb;
  const own = listenerOf(entry);
  const ownListener = estate.listeners.find(({ ListenerArn }) => ListenerArn === own);
  // An entry that is not there is refused as such.
  if (testListener === undefined || ownListener === undefined) return [];
  const place = `spec.traffic[${index}].alb.testListener`;
  const listener = estate.listeners.find(({ ListenerArn }) => ListenerArn === testListener);
  if (listener === undefined) {
    const others = estate.listeners.flatMap(({ ListenerArn = '', LoadBalancerArn }) =>
      LoadBalancerArn === ownListener.LoadBalancerArn && ListenerArn !== own ? [ListenerArn] : [],
    );
    const message =
      `${testListener} does not exist on the entry's load balancer. ` +
      (others.length === 0
        ? 'That has no other listener than the entry’s own: make one, or leave testListener out.'
        : `Name one of its other listeners, or leave testListener out: ${others.join(', ')}.`);
    return [{ reason: 'TestListenerNotFound', place, message }];
  }
  const point = findEntryPoint(estate, entry);
  const hasLogin = point.found !== 'nothing' && point.actions.some(({ Type }) => Type?.startsWith('authenticate-'));
  if (hasLogin && listener.Protocol !== 'HTTPS') {
    const message =
      `The rule for probes keeps the login of the entry, which only an HTTPS listener can have, and ${testListener} is ` +
      `${listener.Protocol ?? 'none'}. Name an HTTPS listener, or leave testListener out.`;
    return [{ reason: 'TestListenerWithoutTls', place, message }];
  }
  return priorityRefusal(estate, entry, probes, { testListener, place });
}

/** A rule that would take a probe, with every number before its own taken, answers in green's place (row L13). */
function priorityRefusal(
  estate: Estate,
  entry: TrafficEntry,
  probes: readonly Probe[],
  { testListener, place }: { testListener: string; place: string },
): Refusal[] {
  const rules = estate.rules.filter((rule) => listenerArnOf(rule) === testListener && rule.IsDefault !== true);
  const requests = probes
    .filter(({ service }) => service === entry.service)
    .map((probe) => probeRequest(probe, doorOf(estate, entry)))
    .flatMap((addressed) => (addressed.can ? [addressed.request] : []));
  const taking = rules.filter(({ Conditions = [] }) =>
    requests.some((request) => Conditions.every((condition) => meets(condition, request) === 'yes')),
  );
  const first = Math.min(...taking.map(({ Priority }) => Number(Priority)));
  const before = new Set(rules.map(({ Priority }) => Number(Priority)).filter((one) => one < first));
  if (before.size < first - 1) return [];
  const message =
    `Rule ${first} of the test listener ${testListener} would answer the probes, and no priority before it is free for the rule that ` +
    'leads them to green. Give that rule a higher number (SetRulePriorities), or name another listener.';
  return [{ reason: 'ProbePriorityTaken', place, message }];
}
