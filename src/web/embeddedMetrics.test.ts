import { describe, expect, test } from 'vitest';
import { manualTimers } from '../reconciler/manualTimers.ts';
import { EMBEDDED, EmbeddedMetrics } from './embeddedMetrics.ts';
import { createMetrics } from './metrics.ts';
import { Sample } from './sample.ts';

type Json = Readonly<Record<string, unknown>>;

const MINUTE = 60_000;
const UNITS =
  /^(Seconds|Microseconds|Milliseconds|Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits|Gigabits|Terabits|Percent|Count|(Bytes|Kilobytes|Megabytes|Gigabytes|Terabytes|Bits|Kilobits|Megabits|Gigabits|Terabits|Count)\/Second|None)$/;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isName = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= longest;
/** What CloudWatch takes for a value: no NaN, no infinity, and nothing beyond 2 to the 360th. */
const isValue = (value: unknown): boolean => typeof value === 'number' && Math.abs(value) <= 2 ** 360;
const without = (object: Json, ...known: string[]): string[] =>
  Object.keys(object).filter((key) => !known.includes(key));

/** What of a line is against the specification of the embedded metric format, its JSON schema and its sentences. */
function faultsOf(line: string): string[] {
  const faults: string[] = [];
  const root: unknown = JSON.parse(line);
  if (!isObject(root)) return ['the root is no object'];
  if (new TextEncoder().encode(line).length > 256 * 1024) faults.push('longer than an event of a log');
  const { _aws: metadata } = root;
  if (!isObject(metadata)) return ['_aws is no object'];
  faults.push(...without(metadata, 'Timestamp', 'CloudWatchMetrics').map((key) => `_aws has ${key}`));
  if (!Number.isInteger(metadata['Timestamp'])) faults.push('Timestamp is no integer');
  const { CloudWatchMetrics: directives } = metadata;
  if (!Array.isArray(directives)) return [...faults, 'CloudWatchMetrics is no array'];
  for (const directive of directives as unknown[]) {
    if (!isObject(directive)) return [...faults, 'a directive is no object'];
    const { Namespace: namespace, Dimensions: sets, Metrics: metrics } = directive;
    faults.push(...without(directive, 'Namespace', 'Dimensions', 'Metrics').map((key) => `a directive has ${key}`));
    if (!isName(namespace, 255)) faults.push('Namespace');
    if (!Array.isArray(sets) || sets.length === 0) return [...faults, 'Dimensions'];
    for (const set of sets as unknown[]) {
      if (!Array.isArray(set) || set.length > 30) faults.push('a set of dimensions');
      for (const key of (Array.isArray(set) ? set : []) as unknown[]) {
        if (!isName(key, 250) || !isName(root[key], 1024)) faults.push(`dimension ${String(key)}`);
      }
    }
    if (!Array.isArray(metrics) || metrics.length > 100) return [...faults, 'Metrics'];
    for (const metric of metrics as unknown[]) {
      if (!isObject(metric) || !isName(metric['Name'], 255)) return [...faults, 'a metric has no name'];
      const { Name: name, Unit: unit } = metric;
      faults.push(...without(metric, 'Name', 'Unit', 'StorageResolution').map((key) => `${name} has ${key}`));
      if (unit !== undefined && !(typeof unit === 'string' && UNITS.test(unit))) faults.push(`${name}'s unit`);
      const target = root[name];
      const values: unknown[] = Array.isArray(target) ? target : [target];
      if (values.length === 0 || values.length > 100 || !values.every(isValue)) faults.push(`${name}'s value`);
    }
  }
  return faults;
}

interface Line extends Json {
  _aws: { Timestamp: number; CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: Json[] }[] };
}

/** An operator's metrics, told into a list of lines by a clock that the test moves. */
function telling() {
  const lines: string[] = [];
  const { timers, fire, delays } = manualTimers();
  const clock = { now: Date.UTC(2026, 10, 20, 12) };
  const stands = { depth: 3, leases: 7 };
  const embedded: EmbeddedMetrics = new EmbeddedMetrics({
    metrics: { collect: () => metrics.collect() },
    table: 'meshlift',
    operator: 'op-1',
    write: (line) => void lines.push(line),
    now: () => clock.now,
    random: () => 0.5,
    timers,
  });
  const metrics = createMetrics({
    queue: () => ({ depths: { rollback: 1, sweep: stands.depth }, oldestWaitMs: 1_500 }),
    leasesHeld: () => stands.leases,
    budget: () => [
      { family: 'ecs', tokens: -1, perSecond: 10, waits: 3, waitedMs: 1_500 },
      { family: 'elbv2', tokens: 8, perSecond: 4, waits: 1, waitedMs: 500 },
    ],
    observed: embedded.observed,
  });
  embedded.start();
  const minute = async (): Promise<Line> => {
    const { length } = lines;
    clock.now += MINUTE;
    fire(MINUTE);
    await expect.poll(() => lines.length).toBe(length + 1);
    return JSON.parse(lines.at(-1) ?? '') as Line;
  };
  return { embedded, metrics, lines, minute, clock, stands, delays };
}

describe('metrics in the log', () => {
  test('are a line a minute, after the specification of the embedded metric format', async () => {
    const { embedded, metrics, lines, minute, clock } = telling();
    metrics.reconciled('panic', 80);
    metrics.awsCall('ecs:CreateService', 'fail', true);
    metrics.batch('ecs:DescribeServices', 12);
    const line = await minute();
    await minute();
    await embedded.stop();
    expect(lines).toHaveLength(3);
    expect(lines.flatMap(faultsOf)).toEqual([]);
    expect(lines.every((one) => one.endsWith('}\n') && !one.trimEnd().includes('\n'))).toBe(true);
    expect(line).toMatchObject({ level: 30, operator: 'op-1', msg: 'metrics', table: 'meshlift' });
    const { Timestamp, CloudWatchMetrics } = line['_aws'];
    expect(Timestamp).toBe(clock.now - MINUTE);
    expect(CloudWatchMetrics).toMatchObject([{ Namespace: 'Meshlift', Dimensions: [['table']] }]);
  });

  test('count what has happened since the last line, and tell what stands now', async () => {
    const { metrics, minute, stands } = telling();
    metrics.reconciled('after', 80);
    metrics.reconciled('error', 200);
    metrics.awsCall('ecs:CreateService', 'ok', false);
    metrics.awsCall('ecs:UpdateService', 'fail', true);
    expect(await minute()).toMatchObject({
      reconcile_total: 2,
      reconcile_seconds: [0.08, 0.2],
      workqueue_retries_total: 1,
      aws_calls_total: 2,
      aws_throttles_total: 1,
      workqueue_depth: 4,
      workqueue_oldest_wait_seconds: 1.5,
      leases_held: 7,
      aws_budget_tokens: -1,
      aws_budget_per_second: 4,
      aws_budget_waits_total: 4,
      aws_budget_waited_seconds_total: 2,
    });
    stands.leases = 0;
    metrics.reconciled('after', 10);
    const second = await minute();
    expect(second).toMatchObject({
      reconcile_total: 1,
      reconcile_seconds: [0.01],
      aws_calls_total: 0,
      aws_budget_waits_total: 0,
      leases_held: 0,
    });
    const third = await minute();
    expect(third, 'of what was not observed there is nothing to tell').not.toHaveProperty('reconcile_seconds');
  });

  test('tell the rest at the end, and nothing after that', async () => {
    const { embedded, metrics, lines, delays } = telling();
    metrics.reconciled('after', 80);
    await embedded.stop();
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ reconcile_total: 1 });
    expect([lines.length, delays()]).toEqual([1, []]);
  });

  test('of more than a hundred reconciles a minute a hundred are told, and how many there were', async () => {
    const { metrics, lines, minute } = telling();
    for (let index = 1; index <= 5_000; index += 1) metrics.reconciled('after', index);
    const line = await minute();
    const values = line['reconcile_seconds'] as number[];
    expect(values).toHaveLength(100);
    expect([values[0], values.at(-1), line['reconcile_total']]).toEqual([0.001, 5, 5_000]);
    expect(lines.flatMap(faultsOf)).toEqual([]);
  });

  test('are all that the operator has, each with a unit, and as few as one line takes', async () => {
    const { metrics } = telling();
    const names = (await metrics.collect()).map(({ name }) => name);
    expect(Object.keys(EMBEDDED).toSorted()).toEqual(names.toSorted());
    expect(names.length).toBeLessThanOrEqual(100);
  });
});

test('a sample is about as its whole: its median is', () => {
  // A full period of a linear congruential generator: each number once, in an order that repeats.
  let state = 1;
  const sample = new Sample(() => (state = (state * 5 + 12_345) % 65_536) / 65_536);
  for (let value = 0; value < 20_000; value += 1) sample.add(value);
  const taken = sample.take();
  expect([taken.length, taken[0], taken.at(-1)]).toEqual([100, 0, 19_999]);
  expect(Math.abs((taken[50] ?? 0) - 10_000)).toBeLessThan(3_000);
  expect(sample.take()).toEqual([]);
});

test.each<[string, object, string]>([
  ['no metadata', { a: 1 }, '_aws is no object'],
  ['a metric without a value', { _aws: metadataOf('a') }, "a's value"],
  ['a text for a value', { _aws: metadataOf('a'), a: '1', table: 't' }, "a's value"],
  ['too many values', { _aws: metadataOf('a'), a: Array<number>(101).fill(1), table: 't' }, "a's value"],
  ['a dimension that is not there', { _aws: metadataOf('a'), a: 1 }, 'dimension table'],
  ['a unit that there is not', { _aws: metadataOf('a', 'Pieces'), a: 1, table: 't' }, "a's unit"],
])('the rules find %s', (_, line, fault) => {
  expect(faultsOf(JSON.stringify(line))).toContain(fault);
});

function metadataOf(Name: string, Unit = 'Count'): object {
  return {
    Timestamp: 1,
    CloudWatchMetrics: [{ Namespace: 'n', Dimensions: [['table']], Metrics: [{ Name, Unit }] }],
  };
}
