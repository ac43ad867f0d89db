import type { Estate } from '../../estate/model.ts';
import { entryArn, type TrafficEntry } from '../../plan/model.ts';
import type { Probe } from '../../plan/probes.ts';
import { listenerArnOf } from '../entries.ts';
import type { ProbeRuleResource, RuleResource } from '../model.ts';
import { hasRoom, sendable } from './request.ts';

/** The conditions of an entry's rule; none where it is a listener's default action. */
export const conditionsOf = (estate: Estate, entry: TrafficEntry) =>
  'listenerRule' in entry.alb
    ? (estate.rules.find(({ RuleArn }) => RuleArn === entryArn(entry))?.Conditions ?? [])
    : [];

/** ARN of the listener that an entry belongs to. */
export const listenerOf = (entry: TrafficEntry): string =>
  'listener' in entry.alb ? entry.alb.listener : listenerArnOf({ RuleArn: entry.alb.listenerRule });

/** ARN of the listener by which an entry's probes come to green. */
export const probeListenerOf = (entry: TrafficEntry): string => entry.alb.testListener ?? listenerOf(entry);

/** One rule for each entry of a service that is probed, where there is room for one more condition. */
export const probeRules = (
  estate: Estate,
  probes: readonly Probe[],
  rules: readonly RuleResource[],
): ProbeRuleResource[] =>
  rules
    .filter(({ entry }) => probes.some(({ service }) => service === entry.service))
    .filter(({ entry }) => hasRoom(conditionsOf(estate, entry)))
    .map((rule) => ({
      kind: 'probeRule',
      id: rule.id.replace(/^rule\//, 'probeRule/'),
      // Green's target group hangs in the entry's rule before, and is taken out of it after.
      dependsOn: [rule.id],
      blueService: rule.blueService,
      rule,
      listenerArn: probeListenerOf(rule.entry),
      conditions: sendable(conditionsOf(estate, rule.entry)),
    }));
