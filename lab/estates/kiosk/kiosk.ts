import { CreateMeshCommand, CreateVirtualNodeCommand, CreateVirtualServiceCommand } from '@aws-sdk/client-app-mesh';
import { DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  DescribeTargetHealthCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { SHOP_IMAGE } from '../../images/images.ts';
import type { Estate, EstateClients, EstateSurroundings } from '../estate.ts';
import { createTargetGroup, SECURITY_GROUP, SUBNETS } from '../shop/edge.ts';
import { envoyOf, proxyOf } from '../shop/services.ts';
import { until } from '../until.ts';
import { type KioskNames, kioskNames, PORT } from './names.ts';

const TASKS = 2;
const TIMEOUT_MS = 120_000;
/** Any of the sample application's roles that calls nobody. */
const ROLE = 'user-api';

/**
 * The smallest application on App Mesh that can be moved: one service of two tasks behind a load balancer of its own, in a cluster and a
 * mesh of its own, with one alarm on its users' errors. An account has room for fifty load balancers (row L31), and so for fifty kiosks.
 * Resolves when everything is made; {@link untilOpen} says when it serves.
 *
 * @param name lower-case letters, digits and hyphens, at most 25.
 */
export async function createKiosk(
  surroundings: Pick<EstateSurroundings, 'clients' | 'account'>,
  name: string,
): Promise<Omit<Estate, 'url'>> {
  const { clients, account } = surroundings;
  const names = kioskNames(name);
  await createMesh(clients, names);
  const edge = await createEdge(clients, names);
  const clusterArn = await createService(clients, account, names, edge.targetGroupArn);
  await createAlarm(clients, names, edge.loadBalancerArn);
  return {
    ...edge,
    clusterName: names.cluster,
    clusterArn,
    meshName: names.mesh,
    serviceNames: [names.service],
    alarmNames: [names.alarm],
  };
}

/** Resolves when every target is healthy and the alarm is OK. Throws when that takes too long. */
export async function untilOpen(clients: EstateClients, kiosk: Omit<Estate, 'url'>): Promise<void> {
  const deadlineMs = performance.now() + TIMEOUT_MS;
  const what = `The kiosk ${kiosk.clusterName}`;
  await until(what, deadlineMs, async () => {
    const health = await clients.elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: kiosk.targetGroupArn }));
    const states = (health.TargetHealthDescriptions ?? []).map(({ TargetHealth }) => TargetHealth?.State);
    const healthy = states.filter((state) => state === 'healthy');
    return healthy.length === TASKS ? { value: undefined } : `target states ${states.join(', ')}`;
  });
  await until(what, deadlineMs, async () => {
    const { MetricAlarms = [] } = await clients.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: kiosk.alarmNames }),
    );
    const state = MetricAlarms[0]?.StateValue;
    return state === 'OK' ? { value: undefined } : `alarm ${state}`;
  });
}

async function createMesh({ appMesh }: EstateClients, names: KioskNames): Promise<void> {
  const { mesh: meshName, virtualNode: virtualNodeName, virtualService: virtualServiceName } = names;
  await appMesh.send(new CreateMeshCommand({ meshName, spec: { egressFilter: { type: 'ALLOW_ALL' } } }));
  await appMesh.send(
    new CreateVirtualNodeCommand({
      meshName,
      virtualNodeName,
      spec: {
        listeners: [{ portMapping: { port: PORT, protocol: 'http' } }],
        serviceDiscovery: { dns: { hostname: virtualServiceName } },
      },
    }),
  );
  await appMesh.send(
    new CreateVirtualServiceCommand({
      meshName,
      virtualServiceName,
      spec: { provider: { virtualNode: { virtualNodeName } } },
    }),
  );
}

/** One rule for every path; the listener itself answers 404. */
async function createEdge({ elbv2 }: EstateClients, names: KioskNames) {
  const { LoadBalancers } = await elbv2.send(
    new CreateLoadBalancerCommand({
      Name: names.loadBalancer,
      Type: 'application',
      Scheme: 'internet-facing',
      Subnets: SUBNETS,
      SecurityGroups: [SECURITY_GROUP],
    }),
  );
  const loadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  const targetGroupArn = await createTargetGroup(elbv2, names.targetGroup);
  const { Listeners } = await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  const listenerArn = Listeners?.[0]?.ListenerArn ?? '';
  const { Rules } = await elbv2.send(
    new CreateRuleCommand({
      ListenerArn: listenerArn,
      Priority: 10,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  return { loadBalancerArn, listenerArn, listenerRuleArn: Rules?.[0]?.RuleArn ?? '', targetGroupArn };
}

async function createService(
  { ecs }: EstateClients,
  account: EstateSurroundings['account'],
  names: KioskNames,
  targetGroupArn: string,
): Promise<string> {
  const { cluster } = await ecs.send(
    new CreateClusterCommand({ clusterName: names.cluster, capacityProviders: ['FARGATE'] }),
  );
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: names.service,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '512',
      memory: '1024',
      executionRoleArn: `arn:aws:iam::${account.id}:role/kiosk-ecs-execution`,
      proxyConfiguration: proxyOf(PORT),
      containerDefinitions: [
        {
          name: 'app',
          image: SHOP_IMAGE,
          essential: true,
          command: [ROLE],
          portMappings: [{ containerPort: PORT, hostPort: PORT, protocol: 'tcp' }],
          dependsOn: [{ containerName: 'envoy', condition: 'HEALTHY' }],
        },
        envoyOf(names.virtualNode, account, names.mesh),
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: names.cluster,
      serviceName: names.service,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: TASKS,
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      networkConfiguration: {
        awsvpcConfiguration: { subnets: SUBNETS, securityGroups: [SECURITY_GROUP], assignPublicIp: 'DISABLED' },
      },
      deploymentConfiguration: {
        maximumPercent: 200,
        minimumHealthyPercent: 100,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: PORT }],
      healthCheckGracePeriodSeconds: 60,
      enableECSManagedTags: true,
      propagateTags: 'SERVICE',
    }),
  );
  return cluster?.clusterArn ?? '';
}

async function createAlarm({ cloudWatch }: EstateClients, names: KioskNames, loadBalancerArn: string): Promise<void> {
  const LoadBalancer = loadBalancerArn.slice(loadBalancerArn.lastIndexOf(':loadbalancer/') + ':loadbalancer/'.length);
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: names.alarm,
      AlarmDescription: 'More than 5 errors within a minute',
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'HTTPCode_Target_5XX_Count',
      Dimensions: [{ Name: 'LoadBalancer', Value: LoadBalancer }],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
}
