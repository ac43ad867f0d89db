import type {
  DescribeContainerInstancesCommandInput,
  DescribeContainerInstancesCommandOutput,
  ListContainerInstancesCommandInput,
  ListContainerInstancesCommandOutput,
} from '@aws-sdk/client-ecs';
import { type Arns, lastPart } from './arns.ts';
import type { Clusters } from './clusters.ts';
import { page } from './paging.ts';
import { limited } from './serviceReads.ts';

type Answer<Output> = Omit<Output, '$metadata'>;

/** The container instances of a cluster, of which there are none: everything in the lab is Fargate (row E75). */
export class ContainerInstances {
  readonly #arns: Arns;
  readonly #clusters: Clusters;

  constructor(parts: { arns: Arns; clusters: Clusters }) {
    this.#arns = parts.arns;
    this.#clusters = parts.clusters;
  }

  list(input: ListContainerInstancesCommandInput): Answer<ListContainerInstancesCommandOutput> {
    this.#clusters.active(input.cluster);
    const { items, nextToken } = page<string>([], input, { default: 100, max: 100 });
    return { containerInstanceArns: items, nextToken };
  }

  describe(input: DescribeContainerInstancesCommandInput): Answer<DescribeContainerInstancesCommandOutput> {
    const { name } = this.#clusters.active(input.cluster);
    const references = limited(input.containerInstances, 'Container instances', 100);
    return {
      containerInstances: [],
      failures: references.map((reference) => ({
        arn: this.#arns.containerInstance(name, lastPart(reference)),
        reason: 'MISSING',
      })),
    };
  }
}
