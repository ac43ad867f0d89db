import {
  DeregisterScalableTargetCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import type { Service } from '@aws-sdk/client-ecs';
import { DeleteServiceCommand, DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { BlueService } from '../estate/model.ts';
import { fail, pass, unknown, wait, type Verdict } from '../plan/verdict.ts';
import { AwsCallError, type BlueRetirement } from '../reconciler/ports.ts';
import type { AwsClients } from './clients.ts';
import { hasCode, says, translated, whyOf } from './errors.ts';
import { meshRemoved, removeMesh } from './meshRemoval.ts';
import { ASLEEP, findScalableTarget, isAsleep, targetKey } from './scalableTargets.ts';

export const RETIREMENT_ACTIONS = [
  'application-autoscaling:DeregisterScalableTarget',
  'application-autoscaling:DescribeScalableTargets',
  'application-autoscaling:RegisterScalableTarget',
  'ecs:DeleteService',
  'ecs:DescribeServices',
  'ecs:UpdateService',
] as const;

/** The blue service as it is now. One of its name that was made later is another (row E3), and is not ours to take away. */
async function describe(clients: AwsClients, blue: BlueService): Promise<Service | undefined> {
  const { services = [] } = await clients.ecs.send(
    new DescribeServicesCommand({ cluster: blue.service.clusterArn, services: [blue.name] }),
  );
  const found = services.find((one) => one.serviceName === blue.name);
  if (found === undefined || found.status === 'INACTIVE') return undefined;
  const recordedAt = blue.service.createdAt;
  const createdAt = found.createdAt;
  if (recordedAt !== undefined && createdAt !== undefined && createdAt.getTime() !== Date.parse(recordedAt)) {
    throw new AwsCallError(
      'ecs:DescribeServices',
      'AnotherService',
      'conflict',
      `Service ${blue.name} was made at ${createdAt.toISOString()} and is not the one that was recorded (${recordedAt}). It was not touched; delete the plan if it is to stay.`,
    );
  }
  return found;
}

const resourceIdOf = (blue: BlueService): string =>
  `service/${(blue.service.clusterArn ?? '').split('/').at(-1) ?? ''}/${blue.name}`;

const isDaemon = (blue: BlueService): boolean => blue.service.schedulingStrategy === 'DAEMON';

/** A look at the world as a verdict: an error of AWS is `unknown`, as is a look that had to wait too long; a refusal of our own `fail`. */
async function judged(look: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await look();
  } catch (error) {
    return error instanceof AwsCallError && error.kind === 'conflict' ? fail(error.message) : unknown(whyOf(error));
  }
}

export function createBlueRetirement(clients: AwsClients): BlueRetirement {
  const setDesiredCount = (blue: BlueService, desiredCount: number) =>
    clients.ecs.send(new UpdateServiceCommand({ cluster: blue.service.clusterArn, service: blue.name, desiredCount }));

  return {
    scaleDown: (blue) =>
      translated(async () => {
        const found = await describe(clients, blue);
        if (found === undefined || isDaemon(blue)) return;
        const target = await findScalableTarget(clients, resourceIdOf(blue));
        if (target !== undefined && !isAsleep(target)) {
          await clients.autoScaling.send(
            new RegisterScalableTargetCommand({ ...targetKey(resourceIdOf(blue)), ...ASLEEP }),
          );
        }
        if (found.desiredCount !== 0) await setDesiredCount(blue, 0);
      }),

    scaledDown: (blue) =>
      judged(async () => {
        const found = await describe(clients, blue);
        if (found === undefined) return pass(`${blue.name} is gone`);
        if (isDaemon(blue)) return pass(`${blue.name} is a daemon and has no count: it ends with its service (row E8)`);
        const { desiredCount = 0, runningCount = 0, pendingCount = 0 } = found;
        return desiredCount + runningCount + pendingCount === 0
          ? pass(`${blue.name} runs nothing`)
          : wait(`${blue.name} still runs ${runningCount} of ${desiredCount}`);
      }),

    remove: (blue) =>
      translated(async () => {
        const found = await describe(clients, blue);
        if ((await findScalableTarget(clients, resourceIdOf(blue))) !== undefined) {
          try {
            await clients.autoScaling.send(new DeregisterScalableTargetCommand(targetKey(resourceIdOf(blue))));
          } catch (error) {
            if (!hasCode(error, 'ObjectNotFoundException')) throw error;
          }
        }
        if (found?.status !== 'ACTIVE') return;
        try {
          await clients.ecs.send(
            new DeleteServiceCommand({ cluster: blue.service.clusterArn, service: blue.name, force: true }),
          );
        } catch (error) {
          // Row E6: asked again at the next reconcile, until `removed` passes.
          const isLate = hasCode(error, 'ServiceNotFoundException') || says(error, 'while deployments are active');
          if (!isLate) throw error;
        }
      }),

    removed: (blue) =>
      judged(async () => {
        const found = await describe(clients, blue);
        if (found !== undefined) return wait(`${blue.name} is ${found.status ?? 'still there'}`);
        const target = await findScalableTarget(clients, resourceIdOf(blue));
        return target === undefined
          ? pass(`${blue.name} is gone`)
          : wait(`${blue.name} is gone, its scalable target is not`);
      }),

    removeMesh: (resource) => translated(() => removeMesh(clients, resource)),
    meshRemoved: (resources) => judged(() => meshRemoved(clients, resources)),

    revive: (blue) =>
      translated(async () => {
        if (isDaemon(blue)) return;
        await setDesiredCount(blue, blue.service.desiredCount ?? 0);
      }),
  };
}
