import type { Draft } from '../../draft.ts';
import { ATTRIBUTES, LISTENER, LOAD_BALANCER, RULE, TARGET_GROUP } from '../../shapes/elbv2.ts';
import { attributeOf, referenceTo } from '../identities.ts';
import { asTheSdk } from '../spelling.ts';
import type { Resource } from '../resource.ts';
import { added, type Reader } from './reader.ts';
import { keep } from '../../keptUnder.ts';

function loadBalancer(resource: Resource, draft: Draft): object {
  const own = [
    'Name',
    'LoadBalancerAttributes',
    'Subnets',
    'SubnetMappings',
    'Tags',
    'MinimumLoadBalancerCapacity',
    'EnablePrefixForIpv6SourceNat',
    'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic',
    'EnableCapacityReservationProvisionStabilize',
    'Ipv4IpamPoolId',
  ];
  return added(draft.elbv2.loadBalancers, {
    // What a template leaves out is an internet-facing ALB.
    Type: 'application',
    Scheme: 'internet-facing',
    ...resource.fitAll(LOAD_BALANCER, asTheSdk({}, ...own)),
    LoadBalancerArn: resource.told(referenceTo(resource), 'Name'),
    LoadBalancerName: resource.told(resource.named('Name'), 'Name'),
    DNSName: resource.told(attributeOf(resource, 'DNSName'), 'Name'),
  });
}

function listener(resource: Resource, draft: Draft): object {
  return added(draft.elbv2.listeners, {
    ListenerArn: resource.told(referenceTo(resource), 'LoadBalancerArn'),
    ...resource.fitAll(LISTENER, asTheSdk({}, 'ListenerAttributes')),
  });
}

function rule(resource: Resource, draft: Draft): object {
  return added(draft.elbv2.rules, {
    RuleArn: resource.told(referenceTo(resource), 'ListenerArn'),
    ListenerArn: resource.text('ListenerArn'),
    ...resource.fitAll(RULE, asTheSdk({}, 'ListenerArn')),
    IsDefault: false,
  });
}

function targetGroup(resource: Resource, draft: Draft): object {
  const arn = resource.told(referenceTo(resource), 'Name');
  const group = added(draft.elbv2.targetGroups, {
    ...resource.fitAll(TARGET_GROUP, asTheSdk({}, 'Name', 'TargetGroupAttributes', 'Tags', 'Targets')),
    TargetGroupArn: arn,
    TargetGroupName: resource.told(resource.named('Name'), 'Name'),
  });
  const attributes = resource.fit('TargetGroupAttributes', ATTRIBUTES);
  if (arn !== undefined && Array.isArray(attributes)) {
    keep(draft.elbv2.targetGroupAttributes, arn, attributes as Draft['elbv2']['targetGroupAttributes'][string]);
  }
  return group;
}

export const ELBV2: Readonly<Record<string, Reader>> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': loadBalancer,
  'AWS::ElasticLoadBalancingV2::TargetGroup': targetGroup,
  'AWS::ElasticLoadBalancingV2::Listener': listener,
  'AWS::ElasticLoadBalancingV2::ListenerRule': rule,
};
