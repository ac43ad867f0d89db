import type { BlueService } from '../../estate/model.ts';

/** Blue as far as alarms name it: a service of the cluster `shop` with one target group; for tests. */
export const BLUE = {
  name: 'frontend',
  service: { serviceName: 'frontend', clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/shop' },
  taskDefinition: { family: 'frontend' },
  targetGroups: [
    {
      targetGroup: {
        TargetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/frontend/0123456789abcdef',
      },
      attributes: [],
    },
  ],
} as unknown as BlueService;
