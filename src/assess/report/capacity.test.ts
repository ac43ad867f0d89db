import { expect, test } from 'vitest';
import { estateOf, exportOf } from '../../../test/fixtures/estates.ts';
import type { Estate } from '../../estate/model.ts';
import type { CapacityRow } from '../report.ts';
import { instanceMemory } from './capacity/memory.ts';
import { reportOn } from './reportOn.ts';
import { taskSize } from './taskSize.ts';

const rowOf = (estate: Estate, what: RegExp): CapacityRow | undefined =>
  reportOn(estate).capacity.find((row) => what.test(row.what));

/** The three services with `change` made to each. */
function shopWith(change: (service: Estate['services'][number]['service']) => void): Estate {
  const exported = exportOf('01-simple-three-tier');
  for (const service of exported.ecs.services) change(service);
  return estateOf('01-simple-three-tier', exported);
}

test("each of green's tasks takes an address, and what subnets have is not known", () => {
  const row = rowOf(estateOf('01-simple-three-tier'), /^addresses/);
  expect(row).toMatchObject({ need: 7, have: undefined, verdict: 'unknown' });
});

test('services that share a subnet by a third are one row', () => {
  const subnets: Record<string, string[]> = { frontend: ['a', 'b'], 'user-api': ['c', 'd'], 'stock-api': ['b', 'c'] };
  const estate = shopWith((service) => {
    service.networkConfiguration = { awsvpcConfiguration: { subnets: subnets[service.serviceName ?? ''] } };
  });
  const rows = reportOn(estate).capacity.filter((row) => row.what.startsWith('addresses'));
  expect(rows.map(({ what, need }) => [what, need])).toEqual([['addresses in a, b, c, d', 7]]);
});

test('both sides count against the vCPU quota, which nothing tells', () => {
  const row = rowOf(estateOf('01-simple-three-tier'), /Fargate On-Demand/);
  expect(row).toMatchObject({ need: 7, have: undefined, verdict: 'unknown' });
});

test('a default quota is told as one', () => {
  const row = rowOf(estateOf('01-simple-three-tier'), /^target groups/);
  expect(row).toMatchObject({ need: 2, have: 100, verdict: 'enough' });
  expect(row?.source).toContain('default quota');
});

test('more tasks than a Cloud Map service takes are short, by what Auto Scaling may ask as well', () => {
  const many = shopWith((service) => {
    if (service.serviceName === 'user-api') service.desiredCount = 1001;
  });
  expect(rowOf(many, /Service Connect/)).toMatchObject({ need: 1001, have: 1000, verdict: 'short' });
  expect(rowOf(many, /^targets/)).toMatchObject({ verdict: 'enough' });
});

test('a count that no source tells makes a need a least one, which is never enough', () => {
  const estate = shopWith((service) => {
    if (service.serviceName === 'stock-api') delete service.desiredCount;
  });
  const { capacity } = reportOn(estate);
  expect(capacity.length).toBeGreaterThan(3);
  expect(capacity.filter((row) => row.verdict === 'enough')).toEqual([]);
});

const instance = (mebibytes: number, status = 'ACTIVE') => ({
  status,
  remainingResources: [{ name: 'MEMORY', type: 'INTEGER', integerValue: mebibytes }],
});

test('memory of instances is counted by whole tasks', () => {
  expect(instanceMemory(undefined, [512])).toBeUndefined();
  expect(instanceMemory([{ status: 'ACTIVE' }], [512])).toBeUndefined();
  expect(instanceMemory([instance(1024), instance(1024)], [512, 512, 512])).toBe(2048);
  // Two times 700 are free, and no instance holds a task of 1,000.
  expect(instanceMemory([instance(700), instance(700)], [1000])).toBe(0);
  expect(instanceMemory([instance(4096, 'DRAINING')], [512])).toBe(0);
});

test('a size is read in units and in words', () => {
  expect(taskSize({ cpu: '512', memory: '1024' })).toEqual({ vcpu: 0.5, gigabytes: 1 });
  expect(taskSize({ cpu: '1 vCPU', memory: '2 GB' })).toEqual({ vcpu: 1, gigabytes: 2 });
  expect(taskSize({ containerDefinitions: [{ cpu: 256, memoryReservation: 512 }] })).toEqual({
    vcpu: 0.25,
    gigabytes: 0.5,
  });
});

test('cost is told in hours, and in money only with prices, for Fargate', () => {
  const estate = estateOf('02-retries-tls-canary');
  expect(reportOn(estate).cost.some((row) => 'pricePerHour' in row)).toBe(false);
  const { cost } = reportOn(estate, { prices: { currency: 'USD', vcpuHour: 0.04, gigabyteHour: 0.004 } });
  expect(cost.filter((row) => row.service === 'web')).toEqual([
    {
      service: 'web',
      side: 'blue',
      tasks: 3,
      vcpuHoursPerHour: 0.75,
      gigabyteHoursPerHour: 1.5,
      pricePerHour: { amount: 0.036, currency: 'USD' },
    },
    // Its proxy makes the task grow.
    {
      service: 'web',
      side: 'green',
      tasks: 3,
      vcpuHoursPerHour: 1.5,
      gigabyteHoursPerHour: 3,
      pricePerHour: { amount: 0.072, currency: 'USD' },
    },
  ]);
  // On EC2 it is the instances that cost.
  expect(cost.filter((row) => row.service === 'price-v1').every((row) => row.pricePerHour === undefined)).toBe(true);
});
