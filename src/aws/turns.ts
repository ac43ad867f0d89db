import { RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { ScalingRecord } from '../assess/model.ts';
import type { TurnReading } from '../machines/gates/turns.ts';
import type { Owner, TurnTaking } from '../reconciler/ports.ts';
import type { AwsClients } from './clients.ts';
import { hasCode, translated } from './errors.ts';
import { isOwned } from './ownership.ts';
import { everyPage, inBatches } from './pages.ts';
import { ASLEEP, findScalableTarget, flagsOf, isAsleep, targetKey } from './scalableTargets.ts';

export const TURN_ACTIONS = [
  'application-autoscaling:DescribeScalableTargets',
  'application-autoscaling:RegisterScalableTarget',
  'ecs:DescribeServices',
  'ecs:DescribeTasks',
  'ecs:ListTasks',
  'ecs:UpdateService',
] as const;

/** DescribeTasks takes a hundred (row E28). */
const TASKS_MAX = 100;

const nameOf = (clusterArn: string): string => clusterArn.split('/').at(-1) ?? '';

/** The sides of a service that never run both. Every call may be made twice. */
export function createTurnTaking(clients: AwsClients): TurnTaking {
  const setCount = (cluster: string | undefined, service: string, desiredCount: number) =>
    clients.ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount }));

  return {
    read: (clusterArn, service, owner) => translated(() => read(clients, clusterArn, service, owner)),

    startGreen: (resource, count, scaling) =>
      translated(async () => {
        await setCount(resource.input.cluster, resource.name, count);
        // Only now: with a minimum above the count this very call would start tasks (row P2).
        if (scaling !== undefined) await wake(clients, scaling.resourceId, scaling.blue);
      }),

    stopGreen: (resource, scaling) =>
      translated(async () => {
        if (scaling !== undefined) await sleep(clients, scaling.resourceId);
        await setCount(resource.input.cluster, resource.name, 0);
      }),

    restartBlue: (blue) =>
      translated(async () => {
        await setCount(blue.service.clusterArn, blue.name, blue.service.desiredCount ?? 0);
        const clusterArn = blue.service.clusterArn ?? '';
        if (blue.scaling !== undefined) {
          await wake(clients, `service/${nameOf(clusterArn)}/${blue.name}`, blue.scaling);
        }
      }),
  };
}

async function read(
  clients: AwsClients,
  clusterArn: string,
  service: string,
  owner: Owner | undefined,
): Promise<TurnReading> {
  const { services = [] } = await clients.ecs.send(
    new DescribeServicesCommand({ cluster: clusterArn, services: [service], include: ['TAGS'] }),
  );
  const found = services.find((one) => one.serviceName === service && one.status !== 'INACTIVE');
  const isForeign = found !== undefined && owner !== undefined && !isOwned(found.tags, owner);
  if (found === undefined || isForeign) {
    return {
      service,
      exists: false,
      desired: 0,
      // ECS may leave a service out of an answer that is there: what has tasks has not stopped, whatever it is said to be.
      alive: isForeign ? 0 : await tasksAlive(clients, clusterArn, service),
      steady: false,
      failed: undefined,
      scaling: 'none',
      why: `${service} ${isForeign ? "is not this plan's" : 'does not exist'}`,
    };
  }
  const desired = found.desiredCount ?? 0;
  const running = found.runningCount ?? 0;
  const [primary, ...others] = found.deployments ?? [];
  const target = await findScalableTarget(clients, `service/${nameOf(clusterArn)}/${service}`);
  // The service's own counts leave out what is stopping, and a list of tasks may be older than they are.
  const alive = Math.max(await tasksAlive(clients, clusterArn, service), running + (found.pendingCount ?? 0));
  return {
    service,
    exists: true,
    desired,
    alive,
    steady:
      found.status === 'ACTIVE' &&
      primary?.rolloutState === 'COMPLETED' &&
      others.length === 0 &&
      running === desired &&
      alive === desired,
    failed: primary?.rolloutState === 'FAILED' ? (primary.rolloutStateReason ?? 'its deployment failed') : undefined,
    scaling: target === undefined ? 'none' : isAsleep(target) ? 'asleep' : 'awake',
    why: `${running} of ${desired} tasks run`,
  };
}

/** A task that is to stop works on until it has ended, and only `lastStatus` tells that. */
async function tasksAlive(clients: AwsClients, cluster: string, serviceName: string): Promise<number> {
  const list = async (desiredStatus: 'RUNNING' | 'STOPPED'): Promise<string[]> => {
    try {
      return await everyPage(async (nextToken) => {
        const page = await clients.ecs.send(new ListTasksCommand({ cluster, serviceName, desiredStatus, nextToken }));
        return { items: page.taskArns, next: page.nextToken };
      });
    } catch (error) {
      if (hasCode(error, 'ServiceNotFoundException', 'ServiceNotActiveException')) return [];
      throw error;
    }
  };
  const wanted = await list('RUNNING');
  const stopping: string[] = [];
  for (const tasks of inBatches(await list('STOPPED'), TASKS_MAX)) {
    const { tasks: described = [] } = await clients.ecs.send(new DescribeTasksCommand({ cluster, tasks }));
    stopping.push(...described.filter((task) => task.lastStatus !== 'STOPPED').map((task) => task.taskArn ?? ''));
  }
  return new Set([...wanted, ...stopping]).size;
}

async function sleep(clients: AwsClients, resourceId: string): Promise<void> {
  const target = await findScalableTarget(clients, resourceId);
  if (target === undefined || isAsleep(target)) return;
  await clients.autoScaling.send(new RegisterScalableTargetCommand({ ...targetKey(resourceId), ...ASLEEP }));
}

/** As it was recorded, and kept from scaling in, as everything is until blue goes. What does not sleep is left as it is. */
async function wake(
  clients: AwsClients,
  resourceId: string,
  { target: recorded }: Pick<ScalingRecord, 'target'>,
): Promise<void> {
  const target = await findScalableTarget(clients, resourceId);
  if (target === undefined || !isAsleep(target)) return;
  await clients.autoScaling.send(
    new RegisterScalableTargetCommand({
      ...targetKey(resourceId),
      MinCapacity: recorded.MinCapacity,
      SuspendedState: { ...flagsOf(recorded.SuspendedState), DynamicScalingInSuspended: true },
    }),
  );
}
