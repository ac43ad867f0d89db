import {
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Budget } from '../../../src/aws/budget.ts';
import { type AwsClients, createClients } from '../../../src/aws/clients.ts';
import type { Shop } from '../../../src/aws/simulatedShop.ts';
import { greenOf, known } from '../../../src/aws/simulatedShop.ts';
import { createWorld } from '../../../src/aws/world.ts';
import type { BlueScaling } from '../../../src/estate/model.ts';
import type { Log, World } from '../../../src/reconciler/ports.ts';
import type { MotoNetwork } from './albWorld.ts';

const REGION = 'eu-west-1';
const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

/** The product's own clients before moto, with the manners that they have before AWS. */
export const clientsOf = (endpoint: string): AwsClients =>
  createClients({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: 'AKIDOPERATOR', secretAccessKey: 'operator' },
    log: SILENT,
    budget: new Budget(),
  });

/** What the resources of green are told of the shop. */
export type MotoShop = Pick<
  Shop,
  'clusterArn' | 'listenerArn' | 'ruleArn' | 'blueTargetGroupArn' | 'originalActions' | 'blueScaling'
> & { loadBalancerArn: string; vpcId: string };

/** Blue's shop in moto: a load balancer with a rule, a cluster with a service, which scales. */
export async function createMotoShop(person: AwsClients, network: MotoNetwork): Promise<MotoShop> {
  const { ecs, elbv2, autoScaling } = person;
  const balancers = await elbv2.send(new CreateLoadBalancerCommand({ Name: 'shop', Subnets: network.subnets }));
  const loadBalancerArn = known(balancers.LoadBalancers?.[0]?.LoadBalancerArn);
  const groups = await elbv2.send(
    new CreateTargetGroupCommand({
      Name: 'frontend',
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: network.vpcId,
      TargetType: 'ip',
    }),
  );
  const blueTargetGroupArn = known(groups.TargetGroups?.[0]?.TargetGroupArn);
  const listeners = await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  const listenerArn = known(listeners.Listeners?.[0]?.ListenerArn);
  const rules = await elbv2.send(
    new CreateRuleCommand({
      ListenerArn: listenerArn,
      Priority: 10,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [{ TargetGroupArn: blueTargetGroupArn, Weight: 1 }],
            TargetGroupStickinessConfig: { Enabled: false },
          },
        },
      ],
    }),
  );
  const ruleArn = known(rules.Rules?.[0]?.RuleArn);
  const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  const clusterArn = known(cluster?.clusterArn);
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'frontend',
      containerDefinitions: [{ name: 'app', image: 'shop/frontend:1', memory: 128 }],
    }),
  );
  const service = { cluster: 'shop', taskDefinition: 'frontend', desiredCount: 2 };
  const loadBalancers = [{ targetGroupArn: blueTargetGroupArn, containerName: 'app', containerPort: 8080 }];
  await ecs.send(new CreateServiceCommand({ ...service, serviceName: 'frontend', loadBalancers }));
  await ecs.send(new CreateServiceCommand({ ...service, serviceName: 'frontend-sc' }));
  const key = {
    ServiceNamespace: 'ecs',
    ResourceId: 'service/shop/frontend',
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const;
  await autoScaling.send(new RegisterScalableTargetCommand({ ...key, MinCapacity: 1, MaxCapacity: 6 }));
  await autoScaling.send(
    new PutScalingPolicyCommand({
      ...key,
      PolicyName: 'cpu',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 60,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    }),
  );
  await autoScaling.send(
    new PutScheduledActionCommand({
      ...key,
      ScheduledActionName: 'morning',
      Schedule: 'cron(0 7 * * ? *)',
      ScalableTargetAction: { MinCapacity: 1 },
    }),
  );
  const { ScalableTargets } = await autoScaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
  const { ScalingPolicies = [] } = await autoScaling.send(
    new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }),
  );
  const described = await elbv2.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }));
  return {
    clusterArn,
    loadBalancerArn,
    listenerArn,
    ruleArn,
    blueTargetGroupArn,
    vpcId: network.vpcId,
    originalActions: known(described.Rules?.[0]?.Actions),
    blueScaling: JSON.parse(
      JSON.stringify({
        target: known(ScalableTargets?.[0]),
        policies: ScalingPolicies,
        scheduledActions: [
          { ScheduledActionName: 'morning', Schedule: 'cron(0 7 * * ? *)', ScalableTargetAction: { MinCapacity: 1 } },
        ],
      }),
    ) as BlueScaling,
  };
}

/** Green as the stack would have it, in moto's network. */
export function motoGreenOf(shop: MotoShop) {
  const green = greenOf(shop);
  const { targetGroup, rule } = green;
  return {
    ...green,
    targetGroup: { ...targetGroup, input: { ...targetGroup.input, VpcId: shop.vpcId } },
    probeRule: {
      kind: 'probeRule' as const,
      id: 'probeRule/frontend',
      blueService: 'frontend',
      dependsOn: [rule.id],
      rule,
      listenerArn: shop.listenerArn,
      conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
    },
  };
}

/**
 * Answers for the tags of scalable targets, of which moto knows nothing: those that one was registered with. The call itself is the one
 * thing of green's scaling that moto does not see.
 */
export function rememberingTags(clients: AwsClients): AwsClients {
  const tags = new Map<string | undefined, Record<string, string>>();
  const { autoScaling } = clients;
  const send = autoScaling.send.bind(autoScaling) as (command: unknown) => Promise<object>;
  autoScaling.send = (async (command: { input: { ResourceARN?: string; Tags?: Record<string, string> } }) => {
    if (command instanceof ListTagsForResourceCommand) return { Tags: tags.get(command.input.ResourceARN) ?? {} };
    const answer = await send(command);
    if (command instanceof RegisterScalableTargetCommand && command.input.Tags !== undefined) {
      tags.set((answer as { ScalableTargetARN?: string }).ScalableTargetARN, command.input.Tags);
    }
    return answer;
  }) as typeof autoScaling.send;
  return clients;
}

export const worldOver = (clients: AwsClients): World =>
  createWorld({
    clients,
    clock: { now: () => Date.now(), realMs: (ms) => ms },
    realPause: () => Promise.resolve(),
  });
