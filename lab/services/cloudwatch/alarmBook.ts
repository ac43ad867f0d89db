import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../clock.ts';
import { evaluateAlarm, evaluationRange, type Outcome } from './alarmEvaluation.ts';
import { AlarmHistory } from './alarmHistory.ts';
import type { StoredAlarm, StoredCompositeAlarm, StoredMetricAlarm } from './alarmModel.ts';
import { alarmsOf, holds } from './alarmRule.ts';
import { runQueries } from './metricQuery.ts';
import type { MetricStore } from './metricStore.ts';
import { compositeReason, stateReason, stateReasonData } from './stateReason.ts';

/** Alarms with a period of a minute or more are evaluated each minute, those with a shorter one every ten seconds (§8.2). */
const CADENCES_MS = [60_000, 10_000] as const;
type CadenceMs = (typeof CADENCES_MS)[number];

/** How long a new composite alarm is INSUFFICIENT_DATA before it is looked at for the first time (row W4). */
const FIRST_COMPOSITE_EVALUATION_MS = 2_000;

/**
 * All alarms, and the clockwork that evaluates them. Evaluations run as soon as a period's datapoint has become visible, so the newest
 * period of the evaluation range is the newest that can hold data. Timers run only while there are alarms that need them.
 */
export class AlarmBook {
  readonly history = new AlarmHistory();
  readonly #clock: Clock;
  readonly #store: MetricStore;
  readonly #ingestionMs: number;
  readonly #alarms = new Map<string, StoredAlarm>();
  readonly #armed = new Set<CadenceMs>();
  readonly #evaluating = new Set<string>();

  constructor(clock: Clock, store: MetricStore, ingestionMs: number) {
    this.#clock = clock;
    this.#store = store;
    this.#ingestionMs = ingestionMs;
  }

  get(name: string): StoredAlarm | undefined {
    return this.#alarms.get(name);
  }

  /** All alarms, by name. */
  all(): StoredAlarm[] {
    return [...this.#alarms.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Puts an alarm in the place of one of the same name; its state is the caller's matter (row W5). */
  put(alarm: StoredAlarm): void {
    const verb = this.#alarms.has(alarm.name) ? 'updated' : 'created';
    this.#alarms.set(alarm.name, alarm);
    this.history.configuration(alarm, verb, this.#clock.now());
    if (alarm.kind === 'metric') {
      const cadenceMs = cadenceOf(alarm);
      if (!this.#armed.has(cadenceMs)) this.#arm(cadenceMs, this.#nextDueMs(cadenceMs));
    } else {
      if (!this.#armed.has(60_000)) this.#arm(60_000, this.#nextDueMs(60_000));
      this.#clock.after(FIRST_COMPOSITE_EVALUATION_MS, () => {
        if (this.#alarms.get(alarm.name) === alarm) this.#evaluateComposite(alarm, undefined);
      });
    }
  }

  delete(name: string): void {
    const alarm = this.#alarms.get(name);
    if (alarm === undefined) return;
    this.#alarms.delete(name);
    this.history.configuration(alarm, 'deleted', this.#clock.now());
  }

  /** The composite alarms whose rule names this alarm. */
  parentsOf(name: string): StoredCompositeAlarm[] {
    return this.all().flatMap((alarm) =>
      alarm.kind === 'composite' && alarmsOf(alarm.rule).includes(name) ? [alarm] : [],
    );
  }

  /** Sets a state, tells history, and lets the composite alarms above follow. The same value moves `updatedMs` only. */
  setState(alarm: StoredAlarm, value: StateValue, reason: string, reasonData: string | undefined): void {
    const atMs = this.#clock.now();
    const from = alarm.state;
    const isChanged = from.value !== value;
    alarm.state = {
      value,
      reason,
      reasonData,
      updatedMs: atMs,
      transitionedMs: isChanged ? atMs : from.transitionedMs,
    };
    if (!isChanged) return;
    this.history.transition(alarm, from, alarm.state);
    if (alarm.kind === 'metric') alarm.onState?.(value);
    for (const parent of this.parentsOf(alarm.name)) this.#evaluateComposite(parent, alarm);
  }

  #nextDueMs(cadenceMs: CadenceMs): number {
    const periodsDone = Math.floor((this.#clock.now() - this.#ingestionMs) / cadenceMs);
    return (periodsDone + 1) * cadenceMs + this.#ingestionMs;
  }

  #arm(cadenceMs: CadenceMs, dueMs: number): void {
    this.#armed.add(cadenceMs);
    this.#clock.after(dueMs - this.#clock.now(), () => {
      // A timer may come a moment early; the period that it stands for is over all the same.
      this.#tick(cadenceMs, Math.max(dueMs, this.#clock.now()));
      const isNeeded = [...this.#alarms.values()].some((alarm) => cadenceOf(alarm) === cadenceMs);
      if (isNeeded) this.#arm(cadenceMs, Math.max(dueMs + cadenceMs, this.#nextDueMs(cadenceMs)));
      else this.#armed.delete(cadenceMs);
    });
  }

  #tick(cadenceMs: CadenceMs, atMs: number): void {
    const toMs = Math.floor((atMs - this.#ingestionMs) / cadenceMs) * cadenceMs;
    const due = this.all().filter((alarm) => cadenceOf(alarm) === cadenceMs);
    for (const alarm of due) if (alarm.kind === 'metric') this.#evaluateMetric(alarm, toMs, atMs);
    for (const alarm of due) if (alarm.kind === 'composite') this.#evaluateComposite(alarm, undefined);
  }

  #evaluateMetric(alarm: StoredMetricAlarm, toMs: number, asOfMs: number): void {
    const outcome = this.#outcome(alarm, toMs, asOfMs);
    if (outcome.kind === 'state' && outcome.state !== alarm.state.value) {
      const { evaluation } = alarm;
      this.setState(
        alarm,
        outcome.state,
        stateReason(evaluation, outcome),
        stateReasonData(evaluation, outcome, asOfMs),
      );
    }
  }

  #outcome({ evaluation }: StoredMetricAlarm, toMs: number, asOfMs: number): Outcome {
    const { periodMs } = evaluation;
    const fromMs = toMs - evaluationRange(evaluation.evaluationPeriods) * periodMs;
    const [result] = runQueries(evaluation.queries, this.#store, { fromMs, toMs, asOfMs });
    const series = result?.series[0];
    const points = [];
    for (let startMs = fromMs; startMs < toMs; startMs += periodMs)
      points.push({ startMs, value: series?.get(startMs) });
    return evaluateAlarm(evaluation, points);
  }

  #evaluateComposite(alarm: StoredCompositeAlarm, cause: StoredAlarm | undefined): void {
    // Rules may name each other in a circle; such alarms settle at the latest after each has moved once.
    if (this.#evaluating.has(alarm.name)) return;
    this.#evaluating.add(alarm.name);
    const isHolding = holds(alarm.rule, (name) => this.#alarms.get(name)?.state.value);
    const state = isHolding ? 'ALARM' : 'OK';
    if (state !== alarm.state.value) {
      const [name] = alarmsOf(alarm.rule);
      const child = cause ?? (name === undefined ? undefined : this.#alarms.get(name));
      const reason =
        child === undefined
          ? `AlarmRule evaluated to ${isHolding ? 'TRUE' : 'FALSE'}`
          : compositeReason(child.arn, child.state.value, child.state.transitionedMs);
      this.setState(alarm, state, reason, undefined);
    }
    this.#evaluating.delete(alarm.name);
  }
}

function cadenceOf(alarm: StoredAlarm): CadenceMs {
  return alarm.kind === 'metric' && alarm.evaluation.periodMs < 60_000 ? 10_000 : 60_000;
}
