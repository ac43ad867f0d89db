import type { Service } from '@aws-sdk/client-ecs';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import type { ServiceHealth } from '../reconciler/ports.ts';
import type { AwsClients } from './clients.ts';
import { inBatches } from './pages.ts';
import { seenTargetCounts } from './routers/targetHealth.ts';

export const HEALTH_ACTIONS = ['ecs:DescribeServices', 'elasticloadbalancing:DescribeTargetHealth'] as const;

/** DescribeServices takes ten (row E26). */
const SERVICES_MAX = 10;

/** One answer a service, in the order given. Target groups `without` which it is asked for are not looked at. */
export async function readHealth(
  clients: AwsClients,
  clusterArn: string,
  services: readonly string[],
  without: ReadonlySet<string> = new Set(),
): Promise<ServiceHealth[]> {
  const found = await findServices(clients, clusterArn, services);
  return Promise.all(services.map((name) => healthOf(clients, name, found.get(name), without)));
}

async function findServices(
  clients: AwsClients,
  clusterArn: string,
  services: readonly string[],
): Promise<Map<string, Service>> {
  const found = new Map<string, Service>();
  const look = clients.reader?.look();
  if (look !== undefined) {
    const { services: shared } = look.reader;
    const read = await Promise.all(services.map((name) => look.load(shared, { cluster: clusterArn, name })));
    for (const one of read) if (one?.serviceName !== undefined) found.set(one.serviceName, one);
    return found;
  }
  for (const batch of inBatches(services, SERVICES_MAX)) {
    const answer = await clients.ecs.send(new DescribeServicesCommand({ cluster: clusterArn, services: batch }));
    // Unknown names are in `failures`, not an error (row E9).
    for (const one of answer.services ?? []) if (one.serviceName !== undefined) found.set(one.serviceName, one);
  }
  return found;
}

/** What ECS says of a service that bears on its targets: where none of it has changed, hardly anything about them has. */
const witnessOf = ({ desiredCount, runningCount, pendingCount, deployments = [], events = [] }: Service): string =>
  JSON.stringify([
    desiredCount,
    runningCount,
    pendingCount,
    deployments.map(({ id, status, rolloutState, runningCount: running, failedTasks }) => [
      id,
      status,
      rolloutState,
      running,
      failedTasks,
    ]),
    events[0]?.id,
  ]);

async function healthOf(
  clients: AwsClients,
  name: string,
  service: Service | undefined,
  without: ReadonlySet<string>,
): Promise<ServiceHealth> {
  if (service === undefined || service.status === 'INACTIVE') {
    return {
      service: name,
      exists: false,
      isMissing: service === undefined,
      desired: 0,
      running: 0,
      healthy: 0,
      checked: true,
      taskDefinition: '',
      steady: false,
      why: `${name} does not exist`,
    };
  }
  const desired = service.desiredCount ?? 0;
  const running = service.runningCount ?? 0;
  const groups = (service.loadBalancers ?? [])
    .flatMap((one) => one.targetGroupArn ?? [])
    .filter((arn) => !without.has(arn));
  const counts = await Promise.all(groups.map((arn) => seenTargetCounts(clients, arn, witnessOf(service))));
  const healthy = counts.reduce((least, { healthy }) => Math.min(least, healthy), running);

  const [primary, ...others] = service.deployments ?? [];
  const deployed = primary?.rolloutState === 'COMPLETED' && others.length === 0;
  const steady = service.status === 'ACTIVE' && deployed && running === desired;
  const parts = [
    `${name} runs ${running} of ${desired}`,
    ...(groups.length === 0 ? [] : [`targets: ${counts.map(({ words }) => words).join(' / ')}`]),
    ...(service.status === 'ACTIVE' ? [] : [`it is ${service.status ?? 'of unknown status'}`]),
    ...(deployed ? [] : [primary?.rolloutStateReason ?? 'a deployment is under way']),
  ];
  const checked = counts.every(({ registered, unjudged }) => registered === 0 || unjudged < registered);
  return {
    service: name,
    exists: true,
    desired,
    running,
    healthy,
    checked,
    steady,
    taskDefinition: service.taskDefinition ?? '',
    why: parts.join('; '),
  };
}
