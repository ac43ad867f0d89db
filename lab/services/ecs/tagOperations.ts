import type {
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  Tag,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-ecs';
import { AwsError } from '../../errors.ts';
import { lastPart } from './arns.ts';
import type { Clusters } from './clusters.ts';
import { clusterNotFound, invalidParameter } from './errors.ts';
import type { ServiceStore } from './serviceStore.ts';
import { mergeTags, withoutTags } from './tags.ts';
import type { TaskDefinitions } from './taskDefinitions.ts';

interface TagOperationsParts {
  clusters: Clusters;
  store: ServiceStore;
  definitions: TaskDefinitions;
}

/** Tags of clusters, services, task definitions and tasks (row E70). */
export class TagOperations {
  readonly #parts: TagOperationsParts;

  constructor(parts: TagOperationsParts) {
    this.#parts = parts;
  }

  tag(input: TagResourceCommandInput): Record<string, never> {
    const tagged = this.#find(input.resourceArn);
    tagged.tags = mergeTags(tagged.tags, input.tags ?? []);
    return {};
  }

  untag(input: UntagResourceCommandInput): Record<string, never> {
    const tagged = this.#find(input.resourceArn);
    tagged.tags = withoutTags(tagged.tags, input.tagKeys ?? []);
    return {};
  }

  list(input: ListTagsForResourceCommandInput): Omit<ListTagsForResourceCommandOutput, '$metadata'> {
    return { tags: this.#find(input.resourceArn).tags };
  }

  #find(arn: string | undefined): { tags: Tag[] } {
    const { clusters, store, definitions } = this.#parts;
    const match = /^arn:aws:ecs:[^:]*:\d{12}:(cluster|service|task-definition|task)\/(.+)$/.exec(arn ?? '');
    const [, kind, rest = ''] = match ?? [];
    if (kind === undefined || arn === undefined) throw invalidParameter(`Invalid ARN: ${arn ?? ''}`);
    if ((kind === 'service' || kind === 'task') && !rest.includes('/')) {
      throw invalidParameter(`Long arn format must be used for tagging operations: ${arn} does not name its cluster.`);
    }
    switch (kind) {
      case 'cluster': {
        const cluster = clusters.find(arn);
        if (cluster === undefined) throw clusterNotFound();
        return cluster;
      }
      case 'service':
        return existing(store.byArn(arn), arn);
      case 'task-definition':
        return existing(definitions.find(arn), arn);
      default: {
        const [clusterName = ''] = rest.split('/');
        return existing(
          store.tasks(clusterName).find((task) => task.id === lastPart(rest)),
          arn,
        );
      }
    }
  }
}

function existing(resource: { tags: Tag[] } | undefined, arn: string): { tags: Tag[] } {
  if (resource === undefined) {
    throw new AwsError('InvalidParameterException', `The specified resource was not found: ${arn}`);
  }
  return resource;
}
