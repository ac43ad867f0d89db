import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { AWS_LIKE_DELAYS } from '../../../lab/delays.ts';
import { CLUSTER, PLAN, type PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';
import { addWorker, watchTurns } from './worker.ts';

const NAMES = ['frontend', 'stock-api', 'user-api', 'worker'];
export const servicesOf = (cutover: 'exclusive' | 'manual') => ({
  ...Object.fromEntries(NAMES.map((name) => [name, {}])),
  worker: { cutover },
});
export const PLAN_OF_TURNS: PlanChanges = {
  steps: [
    { weight: 50, bake: '1m' },
    { weight: 100, bake: '1m' },
  ],
  services: servicesOf('exclusive'),
};

export async function worldOfTurns(
  changes: PlanChanges = {},
  appMesh: 'App Mesh answers' | 'App Mesh is gone' = 'App Mesh answers',
  wire = true,
): Promise<{ world: OperatorWorld; together: string[] }> {
  const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS, settings: { tickMs: 5_000 }, wire });
  const together = watchTurns(world);
  await addWorker(world);
  if (appMesh === 'App Mesh is gone') world.simulated.faults.set('app-mesh-gone', true);
  await world.apply({ ...PLAN_OF_TURNS, ...changes });
  return { world, together };
}

export const scalingOf = async (world: OperatorWorld, service: string) => {
  const { ScalableTargets = [] } = await world.person.autoScaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [`service/${CLUSTER}/${service}`] }),
  );
  const [target] = ScalableTargets;
  return target === undefined
    ? undefined
    : { ...target.SuspendedState, min: target.MinCapacity, max: target.MaxCapacity };
};

export const abort = (world: OperatorWorld) =>
  world.requests.requestAbort(PLAN, { by: 'someone', at: world.clock.now(), why: 'a drill' });
