import type { ScalableTarget, SuspendedState } from '@aws-sdk/client-application-auto-scaling';
import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { activeService } from './activeService.ts';
import type { AwsClients } from './clients.ts';

/** The key of an ECS service's scaling (row P1). */
export const targetKey = (resourceId: string) =>
  ({ ServiceNamespace: 'ecs', ResourceId: resourceId, ScalableDimension: 'ecs:service:DesiredCount' }) as const;

export async function findScalableTarget(clients: AwsClients, resourceId: string): Promise<ScalableTarget | undefined> {
  const look = clients.reader?.look();
  if (look !== undefined) return look.load(look.reader.scalableTargets, resourceId);
  const { ServiceNamespace, ResourceId, ScalableDimension } = targetKey(resourceId);
  const { ScalableTargets } = await clients.autoScaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace, ResourceIds: [ResourceId], ScalableDimension }),
  );
  return ScalableTargets?.find((target) => target.ResourceId === resourceId);
}

/** All three flags; absent is not suspended. */
export const flagsOf = (state: SuspendedState | undefined): Required<{ [Flag in keyof SuspendedState]: boolean }> => ({
  DynamicScalingInSuspended: state?.DynamicScalingInSuspended ?? false,
  DynamicScalingOutSuspended: state?.DynamicScalingOutSuspended ?? false,
  ScheduledScalingSuspended: state?.ScheduledScalingSuspended ?? false,
});

/** Nothing moves the count, and no minimum stands in the way of 0: in one call, for suspended alone a minimum would (rows P2, P3). */
export const ASLEEP = {
  MinCapacity: 0,
  SuspendedState: {
    DynamicScalingInSuspended: true,
    DynamicScalingOutSuspended: true,
    ScheduledScalingSuspended: true,
  },
};

export const isAsleep = ({
  MinCapacity,
  SuspendedState,
}: Pick<ScalableTarget, 'MinCapacity' | 'SuspendedState'>): boolean =>
  MinCapacity === 0 && Object.values(flagsOf(SuspendedState)).every(Boolean);

/** The desired count of the service behind `service/<cluster>/<name>`; `undefined` when it is not there. */
export async function desiredCountOf(clients: AwsClients, resourceId: string): Promise<number | undefined> {
  const [, cluster = '', name = ''] = resourceId.split('/');
  return (await activeService(clients, cluster, name))?.desiredCount;
}
