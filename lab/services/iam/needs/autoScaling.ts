import { creating, eachNamed, type Need, type NeedTable, onAnything, type Surroundings, tagsIn } from './need.ts';

interface Target {
  ServiceNamespace?: string;
  ResourceId?: string;
  ScalableDimension?: string;
}

/** The target that an input names by its resource and dimension: its ARN has an id of its own, `*` before there is one. */
function onTarget(operation: string, input: Target, around: Surroundings): Need {
  const { account } = around;
  const { ServiceNamespace, ResourceId = '', ScalableDimension } = input;
  const known = around.look('application-auto-scaling', 'DescribeScalableTargets', {
    ServiceNamespace,
    ResourceIds: [ResourceId],
    ScalableDimension,
  })?.ScalableTargets?.[0]?.ScalableTargetARN as string | undefined;
  return {
    action: `application-autoscaling:${operation}`,
    resource: known ?? `arn:aws:application-autoscaling:${account.region}:${account.id}:scalable-target/*`,
    context: {
      'application-autoscaling:service-namespace': ServiceNamespace,
      'application-autoscaling:scalable-dimension': ScalableDimension,
    },
  };
}

export const AUTO_SCALING_NEEDS: NeedTable = {
  ...eachNamed(
    ['DescribeScalableTargets', 'DescribeScalingPolicies', 'DescribeScheduledActions', 'DescribeScalingActivities'],
    (operation) => onAnything(`application-autoscaling:${operation}`),
  ),
  ...eachNamed(
    [
      'DeregisterScalableTarget',
      'PutScalingPolicy',
      'DeleteScalingPolicy',
      'PutScheduledAction',
      'DeleteScheduledAction',
    ],
    (operation) => (input, around) => [onTarget(operation, input, around)],
  ),
  RegisterScalableTarget: (input, around) =>
    creating(
      { ...onTarget('RegisterScalableTarget', input, around), requestTags: tagsIn(input.Tags) },
      { action: 'application-autoscaling:TagResource', operation: 'RegisterScalableTarget' },
    ),
  TagResource: ({ ResourceARN, Tags }) => [
    { action: 'application-autoscaling:TagResource', resource: ResourceARN, requestTags: tagsIn(Tags) },
  ],
  UntagResource: ({ ResourceARN, TagKeys }) => [
    { action: 'application-autoscaling:UntagResource', resource: ResourceARN, tagKeys: TagKeys },
  ],
  ListTagsForResource: ({ ResourceARN }) => [
    { action: 'application-autoscaling:ListTagsForResource', resource: ResourceARN },
  ],
};
