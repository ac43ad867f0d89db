import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { WatchedAlarm } from '../../assess/relevantAlarms.ts';
import type { AwsClients } from '../clients.ts';
import { translated } from '../errors.ts';
import { everyPage } from '../pages.ts';

/** Every alarm of the account in the Region, with what it watches. Throws an `AwsCallError`. */
export const readEveryAlarm = (clients: Pick<AwsClients, 'cloudWatch'>): Promise<WatchedAlarm[]> =>
  translated(async () => {
    const alarms = await everyPage(async (NextToken) => {
      const page = await clients.cloudWatch.send(
        // Without the types, metric alarms only (row W1).
        new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], NextToken }),
      );
      return {
        items: [...(page.MetricAlarms ?? []).map(metric), ...(page.CompositeAlarms ?? []).map(composite)],
        next: page.NextToken,
      };
    });
    return alarms;
  });

const common = ({ AlarmName, StateValue, AlarmActions }: MetricAlarm | CompositeAlarm) => ({
  name: AlarmName ?? '',
  state: StateValue ?? 'INSUFFICIENT_DATA',
  actions: AlarmActions ?? [],
});

const metric = (alarm: MetricAlarm): WatchedAlarm => ({
  ...common(alarm),
  metrics: [alarm, ...(alarm.Metrics ?? []).flatMap((one) => one.MetricStat?.Metric ?? [])].map(({ Dimensions = [] }) =>
    Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name ?? '', Value ?? ''])),
  ),
  rule: undefined,
});

const composite = (alarm: CompositeAlarm): WatchedAlarm => ({
  ...common(alarm),
  metrics: [],
  rule: alarm.AlarmRule ?? '',
});
