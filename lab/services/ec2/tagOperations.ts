import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  ResourceType,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../../errors.ts';
import { invalidValue, required } from './errors.ts';
import { filtered } from './filters.ts';
import { page } from './paging.ts';
import type { Store } from './store.ts';
import type { KeptTag } from './tagStore.ts';

const MAX_TAGS = 50;

/** Kinds of resources by the prefix of their ids, as tags and ARNs name them. */
const TYPES: readonly [prefix: string, type: ResourceType][] = [
  ['vpc-', 'vpc'],
  ['subnet-', 'subnet'],
  ['sg-', 'security-group'],
  ['sgr-', 'security-group-rule'],
  ['rtb-', 'route-table'],
  ['acl-', 'network-acl'],
];

/** The tags that a create call gives to the new resource. Throws where they are meant for another kind, or AWS forbids them. */
export function tagsFor(type: ResourceType, specifications: TagSpecification[] | undefined): KeptTag[] {
  const tags = (specifications ?? []).flatMap((specification) => {
    if (specification.ResourceType !== type) {
      throw invalidValue(
        `'${specification.ResourceType ?? ''}' is not a valid taggable resource type for this operation.`,
      );
    }
    return specification.Tags ?? [];
  });
  checkCount(tags);
  return checkTags(tags);
}

export function tagOperations(store: Store) {
  const exists = (id: string) =>
    [store.vpcs, store.subnets, store.groups, store.rules].some((records) => records.has(id)) ||
    [...store.vpcs.values()].some(({ routeTableId, networkAclId }) => id === routeTableId || id === networkAclId);

  const resourcesOf = (ids: string[] | undefined) => {
    for (const id of required(ids, 'resourceIdSet')) {
      if (!exists(id)) throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
    }
    return ids ?? [];
  };

  return {
    CreateTags(input: CreateTagsRequest): object {
      const tags = checkTags(required(input.Tags, 'tagSet'));
      const ids = resourcesOf(input.Resources);
      for (const id of ids) {
        checkCount([...store.tags.of(id), ...tags]);
      }
      for (const id of ids) store.tags.put(id, tags);
      return {};
    },

    /** A tag without a value goes whatever its value; without any tag all go. */
    DeleteTags(input: DeleteTagsRequest): object {
      for (const id of resourcesOf(input.Resources)) {
        for (const { Key, Value } of input.Tags ??
          store.tags.of(id).map(({ Key: key }) => ({ Key: key, Value: undefined }))) {
          store.tags.remove(id, Key ?? '', Value);
        }
      }
      return {};
    },

    DescribeTags(input: DescribeTagsRequest): DescribeTagsResult {
      const all = store.tags
        .ids()
        .flatMap((ResourceId) =>
          store.tags.of(ResourceId).map((tag) => ({ ...tag, ResourceId, ResourceType: typeOf(ResourceId) })),
        );
      const found = filtered(all, input.Filters, {
        key: ({ Key }) => Key,
        value: ({ Value }) => Value,
        'resource-id': ({ ResourceId }) => ResourceId,
        'resource-type': ({ ResourceType }) => ResourceType,
      });
      const { items, token } = page(found, input);
      return { Tags: items, ...token };
    },
  };
}

function typeOf(id: string): ResourceType {
  const type = TYPES.find(([prefix]) => id.startsWith(prefix))?.[1];
  if (type === undefined) throw new Error(`${id} has tags and is of no known kind`);
  return type;
}

/** A tag that comes again takes the other's place. */
function checkCount(tags: readonly { Key?: string | undefined }[]): void {
  if (new Set(tags.map(({ Key }) => Key)).size <= MAX_TAGS) return;
  throw new AwsError('TagLimitExceeded', `More than ${MAX_TAGS} tags are not allowed on a resource.`);
}

function checkTags(tags: readonly { Key?: string | undefined; Value?: string | undefined }[]): KeptTag[] {
  return tags.map(({ Key = '', Value = '' }) => {
    if (Key === '') throw invalidValue('Tag key cannot be null or empty.');
    if (Key.startsWith('aws:')) throw invalidValue("Tag keys starting with 'aws:' are reserved for internal use");
    if (Key.length > 127) throw invalidValue('Tag key exceeds the maximum length of 127 characters');
    if (Value.length > 255) throw invalidValue('Tag value exceeds the maximum length of 255 characters');
    return { Key, Value };
  });
}
