import type { PutMetricAlarmCommandInput, StateValue } from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../clock.ts';
import type { Delays } from '../../delays.ts';
import type { MetricSample, MetricSink, OwnedAlarms } from '../ports.ts';
import type { Account, Operation, Service } from '../service.ts';
import { AlarmBook } from './alarmBook.ts';
import { AlarmOperations } from './alarmOperations.ts';
import { dashboardOperations } from './dashboardOperations.ts';
import { metricOperations } from './metricOperations.ts';
import { MetricStore } from './metricStore.ts';
import { publishedUnit } from './statistic.ts';

/**
 * CloudWatch: metrics in buckets of a minute, kept for three hours of lab time, alarms that are evaluated on them (§8), and dashboards,
 * which nobody draws. Actions of alarms are not carried out, apart from those of Application Auto Scaling's own alarms.
 */
export class CloudWatchService implements Service, MetricSink, OwnedAlarms {
  readonly id = 'cloudwatch';
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #store: MetricStore;
  readonly #book: AlarmBook;
  readonly #alarms: AlarmOperations;

  constructor(options: { clock: Clock; account: Account; delays: Delays }) {
    const { clock, account, delays } = options;
    this.#store = new MetricStore(delays.metricIngestionMs);
    this.#book = new AlarmBook(clock, this.#store, delays.metricIngestionMs);
    this.#alarms = new AlarmOperations(clock, account, this.#book);
    this.operations = {
      ...metricOperations(clock, this.#store),
      ...this.#alarms.table,
      ...dashboardOperations(clock, account),
    };
  }

  record(sample: MetricSample): void {
    const unit = publishedUnit(sample.namespace, sample.name);
    this.#store.bucket(sample, unit, sample.atMs).add(sample.value, sample.count ?? 1);
  }

  putOwnedAlarm(input: PutMetricAlarmCommandInput, onState: (state: StateValue) => void): void {
    this.#alarms.putMetricAlarm(input, onState);
  }

  deleteOwnedAlarms(names: string[]): void {
    for (const name of names) this.#book.delete(name);
  }
}
