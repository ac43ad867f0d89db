import {
  DescribeServicesCommand,
  UpdateServiceCommand,
  type Service,
  type ServiceRegistry,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { ListInstancesCommand } from '@aws-sdk/client-servicediscovery';
import type { RegistryHandOver } from '../assess/model.ts';
import { lastPart } from '../estate/order.ts';
import { canonicalJson } from '../plan/canonical.ts';
import { all, fail, pass, wait, type Verdict } from '../plan/verdict.ts';
import type { GreenRegistries, Owner } from '../reconciler/ports.ts';
import type { AwsClients } from './clients.ts';
import { translated } from './errors.ts';
import { foreignWhy, isOwned } from './ownership.ts';
import { everyPage } from './pages.ts';
import { refuseForeign } from './resources/kind.ts';

export const REGISTRY_ACTIONS = [
  'ecs:DescribeServices',
  'ecs:UpdateService',
  'servicediscovery:ListInstances',
] as const;

/**
 * Green's service in blue's Cloud Map service. What is changed starts a deployment, with new tasks before old ones stop (row E40); an
 * empty list takes a service out again (row E41).
 */
export function createGreenRegistries(clients: AwsClients): GreenRegistries {
  const update = (
    handOver: RegistryHandOver,
    change: Pick<UpdateServiceCommandInput, 'serviceRegistries' | 'deploymentConfiguration'>,
  ) => clients.ecs.send(new UpdateServiceCommand({ cluster: handOver.clusterArn, service: handOver.green, ...change }));

  return {
    register: (handOver, owner) =>
      translated(async () => {
        const found = await describe(clients, handOver);
        if (found === undefined) return 'unchanged';
        refuseOthers(found, handOver, owner);
        const serviceRegistries = handOver.registries.map(({ input }) => input);
        if (!same(found.serviceRegistries ?? [], serviceRegistries)) {
          const deploymentConfiguration = { ...handOver.deployment, ...GENTLE };
          await update(handOver, {
            serviceRegistries,
            ...(needsGentleness(handOver, found) ? { deploymentConfiguration } : {}),
          });
          return 'registered';
        }
        if (!isGentle(handOver, found) || steadyVerdict(found, '', '').verdict !== 'pass') return 'unchanged';
        await update(handOver, { deploymentConfiguration: handOver.deployment });
        return 'restored';
      }),

    registered: (handOver) =>
      translated(async () => {
        const { green, registries } = handOver;
        const names = registries.map(({ name }) => name).join(', ');
        const found = await describe(clients, handOver);
        if (found === undefined) return wait(`${green} is not there`);
        const wanted = registries.map(({ input }) => input);
        if (!same(found.serviceRegistries ?? [], wanted)) return wait(`${green} does not register in ${names} yet`);
        const steady = steadyVerdict(found, green, names);
        if (steady.verdict !== 'pass') return steady;
        const counted: Verdict[] = [];
        for (const { cloudMapServiceId, name } of registries) {
          const there = await instancesOf(clients, cloudMapServiceId, handOver);
          const running = found.runningCount ?? 0;
          counted.push(
            there >= running
              ? pass(`${there} tasks of ${green} are in ${name}`)
              : wait(`${there} of ${running} tasks of ${green} are in ${name}`),
          );
        }
        if (isGentle(handOver, found)) counted.push(wait(`the deployment configuration of ${green} is to be put back`));
        return all(counted, steady);
      }),

    withdraw: (handOver, owner) =>
      translated(async () => {
        const found = await describe(clients, handOver);
        if (found?.status !== 'ACTIVE' || !isOwned(found.tags, owner)) return false;
        const ours = new Set(handOver.registries.map(({ input }) => input.registryArn));
        const current = found.serviceRegistries ?? [];
        const left = current.filter(({ registryArn }) => !ours.has(registryArn));
        if (left.length < current.length) {
          await update(handOver, { serviceRegistries: left });
          return true;
        }
        if (!isGentle(handOver, found) || steadyVerdict(found, '', '').verdict !== 'pass') return false;
        await update(handOver, { deploymentConfiguration: handOver.deployment });
        return true;
      }),

    withdrawn: (handOver, owner) =>
      translated(async () => {
        const { green, registries } = handOver;
        const found = await describe(clients, handOver);
        if (found?.status !== 'ACTIVE' || !isOwned(found.tags, owner)) return pass(`${green} is not there`);
        const ours = new Set(registries.map(({ input }) => input.registryArn));
        if ((found.serviceRegistries ?? []).some(({ registryArn }) => ours.has(registryArn))) {
          return wait(`${green} still registers in ${registries.map(({ name }) => name).join(', ')}`);
        }
        return isGentle(handOver, found)
          ? wait(`the deployment configuration of ${green} is to be put back`)
          : pass(`${green} registers in none of blue's names`);
      }),
  };
}

/** Green carries all traffic: new tasks run before old ones stop, whatever its own deployments may do. */
const GENTLE = { minimumHealthyPercent: 100, maximumPercent: 200 } as const;

/** A daemon's tasks cannot run twice on an instance. */
function needsGentleness({ deployment }: RegistryHandOver, { schedulingStrategy }: Service): boolean {
  const { minimumHealthyPercent = 100, maximumPercent = 200 } = deployment;
  return schedulingStrategy !== 'DAEMON' && (minimumHealthyPercent < 100 || maximumPercent <= 100);
}

/** Green is still deployed as it was for this, and not as its own bounds say. */
const isGentle = (handOver: RegistryHandOver, found: Service): boolean =>
  needsGentleness(handOver, found) &&
  found.deploymentConfiguration?.minimumHealthyPercent === GENTLE.minimumHealthyPercent &&
  found.deploymentConfiguration.maximumPercent === GENTLE.maximumPercent;

async function describe(clients: AwsClients, { clusterArn, green }: RegistryHandOver): Promise<Service | undefined> {
  const { services = [] } = await clients.ecs.send(
    new DescribeServicesCommand({ cluster: clusterArn, services: [green], include: ['TAGS'] }),
  );
  const found = services.find((one) => one.serviceName === green);
  return found === undefined || found.status === 'INACTIVE' ? undefined : found;
}

function refuseOthers(found: Service, { green }: RegistryHandOver, owner: Owner): void {
  if (isOwned(found.tags, owner)) return;
  refuseForeign('ecs:UpdateService', `service/${green}`, foreignWhy(`service ${green}`, found.tags));
}

function steadyVerdict(
  { deployments = [], runningCount = 0, desiredCount = 0 }: Service,
  green: string,
  names: string,
) {
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  const why = primary?.rolloutStateReason ?? 'no deployment yet';
  if (primary?.rolloutState === 'FAILED')
    return fail(`the tasks of ${green} that were to register in ${names} did not start: ${why}`);
  return primary?.rolloutState === 'COMPLETED' && deployments.length === 1 && runningCount === desiredCount
    ? pass(`${green} runs ${runningCount} of ${desiredCount}`)
    : wait(`${green} is being deployed, to register in ${names}: ${why}`);
}

/** ECS writes the names of the service and its cluster on every instance that it registers. */
async function instancesOf(clients: AwsClients, ServiceId: string, handOver: RegistryHandOver): Promise<number> {
  const instances = await everyPage(async (NextToken) => {
    const page = await clients.serviceDiscovery.send(
      new ListInstancesCommand({ ServiceId, MaxResults: 100, NextToken }),
    );
    return { items: page.Instances, next: page.NextToken };
  });
  const cluster = lastPart(handOver.clusterArn);
  return instances.filter(
    ({ Attributes = {} }) =>
      Attributes['ECS_SERVICE_NAME'] === handOver.green && Attributes['ECS_CLUSTER_NAME'] === cluster,
  ).length;
}

const same = (left: readonly ServiceRegistry[], right: readonly ServiceRegistry[]): boolean =>
  canonicalJson(inOrder(left)) === canonicalJson(inOrder(right));

/** A set, told without what is not there: AWS answers it in any order. */
const inOrder = (registries: readonly ServiceRegistry[]): string[] =>
  registries
    .map(({ registryArn, port, containerName, containerPort }) =>
      canonicalJson([registryArn ?? null, port ?? null, containerName ?? null, containerPort ?? null]),
    )
    .toSorted();
