import { type Surroundings, type Tags, tagsIn } from './needs/need.ts';

/** The tags that a resource has, by its ARN, as its service tells them; `undefined` where there is no such resource, or it cannot have any. */
export function tagsOfResource(arn: string, { look }: Surroundings): Tags | undefined {
  const [, , service, , , ...rest] = arn.split(':');
  const resource = rest.join(':');
  switch (service) {
    case 'ecs':
      return tagsIn(look('ecs', 'ListTagsForResource', { resourceArn: arn })?.tags);
    case 'appmesh':
      return tagsIn(look('app-mesh', 'ListTagsForResource', { resourceArn: arn })?.tags);
    case 'servicediscovery':
      return tagsIn(look('servicediscovery', 'ListTagsForResource', { ResourceARN: arn })?.Tags);
    case 'elasticloadbalancing':
      return tagsIn(
        look('elastic-load-balancing-v2', 'DescribeTags', { ResourceArns: [arn] })?.TagDescriptions?.[0]?.Tags,
      );
    case 'cloudwatch':
      return tagsIn(look('cloudwatch', 'ListTagsForResource', { ResourceARN: arn })?.Tags);
    case 'application-autoscaling':
      return tagsIn(look('application-auto-scaling', 'ListTagsForResource', { ResourceARN: arn })?.Tags);
    case 'logs':
      return tagsIn(
        look('cloudwatch-logs', 'ListTagsForResource', { resourceArn: arn.replace(/:log-stream:$/, '') })?.tags,
      );
    case 'sns':
      return tagsIn(look('sns', 'ListTagsForResource', { ResourceArn: arn })?.Tags);
    case 'iam':
      return resource.startsWith('role/')
        ? tagsIn(look('iam', 'ListRoleTags', { RoleName: resource.slice(resource.lastIndexOf('/') + 1) })?.Tags)
        : tagsIn(look('iam', 'ListPolicyTags', { PolicyArn: arn })?.Tags);
    case 'ec2':
      return tagsIn(
        look('ec2', 'DescribeTags', {
          Filters: [{ Name: 'resource-id', Values: [resource.slice(resource.lastIndexOf('/') + 1)] }],
        })?.Tags,
      );
    default:
      return undefined;
  }
}
