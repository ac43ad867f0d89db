import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import type { EstateExport } from '../../estate/export.ts';
import { everyPage, inBatches } from '../pages.ts';
import { type InventoryClients, inParallel, type ReadErrors, toJson } from './reading.ts';

const IDS_A_CALL = 50;
const ECS = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;

/**
 * What scales the services of these ids (`service/<cluster>/<service>`, row P1): targets, policies, scheduled actions.
 * A service without a scalable target is asked for nothing more.
 */
export async function readAutoScaling(
  clients: Pick<InventoryClients, 'autoScaling'>,
  resourceIds: readonly string[],
  errors: ReadErrors,
): Promise<NonNullable<EstateExport['autoScaling']>> {
  const client = clients.autoScaling;
  const found = await inParallel(inBatches(resourceIds, IDS_A_CALL), (ResourceIds) =>
    errors.tolerate(
      'application-autoscaling:DescribeScalableTargets',
      ResourceIds.join(', '),
      () =>
        everyPage(async (NextToken) => {
          const page = await client.send(new DescribeScalableTargetsCommand({ ...ECS, ResourceIds, NextToken }));
          return { items: page.ScalableTargets, next: page.NextToken };
        }),
      [],
    ),
  );
  const targets = found.flat();
  const scaled = targets.flatMap((target) => target.ResourceId ?? []);
  const policies = await inParallel(scaled, (ResourceId) =>
    errors.tolerate(
      'application-autoscaling:DescribeScalingPolicies',
      ResourceId,
      () =>
        everyPage(async (NextToken) => {
          const page = await client.send(new DescribeScalingPoliciesCommand({ ...ECS, ResourceId, NextToken }));
          return { items: page.ScalingPolicies, next: page.NextToken };
        }),
      [],
    ),
  );
  const scheduledActions = await inParallel(scaled, (ResourceId) =>
    errors.tolerate(
      'application-autoscaling:DescribeScheduledActions',
      ResourceId,
      () =>
        everyPage(async (NextToken) => {
          const page = await client.send(new DescribeScheduledActionsCommand({ ...ECS, ResourceId, NextToken }));
          return { items: page.ScheduledActions, next: page.NextToken };
        }),
      [],
    ),
  );
  return toJson({ targets, policies: policies.flat(), scheduledActions: scheduledActions.flat() });
}
