import type { HistoryItemType, StateValue } from '@aws-sdk/client-cloudwatch';
import type { AlarmState, StoredAlarm } from './alarmModel.ts';
import { longTime } from './stateReason.ts';

export interface HistoryItem {
  alarmName: string;
  alarmType: 'MetricAlarm' | 'CompositeAlarm';
  atMs: number;
  type: HistoryItemType;
  summary: string;
  data: string;
}

/** CloudWatch keeps an alarm's history for two weeks, a deleted alarm's too. */
const KEPT_MS = 14 * 86_400_000;
const ITEMS_MAX = 20_000;

/** What happened to alarms, oldest first. Actions are not in it: the lab sends no notifications. */
export class AlarmHistory {
  readonly #items: HistoryItem[] = [];

  configuration(alarm: StoredAlarm, verb: 'created' | 'updated' | 'deleted', atMs: number): void {
    const type = verb === 'created' ? 'Create' : verb === 'updated' ? 'Update' : 'Delete';
    const data = JSON.stringify({
      version: '1.0',
      type,
      [`${verb}Alarm`]: { alarmName: alarm.name, alarmArn: alarm.arn },
    });
    this.#add(alarm, atMs, 'ConfigurationUpdate', `Alarm "${alarm.name}" ${verb}`, data);
  }

  transition(alarm: StoredAlarm, from: AlarmState, to: AlarmState): void {
    const data = JSON.stringify({ version: '1.0', oldState: stateData(from), newState: stateData(to) });
    this.#add(alarm, to.updatedMs, 'StateUpdate', `Alarm updated from ${from.value} to ${to.value}`, data);
  }

  items(nowMs: number): readonly HistoryItem[] {
    return this.#items.filter(({ atMs }) => atMs >= nowMs - KEPT_MS);
  }

  #add(alarm: StoredAlarm, atMs: number, type: HistoryItemType, summary: string, data: string): void {
    const alarmType = alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm';
    this.#items.push({ alarmName: alarm.name, alarmType, atMs, type, summary, data });
    if (this.#items.length > ITEMS_MAX) this.#items.splice(0, this.#items.length - ITEMS_MAX);
  }
}

function stateData(state: AlarmState): { stateValue: StateValue; stateReason: string; stateUpdatedTimestamp: string } {
  return { stateValue: state.value, stateReason: state.reason, stateUpdatedTimestamp: longTime(state.updatedMs) };
}
