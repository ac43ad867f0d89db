import { creating, eachNamed, type Need, type NeedTable, onAnything, type Surroundings, tagsIn } from './need.ts';

const alarm = ({ account }: Surroundings, name: string) =>
  `arn:aws:cloudwatch:${account.region}:${account.id}:alarm:${name}`;

/** A dashboard is of no region. */
const dashboard = ({ account }: Surroundings, name: string) => `arn:aws:cloudwatch::${account.id}:dashboard/${name}`;

const tagging = (operation: string) => ({ action: 'cloudwatch:TagResource', operation });

const onAlarms =
  (operation: string) =>
  ({ AlarmName, AlarmNames = [] }: { AlarmName?: string; AlarmNames?: string[] }, around: Surroundings): Need[] => {
    const names = AlarmName === undefined ? AlarmNames : [AlarmName];
    return (names.length === 0 ? ['*'] : names).map((name) => ({
      action: `cloudwatch:${operation}`,
      resource: alarm(around, name),
    }));
  };

export const CLOUD_WATCH_NEEDS: NeedTable = {
  ...eachNamed(['GetMetricData', 'GetMetricStatistics', 'ListMetrics', 'DescribeAlarmsForMetric'], (operation) =>
    onAnything(`cloudwatch:${operation}`),
  ),
  ...eachNamed(['DeleteAlarms', 'SetAlarmState', 'EnableAlarmActions', 'DisableAlarmActions'], onAlarms),
  ...eachNamed(['DescribeAlarms', 'DescribeAlarmHistory'], onAlarms),
  PutMetricData: ({ Namespace }) => [
    { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': Namespace } },
  ],
  PutMetricAlarm: ({ AlarmName, Tags }, around) =>
    creating(
      { action: 'cloudwatch:PutMetricAlarm', resource: alarm(around, AlarmName), requestTags: tagsIn(Tags) },
      tagging('PutMetricAlarm'),
    ),
  PutCompositeAlarm: ({ AlarmName, Tags }, around) =>
    creating(
      { action: 'cloudwatch:PutCompositeAlarm', resource: '*', requestTags: tagsIn(Tags) },
      { ...tagging('PutCompositeAlarm'), resource: alarm(around, AlarmName) },
    ),
  ...eachNamed(
    ['PutDashboard', 'GetDashboard'],
    (operation) =>
      ({ DashboardName }: { DashboardName: string }, around: Surroundings): Need[] => [
        { action: `cloudwatch:${operation}`, resource: dashboard(around, DashboardName) },
      ],
  ),
  DeleteDashboards: ({ DashboardNames }: { DashboardNames: string[] }, around) =>
    DashboardNames.map((name) => ({ action: 'cloudwatch:DeleteDashboards', resource: dashboard(around, name) })),
  ListDashboards: onAnything('cloudwatch:ListDashboards'),
  TagResource: ({ ResourceARN, Tags }) => [
    { action: 'cloudwatch:TagResource', resource: ResourceARN, requestTags: tagsIn(Tags) },
  ],
  UntagResource: ({ ResourceARN, TagKeys }) => [
    { action: 'cloudwatch:UntagResource', resource: ResourceARN, tagKeys: TagKeys },
  ],
  ListTagsForResource: ({ ResourceARN }) => [{ action: 'cloudwatch:ListTagsForResource', resource: ResourceARN }],
};
