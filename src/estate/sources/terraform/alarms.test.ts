import { describe, expect, test } from 'vitest';
import { read, whole } from '../../../../test/fixtures/terraformResources.ts';

const METRIC = 'aws_cloudwatch_metric_alarm';

describe('alarms', () => {
  test('of what nobody set nothing is told, and a threshold of 0 is one', () => {
    const { cloudWatch } = whole([
      METRIC,
      {
        alarm_name: 'running',
        alarm_description: '',
        actions_enabled: false,
        alarm_actions: null,
        datapoints_to_alarm: 0,
        dimensions: {},
        metric_query: [],
        threshold: 0,
        treat_missing_data: 'breaching',
      },
    ]);
    expect(cloudWatch).toEqual({
      metricAlarms: [{ AlarmName: 'running', ActionsEnabled: false, Threshold: 0, TreatMissingData: 'breaching' }],
      compositeAlarms: [],
    });
  });

  test('a state without alarms tells of none, not that there is none', () => {
    expect(whole(['aws_ecs_cluster', { name: 'shop' }]).cloudWatch).toBeUndefined();
  });

  test('what is newer than this reader, and what another provider made, is said', () => {
    const { unresolved } = read(
      [METRIC, { alarm_name: 'a', evaluation_criteria: [{ promql_criteria: [{ query: 'up' }] }] }],
      ['awscc_cloudwatch_alarm', { alarm_name: 'b' }],
      ['awscc_cloudwatch_dashboard', { dashboard_name: 'c' }],
    );
    expect(unresolved.map(({ place }) => place)).toEqual([
      'aws_cloudwatch_metric_alarm.r0.evaluation_criteria',
      'awscc_cloudwatch_alarm.r1',
    ]);
  });
});
