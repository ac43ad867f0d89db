import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DEFAULT_NETWORK } from '../../services/ec2/defaultNetwork.ts';
import { LOAD_BALANCER, PORT, TARGET_GROUP } from './names.ts';

/** The account's default VPC, in two of its zones. */
export const VPC = DEFAULT_NETWORK.vpcId;
export const SUBNETS = DEFAULT_NETWORK.subnets.slice(0, 2).map(({ id }) => id);
export const SECURITY_GROUP = DEFAULT_NETWORK.securityGroupId;

const CERTIFICATE = 'arn:aws:acm:eu-west-1:111122223333:certificate/shop';

export interface Edge {
  loadBalancerArn: string;
  listenerArn: string;
  listenerRuleArn: string;
  targetGroupArn: string;
}

/**
 * The load balancer: every path goes to the frontend by one rule; the listener itself answers 404. A frontend that speaks gRPC stands behind
 * HTTPS (row L35).
 */
export async function createEdge(
  elbv2: ElasticLoadBalancingV2Client,
  protocolVersion: 'HTTP1' | 'GRPC' = 'HTTP1',
): Promise<Edge> {
  const { LoadBalancers } = await elbv2.send(
    new CreateLoadBalancerCommand({
      Name: LOAD_BALANCER,
      Type: 'application',
      Scheme: 'internet-facing',
      Subnets: SUBNETS,
      SecurityGroups: [SECURITY_GROUP],
    }),
  );
  const loadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  const targetGroupArn = await createTargetGroup(elbv2, TARGET_GROUP, protocolVersion);
  const { Listeners } = await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      ...(protocolVersion === 'GRPC'
        ? { Protocol: 'HTTPS', Certificates: [{ CertificateArn: CERTIFICATE }] }
        : { Protocol: 'HTTP' }),
      Port: PORT,
      DefaultActions: [
        {
          Type: 'fixed-response',
          FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain', MessageBody: 'no such shop' },
        },
      ],
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

/** A target group as every service of the shop behind the load balancer has one. Answers its ARN. */
export async function createTargetGroup(
  elbv2: ElasticLoadBalancingV2Client,
  name: string,
  protocolVersion: 'HTTP1' | 'GRPC' = 'HTTP1',
): Promise<string> {
  const { TargetGroups } = await elbv2.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: 'HTTP',
      ProtocolVersion: protocolVersion,
      Port: PORT,
      VpcId: VPC,
      TargetType: 'ip',
      HealthCheckPath: protocolVersion === 'GRPC' ? '/AWS.ALB/healthcheck' : '/health',
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 25,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 5,
    }),
  );
  const targetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elbv2.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: targetGroupArn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }],
    }),
  );
  return targetGroupArn;
}
