import { describe, expect, test } from 'vitest';
import { evaluateAlarm } from './alarmEvaluation.ts';
import type { Evaluation, TreatMissingData } from './alarmModel.ts';
import { stateReason } from './stateReason.ts';

const MODES: readonly TreatMissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];

/** `0` is a good datapoint, `X` a breaching one, `-` a missing one; oldest first. */
function evaluation(treatMissingData: TreatMissingData, needed: number): Evaluation {
  return {
    queries: [],
    periodMs: 60_000,
    evaluationPeriods: 3,
    datapointsToAlarm: needed,
    threshold: 1,
    comparison: 'GreaterThanThreshold',
    treatMissingData,
  };
}

const points = (row: string) =>
  row.split('').map((sign, index) => ({
    startMs: Date.UTC(2026, 10, 20, 12, index),
    value: sign === '-' ? undefined : sign === 'X' ? 2.4 : 0,
  }));

function verdicts(row: string, needed: number): string[] {
  return MODES.map((mode) => {
    const outcome = evaluateAlarm(evaluation(mode, needed), points(row));
    return outcome.kind === 'retain' ? 'retain' : outcome.state;
  });
}

function reason(row: string, mode: TreatMissingData, needed = 3): string {
  const outcome = evaluateAlarm(evaluation(mode, needed), points(row));
  return outcome.kind === 'state' ? stateReason(evaluation(mode, needed), outcome) : 'retain';
}

describe('§8.2: treatment of missing data', () => {
  test.each([
    ['0-X-X', ['OK', 'OK', 'OK', 'OK']],
    ['0----', ['OK', 'OK', 'OK', 'OK']],
    ['-----', ['INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK']],
    ['0XX-X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['--X--', ['ALARM', 'retain', 'ALARM', 'OK']],
  ])('3 of 3: %s', (row, expected) => {
    expect(verdicts(row, 3)).toEqual(expected);
  });

  test.each([
    ['0-X-X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['00X0X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0-X--', ['OK', 'OK', 'ALARM', 'OK']],
    ['----0', ['OK', 'OK', 'ALARM', 'OK']],
    ['---X-', ['ALARM', 'retain', 'ALARM', 'OK']],
  ])('2 of 3: %s', (row, expected) => {
    expect(verdicts(row, 2)).toEqual(expected);
  });

  test('a first breaching datapoint after a silence does not alarm at once', () => {
    expect(verdicts('----X', 3)[0]).toBe('retain');
    expect(verdicts('---X-', 3)[0]).toBe('retain');
  });
});

describe('StateReason', () => {
  test('names the datapoints that crossed, newest first', () => {
    expect(reason('00XXX', 'missing')).toBe(
      'Threshold Crossed: 3 out of the last 3 datapoints [2.4 (20/11/26 12:04:00), 2.4 (20/11/26 12:03:00), ' +
        '2.4 (20/11/26 12:02:00)] were greater than the threshold (1.0) (minimum 3 datapoints for OK -> ALARM transition).',
    );
    expect(reason('00XX0', 'missing')).toBe(
      'Threshold Crossed: 1 out of the last 3 datapoints [0.0 (20/11/26 12:04:00)] was not greater than the threshold (1.0) ' +
        '(minimum 1 datapoint for ALARM -> OK transition).',
    );
  });

  test('says what was missing', () => {
    expect(reason('-----', 'missing')).toBe('Insufficient Data: 3 datapoints were unknown.');
    expect(reason('-----', 'notBreaching')).toBe(
      'Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching].',
    );
    expect(reason('----X', 'breaching')).toBe(
      'Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].',
    );
  });
});
