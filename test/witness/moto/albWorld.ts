import { randomUUID } from 'node:crypto';
import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  ModifyRuleCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RuleResource } from '../../../src/assess/model.ts';
import { Budget } from '../../../src/aws/budget.ts';
import { createClients } from '../../../src/aws/clients.ts';
import { createAlbRouter } from '../../../src/aws/routers/alb.ts';
import type { RouterWorld } from '../../../src/aws/routers/contract.ts';
import { targetCounts } from '../../../src/aws/routers/targetHealth.ts';
import { known } from '../../../src/aws/simulatedShop.ts';
import type { Log } from '../../../src/reconciler/ports.ts';

const REGION = 'eu-west-1';
const CREDENTIALS = { accessKeyId: 'AKIDPERSON', secretAccessKey: 'person' };
const FIXED: Action[] = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }];
const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
const GREEN = 'targetGroup/frontend-sc';

/** The operator's clients with moto before them; they count their mutating calls, and can be cut off. */
function operator(endpoint: string) {
  const { requestHandler: network } = new ElasticLoadBalancingV2Client({ endpoint, region: REGION }).config;
  let mutations = 0;
  let silent = false;
  const clients = createClients({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: 'AKIDOPERATOR', secretAccessKey: 'operator' },
    log: SILENT,
    budget: new Budget({ monotonicMs: () => performance.now(), sleep: () => Promise.resolve() }),
    attemptsMax: 1,
    requestHandler: {
      ...network,
      handle: (...[request, options]: Parameters<typeof network.handle>) => {
        if (silent) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        if (!/Action=Describe/.test(String(request.body))) mutations += 1;
        return network.handle(request, options);
      },
    },
  });
  return {
    clients,
    mutations: () => mutations,
    silence: () => {
      silent = true;
    },
  };
}

const clientConfig = (endpoint: string) => ({ endpoint, region: REGION, credentials: CREDENTIALS, maxAttempts: 1 });

/** What any number of load balancers can stand in, with the instances that are to be green's targets. */
export interface MotoNetwork {
  endpoint: string;
  vpcId: string;
  subnets: string[];
  instanceIds: string[];
}

export async function createNetwork(endpoint: string): Promise<MotoNetwork> {
  const ec2 = new EC2Client(clientConfig(endpoint));
  const VpcId = known((await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }))).Vpc?.VpcId);
  const subnets: string[] = [];
  for (const [index, zone] of ['a', 'b'].entries()) {
    const CidrBlock = `10.1.${index}.0/24`;
    const made = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: `${REGION}${zone}` }));
    subnets.push(known(made.Subnet?.SubnetId));
  }
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({ ImageId: known(Images?.[0]?.ImageId), MinCount: 2, MaxCount: 2, SubnetId: subnets[0] }),
  );
  ec2.destroy();
  return { endpoint, vpcId: VpcId, subnets, instanceIds: Instances.map((instance) => known(instance.InstanceId)) };
}

/**
 * A load balancer in moto, with blue's target group, and green's that has the network's instances. moto makes no health checks: a registered
 * target is healthy until its instance is stopped, which AWS too tells as `unused` and not as `unhealthy`. Either way green has no healthy
 * target, and of that the router makes its promises.
 */
export async function motoWorld(network: MotoNetwork, entry: 'rule' | 'listener'): Promise<RouterWorld> {
  const { endpoint, vpcId: VpcId, subnets: Subnets, instanceIds: InstanceIds } = network;
  const ec2 = new EC2Client(clientConfig(endpoint));
  const elbv2 = new ElasticLoadBalancingV2Client(clientConfig(endpoint));
  await ec2.send(new StartInstancesCommand({ InstanceIds }));
  const suffix = randomUUID().slice(0, 8);

  const balancers = await elbv2.send(new CreateLoadBalancerCommand({ Name: `shop-${suffix}`, Subnets }));
  const LoadBalancerArn = known(balancers.LoadBalancers?.[0]?.LoadBalancerArn);
  const group = async (Name: string) => {
    const input = { Name, Protocol: 'HTTP', Port: 8080, VpcId, TargetType: 'instance' } as const;
    return known((await elbv2.send(new CreateTargetGroupCommand(input))).TargetGroups?.[0]?.TargetGroupArn);
  };
  const blueArn = await group(`frontend-${suffix}`);
  const greenArn = await group(`frontend-sc-${suffix}`);
  const Targets = InstanceIds.map((Id) => ({ Id, Port: 8080 }));
  await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: greenArn, Targets }));

  const original: Action[] = [
    {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: [{ TargetGroupArn: blueArn, Weight: 1 }],
        TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 600 },
      },
    },
  ];
  const listeners = await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: entry === 'listener' ? original : FIXED,
    }),
  );
  const ListenerArn = known(listeners.Listeners?.[0]?.ListenerArn);
  const ruleArn = entry === 'rule' ? await createRule(elbv2, ListenerArn, original) : undefined;

  const carried = async () => {
    if (ruleArn !== undefined) {
      return known((await elbv2.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }))).Rules?.[0]?.Actions);
    }
    const { Listeners } = await elbv2.send(new DescribeListenersCommand({ ListenerArns: [ListenerArn] }));
    return known(Listeners?.[0]?.DefaultActions);
  };
  const { clients, mutations, silence } = operator(endpoint);
  const rule: RuleResource = {
    kind: 'rule',
    id: 'rule/frontend',
    blueService: 'frontend',
    dependsOn: [GREEN],
    entry: { service: 'frontend', alb: ruleArn === undefined ? { listener: ListenerArn } : { listenerRule: ruleArn } },
    blueTargetGroupArn: blueArn,
    greenTargetGroup: { ref: GREEN },
    originalActions: await carried(),
  };
  return {
    router: createAlbRouter({ clients, realPause: () => Promise.resolve() }),
    rule,
    resolved: new Map([[GREEN, greenArn]]),
    mutations,
    carried,
    async greenIs(state) {
      if (state === 'healthy') await ec2.send(new StartInstancesCommand({ InstanceIds }));
      else await ec2.send(new StopInstancesCommand({ InstanceIds }));
      // The change is there with the answer; if it were not, what follows would prove nothing.
      const { healthy, words } = await targetCounts({ ...clients, elbv2 }, greenArn);
      if (healthy !== (state === 'healthy' ? InstanceIds.length : 0))
        throw new Error(`green is not ${state}: ${words}`);
    },
    async tamper() {
      if (ruleArn === undefined) await elbv2.send(new ModifyListenerCommand({ ListenerArn, DefaultActions: FIXED }));
      else await elbv2.send(new ModifyRuleCommand({ RuleArn: ruleArn, Actions: FIXED }));
    },
    async forwardToBlueElsewhere() {
      await elbv2.send(
        new CreateListenerCommand({
          LoadBalancerArn,
          Protocol: 'HTTP',
          Port: 8081,
          DefaultActions: [{ Type: 'forward', TargetGroupArn: blueArn }],
        }),
      );
    },
    silence,
    close: () => {
      clients.destroy();
      elbv2.destroy();
      ec2.destroy();
      return Promise.resolve();
    },
  };
}

async function createRule(
  elbv2: ElasticLoadBalancingV2Client,
  ListenerArn: string,
  Actions: Action[],
): Promise<string> {
  const { Rules } = await elbv2.send(
    new CreateRuleCommand({
      ListenerArn,
      Priority: 10,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      Actions,
    }),
  );
  return known(Rules?.[0]?.RuleArn);
}
