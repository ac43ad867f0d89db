import { PutScalingPolicyCommand, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { CreateVirtualNodeCommand } from '@aws-sdk/client-app-mesh';
import { createServiceLike } from '../../serviceLike.ts';
import { CLUSTER } from './manifest.ts';
import type { OperatorWorld } from './operatorWorld.ts';

const SETTLE_MS = 60_000;

/** A service of the mesh that nobody calls and nothing balances: it takes work by itself. Two tasks, scaled between 2 and 5. */
export async function addWorker(world: OperatorWorld): Promise<void> {
  const { ecs, autoScaling } = world.person;
  const appMesh = await world.person.appMesh();
  await appMesh.send(new CreateVirtualNodeCommand({ meshName: 'shop', virtualNodeName: 'worker-vn', spec: {} }));
  await createServiceLike(ecs, 'stock-api', { name: 'worker', virtualNode: 'worker-vn', desiredCount: 2 });
  const target = {
    ServiceNamespace: 'ecs' as const,
    ResourceId: `service/${CLUSTER}/worker`,
    ScalableDimension: 'ecs:service:DesiredCount' as const,
  };
  await autoScaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 2, MaxCapacity: 5 }));
  await autoScaling.send(
    new PutScalingPolicyCommand({
      ...target,
      PolicyName: 'worker-cpu',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 90,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    }),
  );
  await world.clock.advanceAsync(SETTLE_MS);
}

/** Tasks of a service that have not ended, those that stop among them. */
export const alive = (world: OperatorWorld, service: string): number => world.simulated.tasks.of(service).length;

/** How long a worker works on after it was told to stop, lab time. */
const STOP_MS = 20_000;

/**
 * From now on workers finish what they have in hand before they end, and every start of one beside a task of the other side is
 * written down.
 *
 * @param greenStarts whether green's workers come up
 */
export function watchTurns(world: OperatorWorld, greenStarts: 'run' | 'crash' = 'run'): string[] {
  const together: string[] = [];
  world.simulated.tasks.behave(({ serviceName }) => {
    if (serviceName !== 'worker' && serviceName !== 'worker-sc') return { start: 'run' };
    const other = serviceName === 'worker' ? 'worker-sc' : 'worker';
    if (alive(world, other) > 0) together.push(`${serviceName} beside ${alive(world, other)} of ${other}`);
    return { start: serviceName === 'worker-sc' ? greenStarts : 'run', stopMs: STOP_MS };
  });
  return together;
}
