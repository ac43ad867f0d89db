import type { EstateExport, Json } from '../estate/export.ts';
import type { BlueService, Estate } from '../estate/model.ts';
import { unique } from '../estate/order.ts';
import { entryArn, type TrafficEntry } from '../plan/model.ts';
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';

type Action = Json<Elb.Action>;
type Rule = EstateExport['elbv2']['rules'][number];

/** Where an entry points, as the estate knows it. */
export type EntryPoint =
  | { found: 'rule' | 'listener'; actions: Action[]; listener: Json<Elb.Listener> | undefined; isDefault: boolean }
  | { found: 'nothing' };

/** The ARNs of the target groups that the actions forward to, each once, whatever the weight. */
export function forwardTargets(actions: readonly Action[]): string[] {
  const arns = actions
    .filter((action) => action.Type === 'forward')
    .flatMap((action) => {
      const listed = (action.ForwardConfig?.TargetGroups ?? []).flatMap((one) => one.TargetGroupArn ?? []);
      return listed.length > 0 ? listed : (action.TargetGroupArn ?? []);
    });
  return unique(arns, (arn) => arn);
}

/** `…:listener-rule/app/x/1/2/3` → `…:listener/app/x/1/2`. */
export const listenerArnOf = (rule: Rule): string =>
  rule.ListenerArn ?? (rule.RuleArn ?? '').replace(':listener-rule/', ':listener/').replace(/\/[^/]*$/, '');

export function findEntryPoint(estate: Estate, entry: TrafficEntry): EntryPoint {
  const arn = entryArn(entry);
  if ('listener' in entry.alb) {
    const listener = estate.listeners.find((one) => one.ListenerArn === arn);
    if (listener === undefined) return { found: 'nothing' };
    return { found: 'listener', actions: listener.DefaultActions ?? [], listener, isDefault: true };
  }
  const rule = estate.rules.find((one) => one.RuleArn === arn);
  if (rule === undefined) return { found: 'nothing' };
  const listener = estate.listeners.find((one) => one.ListenerArn === listenerArnOf(rule));
  return { found: 'rule', actions: rule.Actions ?? [], listener, isDefault: rule.IsDefault === true };
}

/** Every rule and listener default action that forwards to the target group, as a plan's entry would name it. */
export function pointsAt(estate: Estate, targetGroupArn: string): string[] {
  const listeners = estate.listeners
    .filter((listener) => forwardTargets(listener.DefaultActions ?? []).includes(targetGroupArn))
    .map((listener) => listener.ListenerArn ?? '');
  const rules = estate.rules
    .filter((rule) => rule.IsDefault !== true && forwardTargets(rule.Actions ?? []).includes(targetGroupArn))
    .map((rule) => rule.RuleArn ?? '');
  return [...listeners, ...rules];
}

/** The rules and listeners that forward to the service, each once. */
export const entryArnsOf = (estate: Estate, service: BlueService): string[] => [
  ...new Set(service.targetGroups.flatMap(({ targetGroup }) => pointsAt(estate, targetGroup.TargetGroupArn ?? ''))),
];

/** The one target group that the entry moves traffic away from, once the plan was found without refusals. */
export function blueTargetGroupOf(estate: Estate, entry: TrafficEntry, blue: BlueService): string | undefined {
  const point = findEntryPoint(estate, entry);
  if (point.found === 'nothing') return undefined;
  const targets = forwardTargets(point.actions);
  const own = blue.targetGroups.map(({ targetGroup }) => targetGroup.TargetGroupArn);
  return targets.length === 1 && own.includes(targets[0]) ? targets[0] : undefined;
}
