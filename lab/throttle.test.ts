import { describe, expect, test } from 'vitest';
import { Faults } from './faults.ts';
import type { ServiceId } from './services/service.ts';
import { Throttle } from './throttle.ts';

/** How many calls in a row are granted at one instant, at most 200. */
function granted(throttle: Throttle, service: ServiceId, operation: string): number {
  for (let count = 0; count < 200; count += 1) if (throttle.take(service, operation) !== undefined) return count;
  return 200;
}

function setUp(options: { publishedRates?: boolean; throttling?: boolean } = {}) {
  let nowMs = 0;
  const faults = new Faults(options.throttling ? ['throttling'] : []);
  const throttle = new Throttle({ faults, realNow: () => nowMs, publishedRates: options.publishedRates ?? false });
  return { throttle, faults, passSeconds: (seconds: number) => (nowMs += seconds * 1000) };
}

describe('Throttle', () => {
  test('E71: is off unless it is switched on', () => {
    expect(granted(setUp().throttle, 'ecs', 'RegisterTaskDefinition')).toBe(200);
  });

  test('E31: RegisterTaskDefinition has a burst of 20 and then one a second', () => {
    const { throttle, passSeconds } = setUp({ publishedRates: true });
    expect(granted(throttle, 'ecs', 'RegisterTaskDefinition')).toBe(20);
    expect(throttle.take('ecs', 'RegisterTaskDefinition')).toMatchObject({
      code: 'ThrottlingException',
      status: 400,
      message: 'Rate exceeded',
    });
    passSeconds(3);
    expect(granted(throttle, 'ecs', 'RegisterTaskDefinition')).toBe(3);
  });

  test('E71: a family shares one bucket, families do not share', () => {
    const { throttle, passSeconds } = setUp({ publishedRates: true });
    expect(granted(throttle, 'ecs', 'UpdateService')).toBe(50);
    expect(granted(throttle, 'ecs', 'CreateService')).toBe(0);
    expect(granted(throttle, 'ecs', 'DescribeServices')).toBe(100);
    expect(granted(throttle, 'ecs', 'ListServices')).toBe(0);
    expect(granted(throttle, 'ecs', 'DescribeTasks')).toBe(20);
    passSeconds(1);
    expect(granted(throttle, 'ecs', 'CreateService')).toBe(5);
  });

  test('W7: DescribeAlarms 9 a second, PutMetricAlarm 3 a second, code Throttling', () => {
    const { throttle, passSeconds } = setUp({ publishedRates: true });
    expect(granted(throttle, 'cloudwatch', 'DescribeAlarms')).toBe(9);
    expect(granted(throttle, 'cloudwatch', 'PutMetricAlarm')).toBe(3);
    expect(throttle.take('cloudwatch', 'DescribeAlarms')).toMatchObject({ code: 'Throttling', status: 400 });
    passSeconds(60);
    expect(granted(throttle, 'cloudwatch', 'DescribeAlarms')).toBe(9);
  });

  test('L26: every service refuses with a code of its own', () => {
    const { throttle } = setUp({ throttling: true });
    const refusal = (service: ServiceId) => {
      granted(throttle, service, 'DescribeAnything');
      const error = throttle.take(service, 'DescribeAnything');
      return `${error?.code} ${error?.status}`;
    };
    expect(refusal('elastic-load-balancing-v2')).toBe('Throttling 400');
    expect(refusal('app-mesh')).toBe('TooManyRequestsException 429');
    expect(refusal('servicediscovery')).toBe('RequestLimitExceeded 400');
    expect(refusal('application-auto-scaling')).toBe('ThrottlingException 400');
  });

  test('E71: the fault leaves a quarter of each rate and no burst under one, and can be switched', () => {
    const { throttle, faults, passSeconds } = setUp({ throttling: true });
    expect(granted(throttle, 'ecs', 'UpdateService')).toBe(12);
    expect(granted(throttle, 'cloudwatch', 'PutMetricAlarm')).toBe(1);
    passSeconds(2);
    expect(granted(throttle, 'ecs', 'UpdateService')).toBe(3);
    faults.set('throttling', false);
    expect(granted(throttle, 'ecs', 'UpdateService')).toBe(200);
  });
});
