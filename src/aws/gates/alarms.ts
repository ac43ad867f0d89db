import type { AlarmReading } from '../../reconciler/ports.ts';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { AwsClients } from '../clients.ts';
import { everyPage, inBatches } from '../pages.ts';

/** On `*`: with a narrower resource, composite alarms are silently left out (row W3). */
export const ALARM_ACTIONS = ['cloudwatch:DescribeAlarms'] as const;

/** DescribeAlarms takes a hundred names (row W2). */
const NAMES_MAX = 100;

/**
 * One reading a name, in the order given. A name that AWS does not answer for is `missing` (row W2): it is not safe, and never
 * counts as OK. All names go in one call, since ECS's own rollback polls on the same quota (row E45).
 */
export async function readAlarms(clients: AwsClients, names: readonly string[]): Promise<AlarmReading[]> {
  const found = new Map<string, AlarmReading>();
  for (const batch of inBatches([...new Set(names)], NAMES_MAX)) {
    const alarms = await everyPage(async (NextToken) => {
      const page = await clients.cloudWatch.send(
        new DescribeAlarmsCommand({
          AlarmNames: batch,
          // Without it, metric alarms only (row W1).
          AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
          NextToken,
        }),
      );
      return { items: [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])], next: page.NextToken };
    });
    for (const alarm of alarms) {
      if (alarm.AlarmName === undefined) continue;
      found.set(alarm.AlarmName, {
        name: alarm.AlarmName,
        state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
        stateReason: alarm.StateReason ?? '',
        transitionedAt: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)?.getTime() ?? null,
      });
    }
  }
  return names.map(
    (name) =>
      found.get(name) ?? {
        name,
        state: 'missing',
        stateReason: 'CloudWatch knows no alarm of this name',
        transitionedAt: null,
      },
  );
}
