import type { Estate } from '../../estate/model.ts';
import { entryArn, type TrafficEntry } from '../../plan/model.ts';
import type { Probe } from '../../plan/probes.ts';
import { blueTargetGroupOf, listenerArnOf } from '../entries.ts';
import type { ProbeRuleResource, RuleResource } from '../model.ts';
import { conditionsForProbes, hasRoom, type ProbeDoor, sendable } from './request.ts';

/** The conditions of an entry's rule; none where it is a listener's default action. */
const conditionsOf = (estate: Estate, entry: TrafficEntry) =>
  'listenerRule' in entry.alb
    ? (estate.rules.find(({ RuleArn }) => RuleArn === entryArn(entry))?.Conditions ?? [])
    : [];

/** ARN of the listener that an entry belongs to. */
export const listenerOf = (entry: TrafficEntry): string =>
  'listener' in entry.alb ? entry.alb.listener : listenerArnOf({ RuleArn: entry.alb.listenerRule });

/** ARN of the listener by which an entry's probes come to green. */
export const probeListenerOf = (entry: TrafficEntry): string => entry.alb.testListener ?? listenerOf(entry);

/** What the probes of an entry go through. */
export function doorOf(estate: Estate, entry: TrafficEntry): ProbeDoor {
  const blue = estate.services.find(({ name }) => name === entry.service);
  const arn = blue === undefined ? undefined : blueTargetGroupOf(estate, entry, blue);
  const group = blue?.targetGroups.find(({ targetGroup }) => targetGroup.TargetGroupArn === arn)?.targetGroup;
  return {
    conditions: conditionsOf(estate, entry),
    protocolVersion: group?.ProtocolVersion,
    protocol: estate.listeners.find(({ ListenerArn }) => ListenerArn === probeListenerOf(entry))?.Protocol,
  };
}

const conditionsFor = (estate: Estate, entry: TrafficEntry) => conditionsForProbes(doorOf(estate, entry));

/** One rule for each entry of a service that is probed, where there is room for one more condition. */
export const probeRules = (
  estate: Estate,
  probes: readonly Probe[],
  rules: readonly RuleResource[],
): ProbeRuleResource[] =>
  rules
    .filter(({ entry }) => probes.some(({ service }) => service === entry.service))
    .filter(({ entry }) => hasRoom(conditionsFor(estate, entry)))
    .map((rule) => ({
      kind: 'probeRule',
      id: rule.id.replace(/^rule\//, 'probeRule/'),
      // Green's target group hangs in the entry's rule before, and is taken out of it after.
      dependsOn: [rule.id],
      blueService: rule.blueService,
      rule,
      listenerArn: probeListenerOf(rule.entry),
      conditions: sendable(conditionsFor(estate, rule.entry)),
    }));
