import type { EstateClients, Estate, EstateSurroundings } from '../estate.ts';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { until } from '../until.ts';
import { createEdge } from './edge.ts';
import { createMesh } from './mesh.ts';
import { CLUSTER, MESH, SERVICES } from './names.ts';
import { createRegistries } from './registries.ts';
import { createServices } from './services.ts';
import { ALARMS, createAlarms, createScaling } from './watch.ts';

const TIMEOUT_MS = 60_000;

/**
 * Makes AWS's own example, three services on App Mesh, through the public API alone, as a person would. Resolves when every
 * service is steady, every target healthy, every alarm OK, and the load balancer answers 200. Throws when that takes too long.
 */
export async function createShop(surroundings: EstateSurroundings): Promise<Estate> {
  const { clients, account, urlOf } = surroundings;
  const say = surroundings.say ?? (() => {});
  const deadlineMs = performance.now() + (surroundings.timeoutMs ?? TIMEOUT_MS);

  await createMesh(clients.appMesh);
  say(`mesh ${MESH}`);
  const registries = await createRegistries(clients.cloudMap, deadlineMs);
  say('Cloud Map services');
  const edge = await createEdge(clients.elbv2);
  say('load balancer');
  const clusterArn = await createServices({
    ecs: clients.ecs,
    account,
    registries,
    targetGroupArn: edge.targetGroupArn,
  });
  await createScaling(clients.autoScaling, edge);
  await createAlarms(clients.cloudWatch, edge);
  say(`services ${SERVICES.map(({ name }) => name).join(', ')}`);

  await steady(clients, edge.targetGroupArn, deadlineMs);
  const url = await until('The load balancer of the shop', deadlineMs, async () => {
    const base = urlOf(edge.listenerArn);
    return base === undefined ? 'no listener takes connections' : answersOk(base);
  });
  say(`the shop is open at ${url}`);
  await surroundings.steady?.();
  return {
    ...edge,
    clusterName: CLUSTER,
    clusterArn,
    meshName: MESH,
    url,
    serviceNames: SERVICES.map(({ name }) => name),
    alarmNames: [...ALARMS],
  };
}

async function answersOk(url: string): Promise<{ value: string } | string> {
  try {
    const response = await fetch(url);
    const text = await response.text();
    return response.status === 200 ? { value: url } : `it answers ${response.status} ${text}`;
  } catch (error) {
    return String(error);
  }
}

async function steady(clients: EstateClients, targetGroupArn: string, deadlineMs: number): Promise<void> {
  await until('The services of the shop', deadlineMs, async () => {
    const names = SERVICES.map(({ name }) => name);
    const { services = [] } = await clients.ecs.send(
      new DescribeServicesCommand({ cluster: CLUSTER, services: names }),
    );
    const late = names.filter((name) => {
      const service = services.find((candidate) => candidate.serviceName === name);
      return service?.runningCount !== service?.desiredCount || service?.deployments?.[0]?.rolloutState !== 'COMPLETED';
    });
    return late.length === 0 ? { value: undefined } : `${late.join(', ')} not steady`;
  });
  await until('The targets of the shop', deadlineMs, async () => {
    const health = await clients.elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }));
    const states = (health.TargetHealthDescriptions ?? []).map(({ TargetHealth }) => TargetHealth?.State);
    return states.length > 0 && states.every((state) => state === 'healthy')
      ? { value: undefined }
      : `target states ${states.join(', ')}`;
  });
  await until('The alarms of the shop', deadlineMs, async () => {
    const { MetricAlarms = [] } = await clients.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: ALARMS }));
    const states = MetricAlarms.map(({ AlarmName, StateValue }) => `${AlarmName} ${StateValue}`);
    const ok = MetricAlarms.filter(({ StateValue }) => StateValue === 'OK');
    return ok.length === ALARMS.length ? { value: undefined } : states.join(', ');
  });
}
