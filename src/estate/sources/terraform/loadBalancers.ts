import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Json } from '../../export.ts';
import { told, type Block } from './block.ts';
import type { Reader } from './reader.ts';
import { keep } from '../keptUnder.ts';

const loadBalancer: Reader = (block, draft) => {
  const id = block.text('id');
  const subnets = block.texts('subnets');
  const mapped = block.many('subnet_mapping');
  const found = told({
    LoadBalancerArn: block.text('arn') ?? id,
    DNSName: block.text('dns_name'),
    CanonicalHostedZoneId: block.text('zone_id'),
    LoadBalancerName: block.text('name'),
    Scheme: block.flag('internal') === true ? ('internal' as const) : ('internet-facing' as const),
    VpcId: block.text('vpc_id'),
    Type: (block.text('load_balancer_type') ?? 'application') as Elb.LoadBalancerTypeEnum,
    // A state knows the subnets and not the names of their zones.
    AvailabilityZones: (subnets ?? mapped?.flatMap((one) => one.text('subnet_id') ?? []))?.map((SubnetId) => ({
      SubnetId,
    })),
    SecurityGroups: block.texts('security_groups'),
    IpAddressType: block.text('ip_address_type') as Elb.IpAddressType | undefined,
  });
  for (const one of mapped ?? []) {
    one.skip('allocation_id', 'ipv6_address', 'outpost_id', 'private_ipv4_address', 'subnet_id');
  }
  block.skip(...SILENT);
  draft.elbv2.loadBalancers.push(found);
  return found;
};

/** Attributes of a load balancer that say nothing about where its requests go. */
const SILENT = `
  arn_suffix name_prefix tags tags_all
  timeouts access_logs connection_logs ipam_pools
  client_keep_alive customer_owned_ipv4_pool desync_mitigation_mode dns_record_client_routing_policy
  drop_invalid_header_fields enable_cross_zone_load_balancing enable_deletion_protection enable_http2
  enable_tls_version_and_cipher_suite_headers enable_waf_fail_open enable_xff_client_port enable_zonal_shift
  enforce_security_group_inbound_rules_on_private_link_traffic idle_timeout minimum_load_balancer_capacity preserve_host_header
  xff_header_processing_mode
`
  .trim()
  .split(/\s+/);

/** A health check's matcher is of gRPC codes where the group speaks gRPC. */
function healthCheck(block: Block, grpc: boolean): Partial<Json<Elb.TargetGroup>> {
  const check = block.one('health_check');
  if (check === undefined) return {};
  const codes = check.text('matcher');
  return {
    HealthCheckProtocol: check.text('protocol') as Elb.ProtocolEnum | undefined,
    HealthCheckPort: check.text('port'),
    HealthCheckEnabled: check.flag('enabled'),
    HealthCheckIntervalSeconds: check.number('interval'),
    HealthCheckTimeoutSeconds: check.number('timeout'),
    HealthyThresholdCount: check.number('healthy_threshold'),
    UnhealthyThresholdCount: check.number('unhealthy_threshold'),
    HealthCheckPath: check.text('path'),
    Matcher: codes === undefined ? undefined : grpc ? { GrpcCode: codes } : { HttpCode: codes },
  };
}

const targetGroup: Reader = (block, draft) => {
  const id = block.text('id');
  const protocolVersion = block.text('protocol_version');
  const found = told({
    TargetGroupArn: block.text('arn') ?? id,
    TargetGroupName: block.text('name'),
    Protocol: block.text('protocol') as Elb.ProtocolEnum | undefined,
    Port: block.number('port'),
    VpcId: block.text('vpc_id'),
    ...healthCheck(block, protocolVersion === 'GRPC'),
    LoadBalancerArns: block.texts('load_balancer_arns'),
    TargetType: block.text('target_type') as Elb.TargetTypeEnum | undefined,
    ProtocolVersion: protocolVersion,
    IpAddressType: block.text('ip_address_type') as Elb.TargetGroupIpAddressTypeEnum | undefined,
  });
  draft.elbv2.targetGroups.push(found);
  const attributes = attributesOf(block, found.Protocol === 'HTTP' || found.Protocol === 'HTTPS');
  if (found.TargetGroupArn !== undefined) keep(draft.elbv2.targetGroupAttributes, found.TargetGroupArn, attributes);
  block.skip('arn_suffix', 'name_prefix', 'tags', 'tags_all', 'timeouts');
  return found;
};

/**
 * The group's attributes under the API's names. The provider stores a default for each of them, whatever the protocol; an attribute
 * that the protocol does not have is left out, since the API refuses it.
 */
function attributesOf(block: Block, http: boolean): Json<Elb.TargetGroupAttribute>[] {
  const stickiness = block.one('stickiness');
  const failover = block.many('target_failover')?.[0];
  const health = block.one('target_group_health');
  const dns = health?.one('dns_failover');
  const routing = health?.one('unhealthy_state_routing');
  const unhealthy = block.many('target_health_state')?.[0];
  const cookie = stickiness?.text('type') === 'app_cookie' ? 'app_cookie' : 'lb_cookie';
  const duration = stickiness?.text('cookie_duration');
  const always: Record<string, string | undefined> = {
    'deregistration_delay.timeout_seconds': block.text('deregistration_delay'),
    'stickiness.enabled': word(stickiness?.flag('enabled')),
    'stickiness.type': stickiness?.text('type'),
    'load_balancing.cross_zone.enabled': block.text('load_balancing_cross_zone_enabled'),
    'target_group_health.dns_failover.minimum_healthy_targets.count': dns?.text('minimum_healthy_targets_count'),
    'target_group_health.dns_failover.minimum_healthy_targets.percentage': dns?.text(
      'minimum_healthy_targets_percentage',
    ),
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': routing?.text(
      'minimum_healthy_targets_count',
    ),
    'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': routing?.text(
      'minimum_healthy_targets_percentage',
    ),
  };
  const ofHttp: Record<string, string | undefined> = {
    'slow_start.duration_seconds': block.text('slow_start'),
    'load_balancing.algorithm.type': block.text('load_balancing_algorithm_type'),
    'load_balancing.algorithm.anomaly_mitigation': block.text('load_balancing_anomaly_mitigation'),
    [`stickiness.${cookie}.duration_seconds`]: duration,
    'stickiness.app_cookie.cookie_name': stickiness?.text('cookie_name'),
  };
  const ofTcp: Record<string, string | undefined> = {
    'deregistration_delay.connection_termination.enabled': word(block.flag('connection_termination')),
    'preserve_client_ip.enabled': block.text('preserve_client_ip'),
    'proxy_protocol_v2.enabled': word(block.flag('proxy_protocol_v2')),
    'target_health_state.unhealthy.connection_termination.enabled': word(
      unhealthy?.flag('enable_unhealthy_connection_termination'),
    ),
    'target_health_state.unhealthy.draining_interval_seconds': unhealthy?.text('unhealthy_draining_interval'),
  };
  block.skip('lambda_multi_value_headers_enabled');
  failover?.skip('on_deregistration', 'on_unhealthy');
  return Object.entries({ ...always, ...(http ? ofHttp : ofTcp) }).flatMap(([Key, Value]) =>
    Value === undefined ? [] : [{ Key, Value }],
  );
}

const word = (flag: boolean | undefined): string | undefined => (flag === undefined ? undefined : String(flag));

/** Load balancers and target groups, by the end of Terraform's type: both `aws_lb` and `aws_alb` come before it. */
export const LOAD_BALANCERS: Readonly<Record<string, Reader>> = { '': loadBalancer, target_group: targetGroup };
