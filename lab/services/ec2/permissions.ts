import type { IpPermission, SecurityGroupRule, SecurityGroupRuleRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../errors.ts';
import { parseCidr } from '../cidr.ts';
import { invalidValue, required } from './errors.ts';
import type { RulePeer, RuleRecord } from './store.ts';

/** What a rule says, without its place. */
export type RuleTerms = Pick<RuleRecord, 'protocol' | 'fromPort' | 'toPort' | 'peer' | 'description'>;

/** Protocols that have names, by number. EC2 answers the name, whichever was sent. */
const PROTOCOL_NAMES: Readonly<Record<string, string>> = {
  '6': 'tcp',
  '17': 'udp',
  '1': 'icmp',
  '58': 'icmpv6',
  all: '-1',
};

/** The rules that a list of permissions stands for: one for each peer. */
export function termsOf(permissions: readonly IpPermission[]): RuleTerms[] {
  return permissions.flatMap((permission) => {
    const base = portsOf(permission);
    const peers: { peer: RulePeer; description: string | undefined }[] = [
      ...(permission.IpRanges ?? []).map(({ CidrIp, Description }) => ({
        peer: ipv4(CidrIp),
        description: Description,
      })),
      ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) => ({
        peer: ipv6(CidrIpv6),
        description: Description,
      })),
      ...(permission.PrefixListIds ?? []).map(({ PrefixListId, Description }) => ({
        peer: { kind: 'prefixList' as const, prefixListId: required(PrefixListId, 'prefixListId') },
        description: Description,
      })),
      ...(permission.UserIdGroupPairs ?? []).map(({ GroupId, Description }) => ({
        peer: { kind: 'group' as const, groupId: required(GroupId, 'groupId') },
        description: Description,
      })),
    ];
    if (peers.length === 0) {
      throw invalidValue('Invalid value for IpPermissions: a source or destination is needed for every permission');
    }
    return peers.map((peer) => ({ ...base, ...peer }));
  });
}

/** The rule that ModifySecurityGroupRules asks for. */
export function termsOfRequest(request: SecurityGroupRuleRequest): RuleTerms {
  const peers: RulePeer[] = [
    ...(request.CidrIpv4 === undefined ? [] : [ipv4(request.CidrIpv4)]),
    ...(request.CidrIpv6 === undefined ? [] : [ipv6(request.CidrIpv6)]),
    ...(request.PrefixListId === undefined
      ? []
      : [{ kind: 'prefixList' as const, prefixListId: request.PrefixListId }]),
    ...(request.ReferencedGroupId === undefined
      ? []
      : [{ kind: 'group' as const, groupId: request.ReferencedGroupId }]),
  ];
  const [peer] = peers;
  if (peer === undefined || peers.length > 1) {
    throw new AwsError(
      'InvalidParameterCombination',
      'Exactly one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId must be given for a rule',
    );
  }
  return { ...portsOf(request), peer, description: request.Description };
}

function portsOf(rule: {
  IpProtocol?: string | undefined;
  FromPort?: number | undefined;
  ToPort?: number | undefined;
}): Pick<RuleTerms, 'protocol' | 'fromPort' | 'toPort'> {
  const sent = required(rule.IpProtocol, 'ipProtocol').toLowerCase();
  const protocol = PROTOCOL_NAMES[sent] ?? sent;
  if (!/^(tcp|udp|icmp|icmpv6|-1|\d{1,3})$/.test(protocol) || Number(protocol) > 255) {
    throw invalidValue(`Invalid value '${sent}' for IP protocol. Unknown protocol.`);
  }
  // Rules for all traffic, and for protocols without ports, cover all ports whatever was sent.
  if (!/^(tcp|udp|icmp|icmpv6)$/.test(protocol)) return { protocol, fromPort: -1, toPort: -1 };
  const { FromPort: fromPort, ToPort: toPort } = rule;
  const ports = protocol === 'tcp' || protocol === 'udp';
  if (fromPort === undefined || toPort === undefined) {
    if (!ports) return { protocol, fromPort: -1, toPort: -1 };
    throw invalidValue('Invalid value for portRange. Must specify both from and to ports with TCP/UDP.');
  }
  if (ports && (fromPort < 0 || toPort > 65_535 || fromPort > toPort)) {
    throw invalidValue(`Invalid TCP/UDP port range (${fromPort}:${toPort})`);
  }
  return { protocol, fromPort, toPort };
}

function ipv4(cidr: string | undefined): RulePeer {
  if (cidr === undefined || parseCidr(cidr) === undefined) {
    throw invalidValue(`CIDR block ${cidr ?? ''} is malformed`);
  }
  return { kind: 'ipv4', cidr };
}

function ipv6(cidr: string | undefined): RulePeer {
  const [address = '', prefix = '', ...rest] = cidr?.split('/', 3) ?? [];
  if (cidr === undefined || !isIpv6(address) || !/^\d{1,3}$/.test(prefix) || Number(prefix) > 128 || rest.length > 0) {
    throw invalidValue(`CIDR block ${cidr ?? ''} is malformed`);
  }
  return { kind: 'ipv6', cidr };
}

function isIpv6(address: string): boolean {
  const [before = '', after, ...others] = address.split('::', 3);
  const groups = [before, after ?? ''].flatMap((half) => (half === '' ? [] : half.split(':', 9)));
  const isWhole = after === undefined ? groups.length === 8 : others.length === 0 && groups.length < 8;
  return isWhole && groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group));
}

/** Whether two rules let the same through; their descriptions do not count. */
export function sameTerms(a: RuleTerms, b: RuleTerms): boolean {
  return (
    a.protocol === b.protocol &&
    a.fromPort === b.fromPort &&
    a.toPort === b.toPort &&
    JSON.stringify(a.peer) === JSON.stringify(b.peer)
  );
}

/** Rules as a group shows them: one permission for each protocol and range of ports. */
export function permissionsOf(rules: readonly RuleRecord[], accountId: string): IpPermission[] {
  const permissions = new Map<
    string,
    Required<Pick<IpPermission, 'IpRanges' | 'Ipv6Ranges' | 'PrefixListIds' | 'UserIdGroupPairs'>> & IpPermission
  >();
  for (const rule of rules) {
    const key = `${rule.protocol}/${rule.fromPort}/${rule.toPort}`;
    const permission = permissions.get(key) ?? {
      IpProtocol: rule.protocol,
      ...(rule.protocol === '-1' ? {} : { FromPort: rule.fromPort, ToPort: rule.toPort }),
      IpRanges: [],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    };
    permissions.set(key, permission);
    const description = rule.description === undefined ? {} : { Description: rule.description };
    switch (rule.peer.kind) {
      case 'ipv4':
        permission.IpRanges?.push({ CidrIp: rule.peer.cidr, ...description });
        break;
      case 'ipv6':
        permission.Ipv6Ranges?.push({ CidrIpv6: rule.peer.cidr, ...description });
        break;
      case 'prefixList':
        permission.PrefixListIds?.push({ PrefixListId: rule.peer.prefixListId, ...description });
        break;
      case 'group':
        permission.UserIdGroupPairs?.push({ GroupId: rule.peer.groupId, UserId: accountId, ...description });
        break;
    }
  }
  return [...permissions.values()];
}

/** One rule by itself, as DescribeSecurityGroupRules shows it. */
export function presentRule(rule: RuleRecord, accountId: string): SecurityGroupRule {
  return {
    SecurityGroupRuleId: rule.id,
    GroupId: rule.groupId,
    GroupOwnerId: accountId,
    IsEgress: rule.isEgress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...presentPeer(rule.peer, accountId),
    ...(rule.description === undefined ? {} : { Description: rule.description }),
  };
}

function presentPeer(peer: RulePeer, accountId: string): SecurityGroupRule {
  switch (peer.kind) {
    case 'ipv4':
      return { CidrIpv4: peer.cidr };
    case 'ipv6':
      return { CidrIpv6: peer.cidr };
    case 'prefixList':
      return { PrefixListId: peer.prefixListId };
    case 'group':
      return { ReferencedGroupInfo: { GroupId: peer.groupId, UserId: accountId } };
  }
}
