import { CreateMeshCommand, CreateVirtualNodeCommand, CreateVirtualServiceCommand } from '@aws-sdk/client-app-mesh';
import { PutScalingPolicyCommand, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { createTargetGroup, SECURITY_GROUP, SUBNETS } from '../../lab/estates/shop/edge.ts';
import { SHOP_IMAGE } from '../../lab/images/images.ts';
import { envoyOf, proxyOf } from '../../lab/estates/shop/services.ts';
import { SIMULATED_ACCOUNT } from '../../lab/simulated/simulatedAws.ts';
import type { AwsClients } from '../../src/aws/clients.ts';

/** A load balancer takes a hundred target groups (row L17); each estate has two of them. */
const ESTATES_PER_BALANCER = 40;
const PORT = 8080;

/** One small application: a service behind a rule of its own, with an alarm and with scaling, in a mesh of its own. */
export interface SmallEstate {
  name: string;
  cluster: string;
  mesh: string;
  service: string;
  listenerRuleArn: string;
  loadBalancerArn: string;
  targetGroupArn: string;
  alarm: string;
}

export interface Fleet {
  estates: SmallEstate[];
  loadBalancers: number;
  clusters: number;
}

/** So many applications, forty to a load balancer and a cluster. */
export async function createFleet(clients: AwsClients, count: number): Promise<Fleet> {
  const estates: SmallEstate[] = [];
  let shared = 0;
  for (let start = 0; start < count; start += ESTATES_PER_BALANCER) {
    shared += 1;
    const place = await createPlace(clients, `fleet-${shared}`);
    const until = Math.min(count, start + ESTATES_PER_BALANCER);
    for (let index = start; index < until; index += 1) {
      estates.push(await createEstate(clients, place, `app${String(index).padStart(4, '0')}`, index - start + 1));
    }
  }
  return { estates, loadBalancers: shared, clusters: shared };
}

interface Place {
  cluster: string;
  loadBalancerArn: string;
  listenerArn: string;
}

async function createPlace({ ecs, elbv2 }: AwsClients, cluster: string): Promise<Place> {
  await ecs.send(new CreateClusterCommand({ clusterName: cluster, capacityProviders: ['FARGATE'] }));
  const { LoadBalancers } = await elbv2.send(
    new CreateLoadBalancerCommand({ Name: cluster, Subnets: SUBNETS, SecurityGroups: [SECURITY_GROUP] }),
  );
  const loadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  const { Listeners } = await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  return { cluster, loadBalancerArn, listenerArn: Listeners?.[0]?.ListenerArn ?? '' };
}

async function createEstate(
  clients: AwsClients,
  { cluster, loadBalancerArn, listenerArn }: Place,
  name: string,
  priority: number,
): Promise<SmallEstate> {
  const { ecs, elbv2, autoScaling, cloudWatch } = clients;
  const appMesh = await clients.appMesh();
  const meshName = name;
  await appMesh.send(new CreateMeshCommand({ meshName, spec: { egressFilter: { type: 'ALLOW_ALL' } } }));
  await appMesh.send(
    new CreateVirtualNodeCommand({
      meshName,
      virtualNodeName: name,
      spec: {
        listeners: [{ portMapping: { port: PORT, protocol: 'http' } }],
        serviceDiscovery: { dns: { hostname: `${name}.fleet.local` } },
      },
    }),
  );
  await appMesh.send(
    new CreateVirtualServiceCommand({
      meshName,
      virtualServiceName: `${name}.fleet.local`,
      spec: { provider: { virtualNode: { virtualNodeName: name } } },
    }),
  );
  const targetGroupArn = await createTargetGroup(elbv2, name);
  const { Rules } = await elbv2.send(
    new CreateRuleCommand({
      ListenerArn: listenerArn,
      Priority: priority,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [`/${name}/*`] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  const envoy = envoyOf(name, SIMULATED_ACCOUNT);
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '512',
      memory: '1024',
      proxyConfiguration: proxyOf(PORT),
      containerDefinitions: [
        {
          name: 'app',
          image: SHOP_IMAGE,
          essential: true,
          portMappings: [{ containerPort: PORT, protocol: 'tcp' }],
          dependsOn: [{ containerName: 'envoy', condition: 'HEALTHY' }],
        },
        {
          ...envoy,
          environment: [
            {
              name: 'APPMESH_RESOURCE_ARN',
              value: `arn:aws:appmesh:${SIMULATED_ACCOUNT.region}:${SIMULATED_ACCOUNT.id}:mesh/${meshName}/virtualNode/${name}`,
            },
          ],
        },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: name,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: SUBNETS, securityGroups: [SECURITY_GROUP] } },
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: PORT }],
    }),
  );
  const target = {
    ServiceNamespace: 'ecs',
    ResourceId: `service/${cluster}/${name}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const;
  await autoScaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 4 }));
  await autoScaling.send(
    new PutScalingPolicyCommand({
      ...target,
      PolicyName: `${name}-cpu`,
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 60,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    }),
  );
  const alarm = `${name}-5xx`;
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: alarm,
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'HTTPCode_Target_5XX_Count',
      Dimensions: [{ Name: 'LoadBalancer', Value: loadBalancerArn.slice(loadBalancerArn.indexOf('app/')) }],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
  const listenerRuleArn = Rules?.[0]?.RuleArn ?? '';
  return { name, cluster, mesh: meshName, service: name, listenerRuleArn, loadBalancerArn, targetGroupArn, alarm };
}

/** As a person writes it: a first step that bakes for half a day. */
export const planOf = ({
  name,
  cluster,
  mesh,
  service,
  listenerRuleArn,
  alarm,
}: SmallEstate): Record<string, unknown> => ({
  apiVersion: 'meshlift.dev/v1',
  kind: 'MigrationPlan',
  metadata: { name },
  spec: {
    source: { cluster, mesh },
    target: { nameSuffix: '-sc', serviceConnect: { namespace: `${name}-sc` } },
    traffic: [{ service, alb: { listenerRule: listenerRuleArn } }],
    ramp: {
      steps: [
        { weight: 10, bake: '12h' },
        { weight: 100, bake: '1h' },
      ],
    },
    gates: { alarms: [alarm] },
    retire: { evidence: 'callGraph' },
  },
});
