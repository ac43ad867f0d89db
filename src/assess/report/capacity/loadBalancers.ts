import type { Estate } from '../../../estate/model.ts';
import { by, lastPart } from '../../../estate/order.ts';
import { forwardTargets, listenerArnOf } from '../../entries.ts';
import { type Moving, type Row, total } from './row.ts';

/** What a new account has (row L31), under ELB's own names. */
const DEFAULTS = {
  'rules-per-application-load-balancer': 100,
  'target-groups-per-application-load-balancer': 100,
  'targets-per-application-load-balancer': 1000,
} as const;

/** ELB's name of each. */
const LIMITS = {
  rules: 'rules-per-application-load-balancer',
  'target groups': 'target-groups-per-application-load-balancer',
  targets: 'targets-per-application-load-balancer',
} as const;

/** The limit of a load balancer's account, or AWS's default where it was not read or the load balancer is another account's. */
function limitOf({ room, caller }: Estate, arn: string, name: keyof typeof DEFAULTS): { most: number; how: string } {
  const [, , , region, account] = arn.split(':');
  const own = region === caller.region && account === caller.account ? room?.loadBalancerLimits?.[name] : undefined;
  return own === undefined
    ? { most: DEFAULTS[name], how: 'default quota, row L31' }
    : { most: own, how: "the account's own limit" };
}

export function loadBalancerRows(estate: Estate, moving: readonly Moving[]): Row[] {
  const listeners = new Map(estate.listeners.map((one) => [one.ListenerArn ?? '', one.LoadBalancerArn ?? '']));
  const balancers = new Map<string, { rules: number; groups: Set<string> }>();
  const of = (arn: string): { rules: number; groups: Set<string> } => {
    const found = balancers.get(arn) ?? { rules: 0, groups: new Set<string>() };
    balancers.set(arn, found);
    return found;
  };
  for (const listener of estate.listeners) {
    for (const group of forwardTargets(listener.DefaultActions ?? []))
      of(listener.LoadBalancerArn ?? '').groups.add(group);
  }
  for (const rule of estate.rules) {
    const balancer = of(listeners.get(listenerArnOf(rule)) ?? '');
    if (rule.IsDefault !== true) balancer.rules += 1;
    for (const group of forwardTargets(rule.Actions ?? [])) balancer.groups.add(group);
  }
  return [...balancers]
    .filter(([arn]) => arn.includes(':loadbalancer/app/'))
    .sort(by(([arn]) => arn))
    .flatMap(([arn, { rules, groups }]): Row[] => {
      const twins = moving.flatMap(({ blue, tasks }) =>
        blue.targetGroups.flatMap(({ targetGroup }) => {
          const group = targetGroup.TargetGroupArn ?? '';
          return groups.has(group) ? [{ group, tasks }] : [];
        }),
      );
      if (twins.length === 0) return [];
      const name = arn.split('/').at(-2) ?? lastPart(arn);
      const row = (what: 'rules' | 'target groups' | 'targets', need: number, how: string): Row => {
        const limit = limitOf(estate, arn, LIMITS[what]);
        return {
          what: `${what} of the load balancer ${name}`,
          need,
          have: limit.most,
          unit: what,
          source: `${how}; ${limit.how}`,
        };
      };
      return [
        row('rules', rules, 'as many as now: green is put into the rules that there are'),
        row(
          'target groups',
          groups.size + new Set(twins.map((twin) => twin.group)).size,
          "those of today's rules, and a twin for each that moves",
        ),
        row(
          'targets',
          total(twins, (twin) => 2 * twin.tasks),
          'tasks of both sides, as far as the services of this cluster go',
        ),
      ];
    });
}
