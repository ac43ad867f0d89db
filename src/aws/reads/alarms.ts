import type { AwsClients } from '../clients.ts';
import { ALARM_NAMES_MAX, describeAlarms, type SeenAlarm } from '../gates/alarms.ts';
import type { Kind } from './sharedRead.ts';

/** By name; a name that AWS does not answer for is `undefined` (row W2). */
export const alarmKind = (clients: AwsClients): Kind<string, SeenAlarm | undefined> => ({
  api: 'cloudwatch:DescribeAlarms',
  sizeMax: ALARM_NAMES_MAX,
  nameOf: (name) => name,
  ask: async (names) => {
    const found = await describeAlarms(clients, names);
    return names.map((name) => found.get(name));
  },
});
