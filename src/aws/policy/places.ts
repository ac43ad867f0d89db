/**
 * What a policy leaves open, as Terraform's `templatefile` and CloudFormation's `Fn::Sub` both write it. A list is filled in by more than one
 * ARN: each of {@link LISTS} stands alone in its string.
 */
export const PLACES = {
  partition: '${Partition}',
  region: '${Region}',
  account: '${Account}',
  /** The operator's own table. */
  table: '${Table}',
  /** ARNs of the ECS clusters whose services plans may name. */
  clusterArns: '${ClusterArns}',
  /** ARNs of the roles in those services' task definitions. */
  passRoleArns: '${PassRoleArns}',
  /** A load balancer's name, or a pattern. */
  loadBalancer: '${LoadBalancerNames}',
  /** A mesh's name, or a pattern. */
  mesh: '${MeshNames}',
  /** A topic's name, or a pattern. */
  topic: '${TopicNames}',
  /** An event bus' name, or a pattern. */
  eventBus: '${EventBusNames}',
} as const;

export const LISTS: readonly string[] = [PLACES.clusterArns, PLACES.passRoleArns];

/** An ARN of the account and Region. */
export const arnOf = (service: string, rest: string): string =>
  `arn:${PLACES.partition}:${service}:${PLACES.region}:${PLACES.account}:${rest}`;
