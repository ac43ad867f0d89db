import { expect, test } from 'vitest';
import { compositeAlarm, edgeMetric, metricAlarm } from '../../machines/gates/testAlarms.ts';
import type { MachineState } from '../../machines/record.ts';
import { machineIn, testSpec } from '../../machines/testFacts.ts';
import { pass, unknown } from '../../plan/verdict.ts';
import { type AlarmReading, AwsCallError, type World } from '../ports.ts';
import type { Groundwork } from '../run.ts';
import { observeFreshness } from './freshness.ts';
import type { Look, Observation } from './observation.ts';

const denied = (call: string) =>
  Promise.reject(new AwsCallError(call, 'AccessDenied', 'denied', `${call} is not allowed`));
const answering: Pick<World, 'alarmsBeneath' | 'newestData'> = {
  alarmsBeneath: () => Promise.resolve([]),
  newestData: (metrics) => Promise.resolve(metrics.map(() => 0)),
};

/** Of a plan that moves no service. */
const NO_GROUNDWORK = { estate: { services: [] }, assessment: { services: [] } } as unknown as Groundwork;

/** What one look in a state comes to, at time 0. */
async function observed(
  state: MachineState,
  alarms: AlarmReading[],
  world: Pick<World, 'alarmsBeneath' | 'newestData'>,
): Promise<Pick<Observation, 'alarms' | 'gates'>> {
  const byState = pass('by its state');
  const observation = {
    alarms: byState,
    alarmWaivers: new Map(),
    alarmReadings: alarms,
    gates: [...alarms.map(({ name }) => ({ name: `alarm/${name}`, ...byState })), { name: 'other', ...byState }],
  } as unknown as Observation;
  const look = { run: { spec: testSpec, status: { machine: machineIn(state) } }, world, state, now: 0 };
  await observeFreshness(look as unknown as Look, NO_GROUNDWORK, observation);
  return observation;
}

const latency = metricAlarm('shop-latency', [edgeMetric('TargetResponseTime')]);

test('an alarm that is OK and whose data cannot be read is not known to be OK; one that is not stays what it is', async () => {
  const waiting = metricAlarm('new', [edgeMetric('RequestCount')], { state: 'INSUFFICIENT_DATA' });
  const { alarms, gates } = await observed('ramp.bake', [latency, waiting], {
    ...answering,
    newestData: () => denied('cloudwatch:GetMetricData'),
  });
  expect(alarms.verdict).toBe('unknown');
  expect(gates.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['alarm/shop-latency', 'unknown'],
    ['alarm/new', 'wait'],
    ['other', 'pass'],
  ]);
  expect(gates[0]?.why).toContain('cloudwatch:GetMetricData is not allowed');
});

test('nor is a composite whose children cannot be read', async () => {
  const world = { ...answering, alarmsBeneath: () => denied('cloudwatch:DescribeAlarms') };
  expect((await observed('verify', [compositeAlarm('any', ['shop-latency'])], world)).alarms.verdict).toBe('unknown');
});

test('a fault of Meshlift’s own leaves nothing open', async () => {
  const broken = { ...answering, newestData: () => Promise.reject(new TypeError('a bug')) };
  const observation = { alarms: pass(''), alarmReadings: [latency], gates: [] } as unknown as Observation;
  const look = { world: broken, state: 'verify', now: 0 } as unknown as Look;
  await expect(observeFreshness(look, NO_GROUNDWORK, observation)).rejects.toThrow('a bug');
  expect(observation.alarms).toEqual(unknown('how old the data of the alarms are is not known'));
});

test('is not asked for before green is about to get weight, nor when blue is gone', async () => {
  const world = { ...answering, newestData: () => denied('cloudwatch:GetMetricData') };
  for (const state of ['inventory.preflight', 'provision', 'retire.scaleDown'] as const) {
    expect((await observed(state, [latency], world)).alarms.verdict).toBe('pass');
  }
});
