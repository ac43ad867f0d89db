import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import { RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import type { ScalingFreezeResource } from '../../assess/model.ts';
import type { RaisedFloor } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import { desiredCountOf, findScalableTarget, targetKey } from '../scalableTargets.ts';

/**
 * Raises blue's minimum, so that AWS starts what its count is short of (row P2). Its flags stay as they are. Never above its maximum as it is
 * now; no call where the count is high enough already, or the minimum is: what a person has made of the count below it is theirs.
 *
 * @returns `undefined` where nothing was to be raised
 */
export async function raiseFloor(
  clients: AwsClients,
  { resourceId }: ScalingFreezeResource,
  floor: number,
): Promise<RaisedFloor | undefined> {
  const target = await findScalableTarget(clients, resourceId);
  if (target === undefined) return undefined;
  const { MinCapacity: from = 0, MaxCapacity: max = floor } = target;
  const to = Math.min(floor, max);
  const desired = await desiredCountOf(clients, resourceId);
  if (desired === undefined || desired >= to || from >= to) return undefined;
  await clients.autoScaling.send(new RegisterScalableTargetCommand({ ...targetKey(resourceId), MinCapacity: to }));
  return { from, to };
}

/** Whether blue's minimum is one that Meshlift may have raised it to. Any other is the user's, and stays. */
export function isRaised({ blue, floor }: ScalingFreezeResource, { MinCapacity: min = 0 }: ScalableTarget): boolean {
  return floor !== undefined && min > (blue.target.MinCapacity ?? 0) && min <= floor;
}
