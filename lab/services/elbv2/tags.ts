import type {
  AddTagsInput,
  DescribeTagsInput,
  DescribeTagsOutput,
  RemoveTagsInput,
  Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../errors.ts';
import type { Context } from './context.ts';
import { notFound, validationError } from './errors.ts';
import type { Store } from './store.ts';

const TAGS_MAX = 50;
const RESOURCES_MAX = 20;

/** The tags of a new resource, checked; to be stored once the resource is. */
export function checkTags(tags: Tag[] | undefined, present: Map<string, string> = new Map()): Map<string, string> {
  const result = new Map(present);
  const seen = new Set<string>();
  for (const { Key: key = '', Value: value = '' } of tags ?? []) {
    if (seen.has(key)) {
      throw new AwsError('DuplicateTagKeysException', `Tag key was specified more than once: ${key}`);
    }
    seen.add(key);
    if (key === '' || key.length > 128) throw validationError(`Tag key '${key}' must have 1 to 128 characters`);
    if (value.length > 256) throw validationError(`The value of tag '${key}' must have at most 256 characters`);
    if (key.toLowerCase().startsWith('aws:')) throw validationError(`Tag key '${key}' must not begin with 'aws:'`);
    result.set(key, value);
  }
  if (result.size > TAGS_MAX) {
    throw new AwsError(
      'TooManyTagsException',
      'The quota for the number of tags that can be assigned to a load balancer has been reached',
    );
  }
  return result;
}

export function tagOperations({ store }: Context) {
  return {
    AddTags(input: AddTagsInput): object {
      const arns = resources(store, input.ResourceArns);
      const added = arns.map((arn) => [arn, checkTags(input.Tags, store.tags.get(arn))] as const);
      for (const [arn, tags] of added) store.tags.set(arn, tags);
      return {};
    },

    RemoveTags(input: RemoveTagsInput): object {
      for (const arn of resources(store, input.ResourceArns)) {
        for (const key of input.TagKeys ?? []) store.tags.get(arn)?.delete(key);
      }
      return {};
    },

    /** At most 20 ARNs (row L16). */
    DescribeTags(input: DescribeTagsInput): DescribeTagsOutput {
      const arns = resources(store, input.ResourceArns);
      return {
        TagDescriptions: arns.map((arn) => ({
          ResourceArn: arn,
          Tags: [...(store.tags.get(arn) ?? [])].map(([Key, Value]) => ({ Key, Value })),
        })),
      };
    },
  };
}

function resources(store: Store, arns: string[] | undefined): string[] {
  if (arns === undefined || arns.length === 0) throw validationError('A resource ARN must be specified');
  if (arns.length > RESOURCES_MAX) {
    throw validationError(`The number of resource ARNs must not exceed ${RESOURCES_MAX}`);
  }
  for (const arn of arns) {
    if (arn.includes(':loadbalancer/')) store.loadBalancer(arn);
    else if (arn.includes(':targetgroup/')) store.targetGroup(arn);
    else if (arn.includes(':listener/')) store.listener(arn);
    else if (!isDefaultRule(store, arn)) {
      if (!arn.includes(':listener-rule/'))
        throw validationError(`'${arn}' is not a valid load balancing resource ARN`);
      if (!store.rules.has(arn)) throw notFound('rule', arn);
    }
  }
  return arns;
}

function isDefaultRule(store: Store, arn: string): boolean {
  return [...store.listeners.values()].some((listener) => listener.defaultRuleArn === arn);
}
