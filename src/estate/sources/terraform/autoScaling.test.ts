import { describe, expect, test } from 'vitest';
import { ACCOUNT, whole } from '../../../../test/fixtures/terraformResources.ts';

describe('Auto Scaling', () => {
  const scaled = {
    resource_id: 'service/shop/user-api',
    scalable_dimension: 'ecs:service:DesiredCount',
    service_namespace: 'ecs',
  };
  const described = {
    ResourceId: 'service/shop/user-api',
    ScalableDimension: 'ecs:service:DesiredCount',
    ServiceNamespace: 'ecs',
  };

  test('a target and a scheduled action, whose capacities are texts and whose times are the API’s', () => {
    const suspended = [
      {
        dynamic_scaling_in_suspended: true,
        dynamic_scaling_out_suspended: false,
        scheduled_scaling_suspended: false,
      },
    ];
    const { autoScaling } = whole(
      ['aws_appautoscaling_target', { ...scaled, min_capacity: 0, max_capacity: 4, suspended_state: suspended }],
      [
        'aws_appautoscaling_scheduled_action',
        {
          ...scaled,
          name: 'night',
          schedule: 'cron(0 22 * * ? *)',
          timezone: 'UTC',
          start_time: '2026-12-01T00:00:00+00:00',
          end_time: '2027-01-01T00:00:00Z',
          scalable_target_action: [{ min_capacity: '0', max_capacity: '' }],
        },
      ],
    );
    expect(autoScaling?.targets).toEqual([
      {
        ...described,
        MinCapacity: 0,
        MaxCapacity: 4,
        SuspendedState: {
          DynamicScalingInSuspended: true,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: false,
        },
      },
    ]);
    expect(autoScaling?.scheduledActions).toEqual([
      {
        ...described,
        ScheduledActionName: 'night',
        Schedule: 'cron(0 22 * * ? *)',
        Timezone: 'UTC',
        StartTime: '2026-12-01T00:00:00.000Z',
        EndTime: '2027-01-01T00:00:00.000Z',
        ScalableTargetAction: { MinCapacity: 0 },
      },
    ]);
  });

  const policyOf = (attributes: object) =>
    whole(['aws_appautoscaling_policy', { ...scaled, name: 'users', arn: 'arn:policy', ...attributes }]).autoScaling
      ?.policies[0];

  test.each([
    [
      {
        predefined_metric_specification: [
          { predefined_metric_type: 'ALBRequestCountPerTarget', resource_label: 'a/b' },
        ],
      },
      {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel: 'a/b' },
      },
    ],
    [
      {
        customized_metric_specification: [
          {
            metric_name: 'Users',
            namespace: 'Shop',
            statistic: 'Average',
            unit: '',
            dimensions: [{ name: 'a', value: 'b' }],
            metrics: [],
          },
        ],
      },
      {
        CustomizedMetricSpecification: {
          MetricName: 'Users',
          Namespace: 'Shop',
          Statistic: 'Average',
          Dimensions: [{ Name: 'a', Value: 'b' }],
        },
      },
    ],
    [
      {
        customized_metric_specification: [
          {
            metrics: [
              { id: 'e', expression: 'm / 2', label: 'half', return_data: true, metric_stat: [] },
              {
                id: 'm',
                return_data: false,
                metric_stat: [
                  { stat: 'Sum', unit: '', metric: [{ metric_name: 'Users', namespace: 'Shop', dimensions: [] }] },
                ],
              },
            ],
          },
        ],
      },
      {
        CustomizedMetricSpecification: {
          Metrics: [
            { Id: 'e', Expression: 'm / 2', Label: 'half', ReturnData: true },
            {
              Id: 'm',
              ReturnData: false,
              MetricStat: { Stat: 'Sum', Metric: { MetricName: 'Users', Namespace: 'Shop' } },
            },
          ],
        },
      },
    ],
  ])('a policy that tracks %j', (metric, expected) => {
    const tracking = {
      target_value: 50,
      disable_scale_in: false,
      scale_in_cooldown: 0,
      scale_out_cooldown: 60,
      ...metric,
    };
    const policy = policyOf({
      policy_type: 'TargetTrackingScaling',
      alarm_arns: [`arn:aws:cloudwatch:${ACCOUNT}:alarm:TargetTracking-a:b`],
      target_tracking_scaling_policy_configuration: [tracking],
    });
    expect(policy).toEqual({
      ...described,
      PolicyName: 'users',
      PolicyARN: 'arn:policy',
      PolicyType: 'TargetTrackingScaling',
      Alarms: [{ AlarmName: 'TargetTracking-a:b', AlarmARN: `arn:aws:cloudwatch:${ACCOUNT}:alarm:TargetTracking-a:b` }],
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 50,
        DisableScaleIn: false,
        ScaleOutCooldown: 60,
        ...expected,
      },
    });
  });

  test('a policy of steps, where an empty bound is none and 0 is one', () => {
    const steps = {
      adjustment_type: 'ChangeInCapacity',
      cooldown: 60,
      metric_aggregation_type: 'Average',
      min_adjustment_magnitude: 0,
      step_adjustment: [{ metric_interval_lower_bound: '0', metric_interval_upper_bound: '', scaling_adjustment: -1 }],
    };
    expect(policyOf({ step_scaling_policy_configuration: [steps] })?.StepScalingPolicyConfiguration).toEqual({
      AdjustmentType: 'ChangeInCapacity',
      Cooldown: 60,
      MetricAggregationType: 'Average',
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: -1 }],
    });
  });
});
