import { expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import type { MetricSample } from '../ports.ts';
import { RequestMetrics } from './requestMetrics.ts';
import { TestWorld, weighted } from './testWorld.ts';

const WHERE = {
  loadBalancerArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/1',
  targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/2',
};

function metricsWorld() {
  const clock = new SimulatedClock();
  const samples: MetricSample[] = [];
  const metrics = new RequestMetrics({ clock, metrics: { record: (sample) => void samples.push(sample) } });
  const sum = (name: string, dimensions: object) =>
    samples
      .filter((sample) => sample.name === name && JSON.stringify(sample.dimensions) === JSON.stringify(dimensions))
      .reduce((total, sample) => total + sample.value * (sample.count ?? 1), 0);
  return { clock, samples, metrics, sum };
}

const LB = { LoadBalancer: 'app/shop/1' };
const GROUP = { TargetGroup: 'targetgroup/blue/2' };

test('§8.3: counts by load balancer and by target group, in AWS’s dimensions, as values of 1', () => {
  const { clock, samples, metrics, sum } = metricsWorld();
  for (let request = 0; request < 10; request += 1) {
    metrics.forwarded(WHERE, 4);
    metrics.responded(WHERE, request === 0 ? 503 : 200, 0.12345);
  }
  clock.advance(5_000);
  for (const dimensions of [LB, { ...LB, ...GROUP }]) {
    expect(sum('RequestCount', dimensions)).toBe(10);
    expect(sum('HTTPCode_Target_2XX_Count', dimensions)).toBe(9);
    expect(sum('HTTPCode_Target_5XX_Count', dimensions)).toBe(1);
    expect(sum('TargetResponseTime', dimensions)).toBeCloseTo(1.23);
  }
  expect(sum('RequestCountPerTarget', GROUP)).toBe(2.5);
  expect(samples.filter((sample) => sample.name.startsWith('HTTPCode')).every((sample) => sample.value === 1)).toBe(
    true,
  );
});

test('§8.3: counters are sparse: none that is zero, nothing without traffic', () => {
  const { clock, samples, metrics } = metricsWorld();
  clock.advance(600_000);
  expect(samples).toEqual([]);
  metrics.forwarded(WHERE, 1);
  metrics.responded(WHERE, 200, 0.1);
  clock.advance(600_000);
  expect(new Set(samples.map((sample) => sample.name))).toEqual(
    new Set(['RequestCount', 'RequestCountPerTarget', 'HTTPCode_Target_2XX_Count', 'TargetResponseTime']),
  );
});

test('§8.3: the load balancer’s own answers have no target group', () => {
  const { samples, metrics, sum } = metricsWorld();
  metrics.answered(WHERE.loadBalancerArn, 'error', 503);
  metrics.answered(WHERE.loadBalancerArn, 'error', 502);
  metrics.answered(WHERE.loadBalancerArn, 'error', 460);
  metrics.answered(WHERE.loadBalancerArn, 'fixedResponse', 200);
  metrics.answered(WHERE.loadBalancerArn, 'redirect', 301);
  metrics.flush();
  expect(sum('HTTPCode_ELB_5XX_Count', LB)).toBe(2);
  expect(sum('HTTPCode_ELB_503_Count', LB)).toBe(1);
  expect(sum('HTTPCode_ELB_502_Count', LB)).toBe(1);
  expect(sum('HTTPCode_ELB_4XX_Count', LB)).toBe(1);
  expect(sum('HTTP_Fixed_Response_Count', LB)).toBe(1);
  expect(sum('HTTP_Redirect_Count', LB)).toBe(1);
  expect(samples.every((sample) => !('TargetGroup' in sample.dimensions))).toBe(true);
  expect(sum('RequestCount', LB)).toBe(0);
});

test('no sample reaches across the end of a minute', () => {
  const { clock, samples, metrics } = metricsWorld();
  clock.advance(59_000);
  metrics.answered(WHERE.loadBalancerArn, 'redirect', 301);
  clock.advance(2_000);
  metrics.answered(WHERE.loadBalancerArn, 'redirect', 301);
  clock.advance(5_000);
  expect(samples.map((sample) => [new Date(sample.atMs).getUTCMinutes(), sample.count])).toEqual([
    [0, 1],
    [1, 1],
  ]);
});

test('§8.3: HealthyHostCount and UnHealthyHostCount are published each minute for groups in use that have targets', async () => {
  const world = new TestWorld();
  const blue = world.group('blue');
  const empty = world.group('empty');
  const unused = world.group('unused');
  world.listener(world.loadBalancer(), [weighted({ [blue]: 1, [empty]: 1 })]);
  world.register(blue, '10.0.0.1', '10.0.0.2');
  world.register(unused, '10.0.0.3');
  world.probe.results.set('10.0.0.2', { kind: 'refused' });
  await world.clock.advanceAsync(60_000);
  const dimensions = { LoadBalancer: expect.stringMatching(/^app\/shop\//), TargetGroup: blue.split(':').at(-1) };
  expect(world.samples).toMatchObject([
    { name: 'HealthyHostCount', value: 1, dimensions },
    { name: 'UnHealthyHostCount', value: 1, dimensions },
  ]);
  world.elbv2.deregister(blue, { ip: '10.0.0.2', port: 8080 }, () => {});
  await world.clock.advanceAsync(60_000);
  expect(world.samples.slice(2)).toMatchObject([
    { name: 'HealthyHostCount', value: 1 },
    { name: 'UnHealthyHostCount', value: 0 },
  ]);
});
