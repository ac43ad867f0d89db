import type {
  Action,
  Certificate,
  Matcher,
  MutualAuthenticationAttributes,
  ProtocolEnum,
  RuleCondition,
  TargetHealthReasonEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Timer } from '../../clock.ts';
import { notFound } from './errors.ts';
import type { RoutingTable } from './routingTable.ts';

/** One of the machines behind a load balancer's name. It routes by the tables that have reached it (row L7). */
export interface LoadBalancerNode {
  /** By listener ARN. */
  applied: Map<string, { version: number; table: RoutingTable }>;
  /** Round robin: by target group ARN, how many requests this node has sent there. */
  turns: Map<string, number>;
}

/** Where a load balancer is in one zone, and with which network interface. */
export interface Placement {
  subnetId: string;
  zone: string;
  interfaceId: string;
  attachmentId: string;
}

export interface LoadBalancerRecord {
  arn: string;
  name: string;
  dnsName: string;
  createdMs: number;
  scheme: 'internet-facing' | 'internal';
  ipAddressType: string;
  vpcId: string;
  /** One in each of its zones, in the order in which they were named. */
  placements: Placement[];
  securityGroups: string[];
  attributes: Map<string, string>;
  nodes: LoadBalancerNode[];
}

export interface ListenerRecord {
  arn: string;
  loadBalancerArn: string;
  port: number;
  protocol: 'HTTP' | 'HTTPS';
  certificates: Certificate[];
  sslPolicy: string | undefined;
  mutualAuthentication: MutualAuthenticationAttributes | undefined;
  defaultRuleArn: string;
  /** Normalised, client secrets included; presented without them (row L4). */
  defaultActions: Action[];
  attributes: Map<string, string>;
  /** Grows with every change of the listener or of one of its rules. */
  version: number;
}

export interface RuleRecord {
  arn: string;
  listenerArn: string;
  priority: number;
  conditions: RuleCondition[];
  actions: Action[];
}

/** A registered target. `unused` is no state of a target but of its group, and is derived when somebody asks. */
export interface TargetRecord {
  ip: string;
  port: number;
  availabilityZone: string | undefined;
  state: 'initial' | 'healthy' | 'unhealthy' | 'draining';
  reason: TargetHealthReasonEnum | undefined;
  description: string | undefined;
  successes: number;
  failures: number;
  /** The next health check, or the end of the drain. */
  timer: Timer | undefined;
  /** A new object for each run of health checks, so that an answer to an older run is dropped. */
  run: object;
  /** Told when the drain ends. */
  drained: (() => void)[];
}

export interface TargetGroupRecord {
  arn: string;
  name: string;
  targetType: 'ip' | 'instance';
  protocol: ProtocolEnum;
  protocolVersion: string;
  port: number;
  vpcId: string | undefined;
  ipAddressType: 'ipv4' | 'ipv6';
  healthCheck: HealthCheckSettings;
  attributes: Map<string, string>;
  /** By `ip:port`. */
  targets: Map<string, TargetRecord>;
  /** The load balancer whose listeners or rules name the group, even at weight 0. */
  usedBy: string | undefined;
  /** When the group left its last action; lab time. */
  leftUseMs: number | undefined;
}

export interface HealthCheckSettings {
  HealthCheckProtocol: ProtocolEnum;
  /** `traffic-port` or a number. */
  HealthCheckPort: string;
  HealthCheckPath: string;
  HealthCheckIntervalSeconds: number;
  HealthCheckTimeoutSeconds: number;
  HealthyThresholdCount: number;
  UnhealthyThresholdCount: number;
  Matcher: Matcher;
}

/** Everything that the service remembers. Maps keep the order of creation. */
export class Store {
  readonly loadBalancers = new Map<string, LoadBalancerRecord>();
  readonly listeners = new Map<string, ListenerRecord>();
  readonly rules = new Map<string, RuleRecord>();
  readonly targetGroups = new Map<string, TargetGroupRecord>();
  /** By the ARN of any resource. */
  readonly tags = new Map<string, Map<string, string>>();

  loadBalancer(arn: string | undefined): LoadBalancerRecord {
    const found = this.loadBalancers.get(arn ?? '');
    if (found === undefined) throw notFound('loadBalancer', arn);
    return found;
  }

  listener(arn: string | undefined): ListenerRecord {
    const found = this.listeners.get(arn ?? '');
    if (found === undefined) throw notFound('listener', arn);
    return found;
  }

  rule(arn: string | undefined): RuleRecord {
    const found = this.rules.get(arn ?? '');
    if (found === undefined) throw notFound('rule', arn);
    return found;
  }

  targetGroup(arn: string | undefined): TargetGroupRecord {
    const found = this.targetGroups.get(arn ?? '');
    if (found === undefined) throw notFound('targetGroup', arn);
    return found;
  }

  listenersOf(loadBalancerArn: string): ListenerRecord[] {
    return [...this.listeners.values()].filter((listener) => listener.loadBalancerArn === loadBalancerArn);
  }

  /** By priority; the default rule is not among them, it belongs to the listener. */
  rulesOf(listenerArn: string): RuleRecord[] {
    return [...this.rules.values()]
      .filter((rule) => rule.listenerArn === listenerArn)
      .sort((a, b) => a.priority - b.priority);
  }

  removeListener(listener: ListenerRecord): void {
    for (const rule of this.rulesOf(listener.arn)) {
      this.rules.delete(rule.arn);
      this.tags.delete(rule.arn);
    }
    this.listeners.delete(listener.arn);
    this.tags.delete(listener.arn);
    for (const node of this.loadBalancers.get(listener.loadBalancerArn)?.nodes ?? []) node.applied.delete(listener.arn);
  }
}
