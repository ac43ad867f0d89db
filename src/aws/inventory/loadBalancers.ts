import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { forwardTargets } from '../../assess/entries.ts';
import type { EstateExport } from '../../estate/export.ts';
import { everyPage, inBatches } from '../pages.ts';
import { withoutProbeValue } from '../probes/rule.ts';
import { readLoadBalancerTags } from './loadBalancerTags.ts';
import { type InventoryClients, inParallel, type ReadErrors, toJson } from './reading.ts';

/** Row L16. */
const ARNS_A_CALL = 20;

/**
 * The target groups of these ARNs with their attributes, and every listener and rule of the load balancers that they hang on; with the
 * tags of the groups, and of the rules and listeners that lead to them.
 */
export async function readLoadBalancers(
  clients: Pick<InventoryClients, 'elbv2'>,
  targetGroupArns: readonly string[],
  errors: ReadErrors,
): Promise<EstateExport['elbv2']> {
  const client = clients.elbv2;
  const groups = await inParallel(inBatches([...new Set(targetGroupArns)], ARNS_A_CALL), (TargetGroupArns) =>
    errors.tolerate(
      'elasticloadbalancing:DescribeTargetGroups',
      TargetGroupArns.join(', '),
      () =>
        everyPage(async (Marker) => {
          const page = await client.send(new DescribeTargetGroupsCommand({ TargetGroupArns, Marker }));
          return { items: page.TargetGroups, next: page.NextMarker };
        }),
      [],
    ),
  );
  const targetGroups = groups.flat();
  const attributes = await inParallel(targetGroups, async ({ TargetGroupArn = '' }) => {
    const found = await errors.tolerate(
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      TargetGroupArn,
      async () => (await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }))).Attributes ?? [],
      [],
    );
    return [TargetGroupArn, found] as const;
  });
  const balancerArns = [...new Set(targetGroups.flatMap((group) => group.LoadBalancerArns ?? []))];
  const balancers = await inParallel(inBatches(balancerArns, ARNS_A_CALL), (LoadBalancerArns) =>
    errors.tolerate(
      'elasticloadbalancing:DescribeLoadBalancers',
      LoadBalancerArns.join(', '),
      () =>
        everyPage(async (Marker) => {
          const page = await client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns, Marker }));
          return { items: page.LoadBalancers, next: page.NextMarker };
        }),
      [],
    ),
  );
  const listeners = await inParallel(balancerArns, (LoadBalancerArn) =>
    errors.tolerate(
      'elasticloadbalancing:DescribeListeners',
      LoadBalancerArn,
      () =>
        everyPage(async (Marker) => {
          const page = await client.send(new DescribeListenersCommand({ LoadBalancerArn, Marker }));
          return { items: page.Listeners, next: page.NextMarker };
        }),
      [],
    ),
  );
  const rules = await inParallel(listeners.flat(), ({ ListenerArn = '' }) =>
    errors.tolerate(
      'elasticloadbalancing:DescribeRules',
      ListenerArn,
      async () => {
        const found = await everyPage(async (Marker) => {
          const page = await client.send(new DescribeRulesCommand({ ListenerArn, Marker }));
          return { items: page.Rules, next: page.NextMarker };
        });
        return found.map((rule) => ({ ...rule, ListenerArn }));
      },
      [],
    ),
  );
  const arns = targetGroups.flatMap((group) => group.TargetGroupArn ?? []);
  const leads = (actions: Parameters<typeof forwardTargets>[0] = []): boolean =>
    forwardTargets(actions).some((arn) => arns.includes(arn));
  // A default rule is its listener's, and so are its tags.
  const leading = [
    ...rules.flat().filter(({ IsDefault, Actions }) => IsDefault !== true && leads(Actions)),
    ...listeners.flat().filter(({ DefaultActions }) => leads(DefaultActions)),
  ].flatMap((one) => ('RuleArn' in one ? one.RuleArn : one.ListenerArn) ?? []);
  const tags = await readLoadBalancerTags(clients, [...arns, ...leading], errors);
  return toJson({
    loadBalancers: balancers.flat(),
    listeners: listeners.flat(),
    rules: rules.flat().map(withoutProbeValue),
    targetGroups,
    targetGroupAttributes: Object.fromEntries(attributes),
    tags,
  });
}
