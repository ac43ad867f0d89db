import type {
  CreateLoadBalancerInput,
  CreateLoadBalancerOutput,
  DeleteLoadBalancerInput,
  DescribeCapacityReservationInput,
  DescribeCapacityReservationOutput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
  IpAddressType,
  LoadBalancer,
  SetSecurityGroupsInput,
  SetSecurityGroupsOutput,
  SetSubnetsInput,
  SetSubnetsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../errors.ts';
import { notPlayed } from '../notPlayed.ts';
import { defaultLoadBalancerAttributes } from './attributes.ts';
import { checkSecurityGroups, checkSubnets, placeIn } from './balancerNetwork.ts';
import type { Context } from './context.ts';
import { arnOf } from './context.ts';
import { validationError } from './errors.ts';
import { page } from './paging.ts';
import type { LoadBalancerRecord } from './store.ts';
import { checkTags } from './tags.ts';

/** The hosted zone of load balancers' names in eu-west-1; the lab answers it everywhere. */
const HOSTED_ZONE_ID = 'Z32O12XQLNTSW2';
const ARNS_MAX = 20;
/** Nodes of a load balancer: one in each of two zones. */
export const NODES = 2;

export function loadBalancerOperations(context: Context) {
  const { store } = context;
  return {
    /** Idempotent where the settings are the same (row L20). Only Application Load Balancers are built. */
    CreateLoadBalancer(input: CreateLoadBalancerInput): CreateLoadBalancerOutput {
      checkName(input.Name);
      const type = input.Type ?? 'application';
      if (type !== 'application') {
        throw notPlayed('elastic-load-balancing-v2', 'load balancers of a type other than application', type);
      }
      const { vpcId, subnets } = checkSubnets(context, input);
      const settings = {
        name: input.Name ?? '',
        scheme: input.Scheme ?? 'internet-facing',
        ipAddressType: input.IpAddressType ?? 'ipv4',
        vpcId,
        subnets: subnets.map(({ id }) => id),
        securityGroups: checkSecurityGroups(context, vpcId, input.SecurityGroups),
      };
      const tags = checkTags(input.Tags);
      const present = [...store.loadBalancers.values()].find((candidate) => candidate.name === settings.name);
      if (present !== undefined) {
        const { name, scheme, ipAddressType, placements, securityGroups } = present;
        const before = {
          name,
          scheme,
          ipAddressType,
          vpcId: present.vpcId,
          subnets: placements.map(({ subnetId }) => subnetId),
          securityGroups,
        };
        if (JSON.stringify(before) !== JSON.stringify(settings)) {
          throw new AwsError(
            'DuplicateLoadBalancerNameException',
            `A load balancer with the same name '${name}' exists, but with different settings`,
          );
        }
        return { LoadBalancers: [presentLoadBalancer(present)] };
      }
      const { subnets: _named, ...kept } = settings;
      const record: LoadBalancerRecord = {
        ...kept,
        placements: placeIn(context, subnets),
        arn: arnOf(context, `loadbalancer/app/${settings.name}/${context.random.hex(16)}`),
        dnsName: dnsNameOf(context, settings),
        createdMs: context.clock.now(),
        attributes: defaultLoadBalancerAttributes(),
        nodes: Array.from({ length: NODES }, () => ({ applied: new Map(), turns: new Map() })),
      };
      store.loadBalancers.set(record.arn, record);
      store.tags.set(record.arn, tags);
      return { LoadBalancers: [{ ...presentLoadBalancer(record), State: { Code: 'provisioning' } }] };
    },

    DescribeLoadBalancers(input: DescribeLoadBalancersInput): DescribeLoadBalancersOutput {
      const { LoadBalancerArns: arns, Names: names } = input;
      if ((arns?.length ?? 0) > ARNS_MAX || (names?.length ?? 0) > ARNS_MAX) {
        throw validationError(`The number of load balancers must not exceed ${ARNS_MAX}`);
      }
      const all = [...store.loadBalancers.values()];
      const unknown = (names ?? []).filter((name) => !all.some((record) => record.name === name));
      if (unknown.length > 0) {
        throw new AwsError('LoadBalancerNotFoundException', `Load balancers '[${unknown.join(', ')}]' not found`);
      }
      const named = names?.length ? all.filter((record) => names.includes(record.name)) : all;
      const found = arns?.length ? arns.map((arn) => store.loadBalancer(arn)) : named;
      const { items, marker } = page(found, input);
      return { LoadBalancers: items.map((record) => presentLoadBalancer(record)), ...marker };
    },

    /** With its listeners and rules; an unknown one is deleted already. */
    DeleteLoadBalancer(input: DeleteLoadBalancerInput): object {
      const record = store.loadBalancers.get(input.LoadBalancerArn ?? '');
      if (record === undefined) return {};
      if (record.attributes.get('deletion_protection.enabled') === 'true') {
        throw new AwsError(
          'OperationNotPermittedException',
          `Load balancer '${record.arn}' cannot be deleted because deletion protection is enabled`,
        );
      }
      for (const listener of store.listenersOf(record.arn)) store.removeListener(listener);
      store.loadBalancers.delete(record.arn);
      store.tags.delete(record.arn);
      context.changed(undefined);
      context.listenersChanged();
      return {};
    },

    SetSecurityGroups(input: SetSecurityGroupsInput): SetSecurityGroupsOutput {
      const record = store.loadBalancer(input.LoadBalancerArn);
      record.securityGroups = checkSecurityGroups(context, record.vpcId, input.SecurityGroups);
      return { SecurityGroupIds: record.securityGroups };
    },

    SetSubnets(input: SetSubnetsInput): SetSubnetsOutput {
      const record = store.loadBalancer(input.LoadBalancerArn);
      const { vpcId, subnets } = checkSubnets(context, input);
      if (vpcId !== record.vpcId) {
        throw new AwsError('InvalidConfigurationRequestException', 'All subnets must belong to the same VPC');
      }
      record.placements = placeIn(context, subnets, record.placements);
      return { AvailabilityZones: presentLoadBalancer(record).AvailabilityZones };
    },

    /** No load balancer has reserved capacity. */
    DescribeCapacityReservation(input: DescribeCapacityReservationInput): DescribeCapacityReservationOutput {
      store.loadBalancer(input.LoadBalancerArn);
      return { DecreaseRequestsRemaining: 2, CapacityReservationState: [] };
    },
  };
}

function checkName(name = ''): void {
  if (name.length === 0 || name.length > 32) {
    throw validationError(`The load balancer name '${name}' cannot be empty or longer than '32' characters`);
  }
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    throw validationError(
      `The load balancer name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  }
  if (/^-|-$|^internal-/.test(name)) {
    throw validationError(
      `The load balancer name '${name}' cannot begin or end with a hyphen(-) or begin with 'internal-'`,
    );
  }
}

function dnsNameOf({ random, account }: Context, { name, scheme }: { name: string; scheme: string }): string {
  const prefix = scheme === 'internal' ? 'internal-' : '';
  return `${prefix}${name}-${1_000_000_000 + random.below(1_000_000_000)}.${account.region}.elb.amazonaws.com`;
}

function presentLoadBalancer(record: LoadBalancerRecord): LoadBalancer {
  return {
    LoadBalancerArn: record.arn,
    DNSName: record.dnsName,
    CanonicalHostedZoneId: HOSTED_ZONE_ID,
    CreatedTime: new Date(record.createdMs),
    LoadBalancerName: record.name,
    Scheme: record.scheme,
    VpcId: record.vpcId,
    State: { Code: 'active' },
    Type: 'application',
    AvailabilityZones: record.placements.map(({ subnetId, zone }) => ({
      ZoneName: zone,
      SubnetId: subnetId,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: record.securityGroups,
    IpAddressType: record.ipAddressType as IpAddressType,
  };
}
