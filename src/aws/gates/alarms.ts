import type { AlarmReading } from '../../reconciler/ports.ts';
import { DescribeAlarmsCommand, type CompositeAlarm, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { basisOfComposite, basisOfMetricAlarm } from './alarmBasis.ts';
import type { AwsClients } from '../clients.ts';
import { everyPage, inBatches } from '../pages.ts';

/** On `*`: with a narrower resource, composite alarms are silently left out (row W3). */
export const ALARM_ACTIONS = ['cloudwatch:DescribeAlarms'] as const;

/** DescribeAlarms takes a hundred names (row W2). */
export const ALARM_NAMES_MAX = 100;

/**
 * One reading a name, in the order given. A name that AWS does not answer for is `missing` (row W2): it is not safe, and never
 * counts as OK. All names go in one call, since ECS's own rollback polls on the same quota (row E45).
 */
export async function readAlarms(clients: AwsClients, names: readonly string[]): Promise<AlarmReading[]> {
  const found = await findAlarms(clients, [...new Set(names)]);
  return names.map(
    (name) =>
      found.get(name) ?? {
        name,
        state: 'missing',
        stateReason: 'CloudWatch knows no alarm of this name',
        transitionedAt: null,
        basis: { kind: 'notTold' },
      },
  );
}

async function findAlarms(clients: AwsClients, names: readonly string[]): Promise<Map<string, AlarmReading>> {
  const seen = await seenAlarms(clients, names);
  return new Map(seen.flatMap((alarm) => (alarm === undefined ? [] : [[alarm.reading.name, alarm.reading] as const])));
}

/** An alarm, for what its state says and for what it is. */
export type SeenAlarm = { reading: AlarmReading } & (
  | { kind: 'metric'; told: MetricAlarm }
  | { kind: 'composite'; told: CompositeAlarm }
);

/** In the order given, in a look together with what other plans ask; `undefined` where there is none of the name. Errors are the SDK's. */
export async function seenAlarms(clients: AwsClients, names: readonly string[]): Promise<(SeenAlarm | undefined)[]> {
  const look = clients.reader?.look();
  if (look !== undefined) return Promise.all(names.map((name) => look.load(look.reader.alarms, name)));
  const found = await describeAlarms(clients, names);
  return names.map((name) => found.get(name));
}

/** Those that there are, by name, in a call for each hundred. Errors are the SDK's. */
export async function describeAlarms(clients: AwsClients, names: readonly string[]): Promise<Map<string, SeenAlarm>> {
  const found = new Map<string, SeenAlarm>();
  for (const batch of inBatches(names, ALARM_NAMES_MAX)) {
    const alarms = await everyPage(async (NextToken) => {
      const page = await clients.cloudWatch.send(
        new DescribeAlarmsCommand({
          AlarmNames: batch,
          // Without it, metric alarms only (row W1).
          AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
          NextToken,
        }),
      );
      const metricAlarms = (page.MetricAlarms ?? []).map((alarm) => ({
        kind: 'metric' as const,
        told: alarm,
        basis: basisOfMetricAlarm(alarm),
      }));
      const composites = (page.CompositeAlarms ?? []).map((alarm) => ({
        kind: 'composite' as const,
        told: alarm,
        basis: basisOfComposite(alarm),
      }));
      return { items: [...metricAlarms, ...composites], next: page.NextToken };
    });
    for (const { basis, ...alarm } of alarms) {
      const { told } = alarm;
      if (told.AlarmName === undefined) continue;
      const reading = {
        name: told.AlarmName,
        ...stateOf(told),
        transitionedAt: (told.StateTransitionedTimestamp ?? told.StateUpdatedTimestamp)?.getTime() ?? null,
        basis,
      };
      found.set(told.AlarmName, { reading, ...alarm });
    }
  }
  return found;
}

/**
 * An alarm keeps the state that it had when CloudWatch cannot evaluate it, or not with all of its data, and says so beside it
 * (`EvaluationState`, API reference of MetricAlarm): an OK of then says nothing of now.
 */
function stateOf({
  StateValue,
  StateReason = '',
  ...alarm
}: MetricAlarm | CompositeAlarm): Pick<AlarmReading, 'state' | 'stateReason'> {
  const evaluation = 'EvaluationState' in alarm ? alarm.EvaluationState : undefined;
  if (StateValue !== 'OK' || evaluation === undefined) {
    return { state: StateValue ?? 'INSUFFICIENT_DATA', stateReason: StateReason };
  }
  return {
    state: 'INSUFFICIENT_DATA',
    stateReason: `it was OK, and CloudWatch does not evaluate it in full now (${evaluation}): ${StateReason}`,
  };
}

/** Composites over composites are followed so many levels down, and so many alarms are read for it. */
const LEVELS_MAX = 5;
const BENEATH_MAX = 200;

/**
 * The alarms that composite alarms look at, and theirs in turn: a call a level, none where no alarm is composite. What is deeper than
 * {@link LEVELS_MAX}, or one of too many, is left out; whoever asks for it finds nothing and knows nothing.
 */
export async function readAlarmsBeneath(clients: AwsClients, alarms: readonly AlarmReading[]): Promise<AlarmReading[]> {
  const beneath = new Map<string, AlarmReading>();
  const seen = new Set(alarms.map(({ name }) => name));
  let level: readonly AlarmReading[] = alarms;
  for (let depth = 0; depth < LEVELS_MAX; depth += 1) {
    const children = level.flatMap(({ basis }) => (basis.kind === 'composite' ? basis.children : []));
    const names = [...new Set(children)].filter((name) => !seen.has(name)).slice(0, BENEATH_MAX - beneath.size);
    if (names.length === 0) break;
    level = await readAlarms(clients, names);
    for (const alarm of level) {
      seen.add(alarm.name);
      beneath.set(alarm.name, alarm);
    }
  }
  return [...beneath.values()];
}
