import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { breaches, type Outcome } from './alarmEvaluation.ts';
import type { Comparison, Evaluation } from './alarmModel.ts';

export const INITIAL_REASON = 'Unchecked: Initial alarm creation';

type Decided = Extract<Outcome, { kind: 'state' }>;

/** `StateReason` in CloudWatch's words. */
export function stateReason(evaluation: Evaluation, outcome: Decided): string {
  const { evaluationPeriods: periods, datapointsToAlarm: needed, comparison, threshold } = evaluation;
  const { evaluated, missing, state } = outcome;
  if (state === 'INSUFFICIENT_DATA')
    return `Insufficient Data: ${count(missing, 'datapoint was', 'datapoints were')} unknown.`;
  const policy = evaluation.treatMissingData;
  if (missing > 0 && (policy === 'breaching' || policy === 'notBreaching')) {
    const received =
      evaluated.length === 0
        ? 'no datapoints were received'
        : `${count(evaluated.length, 'datapoint was', 'datapoints were')} received`;
    const treated = policy === 'breaching' ? 'Breaching' : 'NonBreaching';
    return (
      `Threshold Crossed: ${received} for ${count(periods, 'period', 'periods')} and ` +
      `${count(missing, 'missing datapoint was', 'missing datapoints were')} treated as [${treated}].`
    );
  }
  const isAlarm = state === 'ALARM';
  const deciding = evaluated.filter(({ value }) => breaches(value, comparison, threshold) === isAlarm);
  const listed = deciding.map(({ startMs, value }) => `${decimal(value)} (${shortTime(startMs)})`).join(', ');
  const were = deciding.length === 1 ? 'was' : 'were';
  const minimum = isAlarm ? needed : periods - needed + 1;
  return (
    `Threshold Crossed: ${deciding.length} out of the last ${periods} datapoints [${listed}] ${were}${isAlarm ? '' : ' not'} ` +
    `${words(comparison)} the threshold (${decimal(threshold)}) (minimum ${count(minimum, 'datapoint', 'datapoints')} for ` +
    `${isAlarm ? 'OK -> ALARM' : 'ALARM -> OK'} transition).`
  );
}

/** `StateReasonData`: the evaluation as JSON text. */
export function stateReasonData(evaluation: Evaluation, outcome: Decided, nowMs: number): string {
  const source = evaluation.queries.find(({ returnData }) => returnData)?.source;
  const statistic = source?.kind === 'metric' ? { statistic: statName(source.stat) } : {};
  const oldest = outcome.evaluated.at(-1);
  return JSON.stringify({
    version: '1.0',
    queryDate: longTime(nowMs),
    ...(oldest === undefined ? {} : { startDate: longTime(oldest.startMs) }),
    ...statistic,
    period: evaluation.periodMs / 1000,
    recentDatapoints: outcome.evaluated.map(({ value }) => value).reverse(),
    threshold: evaluation.threshold,
    evaluatedDatapoints: outcome.evaluated.map(({ startMs, value }) => ({ timestamp: longTime(startMs), value })),
  });
}

/** `StateReason` of a composite alarm: which of its children moved it. */
export function compositeReason(childArn: string, childState: StateValue, atMs: number): string {
  const date = new Date(atMs);
  const weekday = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'][date.getUTCDay()];
  const day = `${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]}, ${date.getUTCFullYear()}`;
  return `${childArn} transitioned to ${childState} at ${weekday} ${day} ${clockTime(date)} UTC`;
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

function statName(stat: { kind: string; percent?: number }): string {
  return stat.percent === undefined ? stat.kind : `p${stat.percent}`;
}

function words(comparison: Comparison): string {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return 'greater than or equal to';
    case 'GreaterThanThreshold':
      return 'greater than';
    case 'LessThanThreshold':
      return 'less than';
    case 'LessThanOrEqualToThreshold':
      return 'less than or equal to';
  }
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** As Java prints a double: 1 is `1.0`. */
function decimal(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

function clockTime(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

/** `20/11/26 12:00:00` */
function shortTime(atMs: number): string {
  const date = new Date(atMs);
  return `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCFullYear() % 100)} ${clockTime(date)}`;
}

/** `2026-11-20T12:00:00.000+0000` */
export function longTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '+0000');
}
