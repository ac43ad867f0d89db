import type {
  CreateTargetGroupCommandInput,
  Tag,
  TargetGroup,
  TargetGroupAttribute,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroupResource } from '../../assess/model.ts';
import { canonicalJson } from '../../plan/canonical.ts';
import type { Observed, Owner } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import { hasCode } from '../errors.ts';
import { foreignWhy, isOwned, upperCaseTags, withOwnerTags } from '../ownership.ts';
import { targetCounts } from '../routers/targetHealth.ts';
import { changed } from './changes.ts';
import { refuseForeign, type ResourceKind } from './kind.ts';

/** What `ModifyTargetGroup` can change; everything else is fixed when the group is made. */
const CHANGEABLE = [
  'HealthCheckProtocol',
  'HealthCheckPort',
  'HealthCheckPath',
  'HealthCheckEnabled',
  'HealthCheckIntervalSeconds',
  'HealthCheckTimeoutSeconds',
  'HealthyThresholdCount',
  'UnhealthyThresholdCount',
  'Matcher',
] as const satisfies readonly (keyof TargetGroup & keyof CreateTargetGroupCommandInput)[];

const FIXED = [
  'Protocol',
  'ProtocolVersion',
  'Port',
  'VpcId',
  'TargetType',
  'IpAddressType',
] as const satisfies readonly (keyof TargetGroup & keyof CreateTargetGroupCommandInput)[];

/** Green's own target group: sharing blue's would make weights mean nothing (row E63). */
export const targetGroup: ResourceKind<TargetGroupResource> = {
  kind: 'targetGroup',
  actions: [
    'elasticloadbalancing:AddTags',
    'elasticloadbalancing:CreateTargetGroup',
    'elasticloadbalancing:DeleteTargetGroup',
    'elasticloadbalancing:DescribeTags',
    'elasticloadbalancing:DescribeTargetGroupAttributes',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTargetHealth',
    'elasticloadbalancing:ModifyTargetGroup',
    'elasticloadbalancing:ModifyTargetGroupAttributes',
  ],

  read: ({ clients }, resource, owner) => read(clients, resource, owner),

  async ensure({ clients }, resource, owner) {
    const observed = await read(clients, resource, owner);
    switch (observed.status) {
      case 'foreign':
        return refuseForeign('elasticloadbalancing:CreateTargetGroup', resource.id, observed.why);
      case 'ready':
        return { outcome: 'unchanged', arn: observed.arn };
      case 'differs':
        await mend(clients, resource, observed.arn);
        return { outcome: 'updated', arn: observed.arn };
      case 'failed':
      case 'unknown':
      case 'waiting':
        return { outcome: 'waiting', why: observed.why };
      case 'absent': {
        const created = await clients.elbv2.send(
          new CreateTargetGroupCommand({
            ...inputOf(resource),
            Tags: upperCaseTags(withOwnerTags(owner, inputOf(resource).Tags)),
          }),
        );
        const arn = created.TargetGroups?.[0]?.TargetGroupArn;
        if (arn === undefined)
          return { outcome: 'waiting', why: 'the load balancer service named no ARN; it is read again' };
        await writeAttributes(clients, resource, arn);
        return { outcome: 'created', arn };
      }
    }
  },

  async remove({ clients }, resource, owner) {
    const found = await find(clients, resource, owner);
    if (found === undefined || !found.owned) return { outcome: 'gone' };
    // ECS calls a service gone while its targets still drain (row E2).
    const targets = await targetCounts(clients, found.arn);
    if (targets.registered > 0) return { outcome: 'waiting', why: `targets have not left yet: ${targets.words}` };
    try {
      await clients.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: found.arn }));
    } catch (error) {
      if (hasCode(error, 'TargetGroupNotFound')) return { outcome: 'gone' };
      // For a moment after the last rule let go of it (row L19).
      if (hasCode(error, 'ResourceInUse')) return { outcome: 'waiting', why: 'still in use by a listener or a rule' };
      throw error;
    }
    return { outcome: 'gone' };
  },
};

const inputOf = (resource: TargetGroupResource): CreateTargetGroupCommandInput => resource.input;

interface Found {
  arn: string;
  group: TargetGroup;
  owned: boolean;
  why: string;
}

async function find(clients: AwsClients, resource: TargetGroupResource, owner: Owner): Promise<Found | undefined> {
  const name = inputOf(resource).Name ?? '';
  const look = clients.reader?.look();
  let group: TargetGroup | undefined;
  try {
    if (look !== undefined) group = await look.load(look.reader.targetGroups, { name });
    else {
      const { TargetGroups } = await clients.elbv2.send(new DescribeTargetGroupsCommand({ Names: [name] }));
      group = TargetGroups?.[0];
    }
  } catch (error) {
    if (hasCode(error, 'TargetGroupNotFound')) return undefined;
    throw error;
  }
  const arn = group?.TargetGroupArn;
  if (group === undefined || arn === undefined) return undefined;
  const tags = look === undefined ? await tagsOf(clients, arn) : await look.load(look.reader.tags, arn);
  return { arn, group, owned: isOwned(tags, owner), why: foreignWhy(`target group ${name}`, tags) };
}

async function tagsOf({ elbv2 }: AwsClients, arn: string): Promise<Tag[] | undefined> {
  const { TagDescriptions } = await elbv2.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
  return TagDescriptions?.find((one) => one.ResourceArn === arn)?.Tags;
}

/** Asked a group at a time. */
async function attributesOf(clients: AwsClients, arn: string): Promise<TargetGroupAttribute[]> {
  const ask = async () => {
    const { Attributes = [] } = await clients.elbv2.send(
      new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }),
    );
    return Attributes;
  };
  return clients.reader?.oneByOne('elasticloadbalancing:DescribeTargetGroupAttributes', arn, ask) ?? ask();
}

async function read(clients: AwsClients, resource: TargetGroupResource, owner: Owner): Promise<Observed> {
  const found = await find(clients, resource, owner);
  if (found === undefined) return { status: 'absent' };
  const { arn, group } = found;
  if (!found.owned) return { status: 'foreign', arn, why: found.why };
  const input = inputOf(resource);
  const unlike = (member: (typeof CHANGEABLE | typeof FIXED)[number]) =>
    input[member] !== undefined && canonicalJson(input[member]) !== canonicalJson(group[member]);

  const fixed = FIXED.filter(unlike);
  if (fixed.length > 0) {
    return { status: 'failed', arn, why: `${fixed.join(', ')} cannot be changed: it was made with other values` };
  }
  const changes = CHANGEABLE.filter(unlike).flatMap((member) => changed(member, input[member], group[member]));
  if (resource.attributes.length > 0) {
    const attributes = await attributesOf(clients, arn);
    const values = new Map(attributes.map(({ Key, Value }) => [Key, Value]));
    changes.push(...resource.attributes.flatMap(({ Key = '', Value }) => changed(Key, Value, values.get(Key))));
  }
  if (changes.length > 0) return { status: 'differs', arn, why: changes.join(', ') };
  return { status: 'ready', arn, why: 'exists' };
}

async function mend(clients: AwsClients, resource: TargetGroupResource, arn: string): Promise<void> {
  const input = inputOf(resource);
  const changes = Object.fromEntries(
    CHANGEABLE.filter((member) => input[member] !== undefined).map((member) => [member, input[member]]),
  );
  if (Object.keys(changes).length > 0) {
    await clients.elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn: arn, ...changes }));
  }
  await writeAttributes(clients, resource, arn);
}

async function writeAttributes(clients: AwsClients, resource: TargetGroupResource, arn: string): Promise<void> {
  if (resource.attributes.length === 0) return;
  await clients.elbv2.send(
    new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes: [...resource.attributes] }),
  );
}
