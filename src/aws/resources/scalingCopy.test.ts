import { describe, expect, test } from 'vitest';
import type { ScalingResource } from '../../assess/model.ts';
import { policyFor, scheduledActionFor } from './scalingCopy.ts';

const blueArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef';
const greenArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop-sc/fedcba9876543210';
const start = '2026-11-20T12:00:00.000Z';

const resource: ScalingResource = {
  kind: 'scaling',
  id: 'scaling/shop-sc',
  dependsOn: [],
  blueService: 'shop',
  resourceId: 'service/prod/shop-sc',
  blue: {
    target: { ResourceId: 'service/prod/shop', MinCapacity: 2, MaxCapacity: 8 },
    policies: [],
    scheduledActions: [],
  },
  targetGroups: [{ blueArn, green: { ref: 'targetGroup/shop-sc' } }],
};
const resolved = new Map([['targetGroup/shop-sc', greenArn]]);
const policy = {
  PolicyName: 'load',
  PolicyType: 'TargetTrackingScaling' as const,
};

describe('green’s scaling', () => {
  test('P7: the load per target is green’s target group’s', () => {
    const copy = policyFor(
      resource,
      {
        ...policy,
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 100,
          PredefinedMetricSpecification: {
            PredefinedMetricType: 'ALBRequestCountPerTarget',
            ResourceLabel: 'app/prod/50dc6c495c0c9188/targetgroup/shop/0123456789abcdef',
          },
        },
      },
      resolved,
    );
    expect(copy).toEqual({
      PolicyName: 'load',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 100,
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'ALBRequestCountPerTarget',
          ResourceLabel: 'app/prod/50dc6c495c0c9188/targetgroup/shop-sc/fedcba9876543210',
        },
      },
    });
  });

  test('P7: a metric of one’s own watches green’s service and target group, and nothing else in it changes', () => {
    const copy = policyFor(
      resource,
      {
        ...policy,
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 1,
          CustomizedMetricSpecification: {
            MetricName: 'Queue',
            Namespace: 'shop',
            Dimensions: [
              { Name: 'ServiceName', Value: 'shop' },
              { Name: 'ClusterName', Value: 'shop' },
              { Name: 'TargetGroup', Value: 'targetgroup/shop/0123456789abcdef' },
            ],
          },
        },
      },
      resolved,
    );
    const metric = copy.TargetTrackingScalingPolicyConfiguration?.CustomizedMetricSpecification;
    expect(metric?.Namespace).toBe('shop');
    expect(metric?.Dimensions).toEqual([
      { Name: 'ServiceName', Value: 'shop-sc' },
      { Name: 'ClusterName', Value: 'shop' },
      { Name: 'TargetGroup', Value: 'targetgroup/shop-sc/fedcba9876543210' },
    ]);
  });

  test('a scheduled action gets its dates back from the record', () => {
    const copy = scheduledActionFor({
      ScheduledActionName: 'night',
      Schedule: 'cron(0 20 * * ? *)',
      Timezone: 'Europe/Berlin',
      StartTime: start,
      ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 2 },
    });
    expect(copy).toEqual({
      ScheduledActionName: 'night',
      Schedule: 'cron(0 20 * * ? *)',
      Timezone: 'Europe/Berlin',
      StartTime: new Date(start),
      ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 2 },
    });
  });
});
