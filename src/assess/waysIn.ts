import type { Json } from '../estate/export.ts';
import type { BlueService, Estate } from '../estate/model.ts';
import { by } from '../estate/order.ts';
import { forwardTargets } from './entries.ts';
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';

/** A rule or a listener that leads to a service. */
export interface WayIn {
  arn: string;
  kind: 'listenerRule' | 'listener';
  /** Its `path` and `host` conditions in words. */
  when: string;
}

/**
 * What a rule asks of a request, in words: `host shop.example.com, path /api/*`. Of a header and of a query only the name: their
 * values are often what tells a trusted caller from others.
 */
function inWords(condition: Json<Elb.RuleCondition>): string {
  const listed = (values: readonly string[] | undefined, regularExpressions: readonly string[] | undefined): string =>
    [...new Set([...(values ?? condition.Values ?? []), ...(regularExpressions ?? [])])].join(' or ');
  switch (condition.Field) {
    case 'host-header':
      return `host ${listed(condition.HostHeaderConfig?.Values, condition.HostHeaderConfig?.RegexValues)}`;
    case 'path-pattern':
      return `path ${listed(condition.PathPatternConfig?.Values, condition.PathPatternConfig?.RegexValues)}`;
    case 'http-header':
      return `header ${condition.HttpHeaderConfig?.HttpHeaderName ?? ''}`;
    case 'http-request-method':
      return `method ${listed(condition.HttpRequestMethodConfig?.Values, undefined)}`;
    case 'source-ip':
      return `source ${listed(condition.SourceIpConfig?.Values, undefined)}`;
    case 'query-string': {
      const keys = (condition.QueryStringConfig?.Values ?? []).map(({ Key }) => Key ?? '*');
      return `query ${[...new Set(keys)].join(' or ')}`;
    }
    case undefined:
    default:
      return condition.Field ?? 'a condition';
  }
}

/**
 * The rules and listener default actions that lead to each service, by the service's name, ordered by ARN. A rule that forwards to
 * several services is an entry of each.
 */
export function waysIn(estate: Estate): ReadonlyMap<string, WayIn[]> {
  const byTargetGroup = new Map<string, WayIn[]>();
  const note = (arns: readonly string[], entry: WayIn): void => {
    for (const arn of arns) {
      const known = byTargetGroup.get(arn);
      if (known === undefined) byTargetGroup.set(arn, [entry]);
      else known.push(entry);
    }
  };
  for (const listener of estate.listeners) {
    const when = `everything else on ${listener.Protocol ?? 'port'}:${listener.Port ?? '?'}`;
    note(forwardTargets(listener.DefaultActions ?? []), { arn: listener.ListenerArn ?? '', kind: 'listener', when });
  }
  for (const rule of estate.rules) {
    if (rule.IsDefault === true) continue;
    const when = (rule.Conditions ?? []).map(inWords).join(', ');
    note(forwardTargets(rule.Actions ?? []), { arn: rule.RuleArn ?? '', kind: 'listenerRule', when });
  }
  const entriesOf = ({ targetGroups }: BlueService): WayIn[] => {
    const found = targetGroups.flatMap(({ targetGroup }) => byTargetGroup.get(targetGroup.TargetGroupArn ?? '') ?? []);
    return [...new Set(found)].sort(by((entry) => entry.arn));
  };
  return new Map(estate.services.map((service) => [service.name, entriesOf(service)]));
}
