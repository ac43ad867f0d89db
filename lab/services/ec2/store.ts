import type { Random } from '../../random.ts';
import type { PlacedInterface } from '../ports.ts';
import type { Account } from '../service.ts';
import { type Cidr, parseCidr, sizeOf } from '../cidr.ts';
import { DEFAULT_NETWORK } from './defaultNetwork.ts';
import { notFound, type ResourceKind } from './errors.ts';
import { TagStore } from './tagStore.ts';

export interface VpcRecord {
  id: string;
  cidr: string;
  isDefault: boolean;
  tenancy: 'default' | 'dedicated';
  dnsSupport: boolean;
  dnsHostnames: boolean;
  addressUsageMetrics: boolean;
  /** Every VPC has a main route table and a default network ACL, which is all that the lab has of either. */
  routeTableId: string;
  routeAssociationId: string;
  networkAclId: string;
  cidrAssociationId: string;
  dhcpOptionsId: string;
}

export interface SubnetRecord {
  id: string;
  vpcId: string;
  cidr: string;
  /** A full zone name such as `eu-west-1a`. */
  zone: string;
  defaultForAz: boolean;
  mapPublicIpOnLaunch: boolean;
  aclAssociationId: string;
}

/** Whom a rule lets in or out to. */
export type RulePeer =
  | { kind: 'ipv4'; cidr: string }
  | { kind: 'ipv6'; cidr: string }
  | { kind: 'prefixList'; prefixListId: string }
  | { kind: 'group'; groupId: string };

export interface RuleRecord {
  id: string;
  groupId: string;
  isEgress: boolean;
  /** `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for everything. */
  protocol: string;
  /** -1 where the protocol has no ports. */
  fromPort: number;
  toPort: number;
  peer: RulePeer;
  description: string | undefined;
}

export interface GroupRecord {
  id: string;
  name: string;
  description: string;
  vpcId: string;
}

/** What EC2 keeps of the network. Lookups by an unknown id throw EC2's `Invalid….NotFound`. */
export class Store {
  readonly vpcs = new Map<string, VpcRecord>();
  readonly subnets = new Map<string, SubnetRecord>();
  readonly groups = new Map<string, GroupRecord>();
  readonly rules = new Map<string, RuleRecord>();
  readonly tags = new TagStore();
  readonly account: Account;
  readonly #random: Random;
  readonly #interfaces: () => PlacedInterface[];

  /** Begins as a real account: a default VPC with a subnet in each of three zones. */
  constructor(parts: { account: Account; random: Random; interfaces: () => PlacedInterface[] }) {
    const { account } = parts;
    this.account = account;
    this.#random = parts.random;
    this.#interfaces = parts.interfaces;
    const { vpcId, cidr, securityGroupId, subnets } = DEFAULT_NETWORK;
    this.addVpc({ id: vpcId, cidr, isDefault: true, dnsHostnames: true, groupId: securityGroupId });
    for (const subnet of subnets) {
      this.addSubnet({
        id: subnet.id,
        vpcId,
        cidr: subnet.cidr,
        zone: `${account.region}${subnet.zone}`,
        isDefault: true,
      });
    }
  }

  /** What load balancers and tasks have placed by now. */
  interfaces(): PlacedInterface[] {
    return this.#interfaces();
  }

  /** A new id of EC2's form: seventeen hexadecimal digits behind the prefix. */
  newId(prefix: string): string {
    return `${prefix}-0${this.#random.hex(16)}`;
  }

  arnOf(type: string, id: string): string {
    return `arn:aws:ec2:${this.account.region}:${this.account.id}:${type}/${id}`;
  }

  addVpc(vpc: { id?: string; cidr: string; isDefault?: boolean; dnsHostnames?: boolean; groupId?: string }): VpcRecord {
    const record: VpcRecord = {
      id: vpc.id ?? this.newId('vpc'),
      cidr: vpc.cidr,
      isDefault: vpc.isDefault ?? false,
      tenancy: 'default',
      dnsSupport: true,
      dnsHostnames: vpc.dnsHostnames ?? false,
      addressUsageMetrics: false,
      routeTableId: this.newId('rtb'),
      routeAssociationId: this.newId('rtbassoc'),
      networkAclId: this.newId('acl'),
      cidrAssociationId: this.newId('vpc-cidr-assoc'),
      dhcpOptionsId: this.newId('dopt'),
    };
    this.vpcs.set(record.id, record);
    const group = this.addGroup({
      ...(vpc.groupId === undefined ? {} : { id: vpc.groupId }),
      name: 'default',
      description: 'default VPC security group',
      vpcId: record.id,
    });
    const everything = { groupId: group.id, protocol: '-1', fromPort: -1, toPort: -1, description: undefined };
    this.addRule({ ...everything, isEgress: false, peer: { kind: 'group', groupId: group.id } });
    return record;
  }

  addSubnet(subnet: { id?: string; vpcId: string; cidr: string; zone: string; isDefault?: boolean }): SubnetRecord {
    const isDefault = subnet.isDefault ?? false;
    const record: SubnetRecord = {
      id: subnet.id ?? this.newId('subnet'),
      vpcId: subnet.vpcId,
      cidr: subnet.cidr,
      zone: subnet.zone,
      defaultForAz: isDefault,
      mapPublicIpOnLaunch: isDefault,
      aclAssociationId: this.newId('aclassoc'),
    };
    this.subnets.set(record.id, record);
    return record;
  }

  /** A new group lets everything out and nothing in (row N3). */
  addGroup(group: { id?: string; name: string; description: string; vpcId: string }): GroupRecord {
    const record: GroupRecord = { ...group, id: group.id ?? this.newId('sg') };
    this.groups.set(record.id, record);
    this.addRule({
      groupId: record.id,
      isEgress: true,
      protocol: '-1',
      fromPort: -1,
      toPort: -1,
      peer: { kind: 'ipv4', cidr: '0.0.0.0/0' },
      description: undefined,
    });
    return record;
  }

  addRule(rule: Omit<RuleRecord, 'id'>): RuleRecord {
    const record = { ...rule, id: this.newId('sgr') };
    this.rules.set(record.id, record);
    return record;
  }

  removeGroup(groupId: string): void {
    for (const rule of this.rulesOf(groupId)) this.removeRule(rule.id);
    this.groups.delete(groupId);
    this.tags.forget(groupId);
  }

  removeRule(id: string): void {
    this.rules.delete(id);
    this.tags.forget(id);
  }

  rulesOf(groupId: string): RuleRecord[] {
    return [...this.rules.values()].filter((rule) => rule.groupId === groupId);
  }

  /** The zones of the region that the lab has. */
  zones(): string[] {
    return ['a', 'b', 'c'].map((letter) => `${this.account.region}${letter}`);
  }

  vpc(id: string): VpcRecord {
    return found('vpc', id, this.vpcs);
  }

  subnet(id: string): SubnetRecord {
    return found('subnet', id, this.subnets);
  }

  group(id: string): GroupRecord {
    return found('sg', id, this.groups);
  }

  rule(id: string): RuleRecord {
    return found('sgr', id, this.rules);
  }
}

/** `use1-az1` for `us-east-1a`: the zone's id, which is the same for every account. In the lab zone a is always az1. */
export function zoneIdOf(zone: string): string {
  const [continent = '', ...rest] = zone.split('-');
  const number = rest.pop() ?? '';
  const direction = rest.join('').replaceAll(/north|south|east|west|central|gov/g, (word) => word.charAt(0));
  return `${continent}${direction}${number.slice(0, -1)}-az${zone.charCodeAt(zone.length - 1) - 96}`;
}

/** What a subnet has left: AWS keeps five addresses of each for itself. */
export function freeAddresses(subnet: SubnetRecord, interfaces: readonly PlacedInterface[]): number {
  const taken = interfaces.filter(({ subnetId }) => subnetId === subnet.id).length;
  const { prefix } = blockOf(subnet.cidr);
  return sizeOf(prefix) - 5 - taken;
}

/** The block of a record, whose text was checked when it was made. */
export function blockOf(cidr: string): Cidr {
  const block = parseCidr(cidr);
  if (block === undefined) throw new Error(`${cidr} was kept without being a block of addresses`);
  return block;
}

/** The named resources, or all where none is named. Throws for the first that does not exist. */
export function named<T>(kind: ResourceKind, ids: readonly string[] | undefined, all: ReadonlyMap<string, T>): T[] {
  return ids === undefined || ids.length === 0 ? [...all.values()] : ids.map((id) => found(kind, id, all));
}

function found<T>(kind: ResourceKind, id: string, all: ReadonlyMap<string, T>): T {
  const record = all.get(id);
  if (record === undefined) throw notFound(kind, id);
  return record;
}
