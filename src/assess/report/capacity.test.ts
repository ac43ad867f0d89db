import { expect, test } from 'vitest';
import { estateOf, exportOf } from '../../../test/fixtures/estates.ts';
import type { EstateExport } from '../../estate/export.ts';
import type { Estate } from '../../estate/model.ts';
import type { CapacityRow } from '../report.ts';
import { instanceMemory } from './capacity/memory.ts';
import { reportOn } from './reportOn.ts';
import { taskSize } from './taskSize.ts';

const rowOf = (estate: Estate, what: RegExp): CapacityRow | undefined =>
  reportOn(estate).capacity.find((row) => what.test(row.what));

/** The three services with `change` made to each. */
function shopWith(change: (service: Estate['services'][number]['service'], exported: EstateExport) => void): Estate {
  const exported = exportOf('01-simple-three-tier');
  for (const service of exported.ecs.services) change(service, exported);
  return estateOf('01-simple-three-tier', exported);
}

test("each of green's tasks takes an address, and what subnets have is not known where it was not read", () => {
  const row = rowOf(estateOf('01-simple-three-tier'), /^addresses/);
  expect(row).toMatchObject({ need: 7, have: undefined, verdict: 'unknown' });
  expect(row?.source).toContain('free addresses of subnets were not read');
});

/** Subnets with so many free addresses, by their ids. */
const subnetsWith = (free: Record<string, number>): NonNullable<EstateExport['ec2']> => ({
  subnets: Object.entries(free).map(([SubnetId, AvailableIpAddressCount]) => ({ SubnetId, AvailableIpAddressCount })),
});

test.each([
  [{ a: 3, b: 4 }, 7, 'enough', 'the least in a (3)'],
  [{ a: 5, b: 1 }, 6, 'short', 'the least in b (1)'],
  [{ a: 100 }, undefined, 'unknown', 'free in b were not read'],
] as const)('free addresses of %o are %s together', (free, have, verdict, source) => {
  const estate = shopWith((service, exported) => {
    service.networkConfiguration = { awsvpcConfiguration: { subnets: ['b', 'a'] } };
    exported.ec2 = subnetsWith(free);
  });
  const row = rowOf(estate, /^addresses in a, b$/);
  expect(row).toMatchObject({ need: 7, have, verdict });
  expect(row?.source).toContain(source);
});

test('services that share a subnet by a third are one row', () => {
  const subnets: Record<string, string[]> = { frontend: ['a', 'b'], 'user-api': ['c', 'd'], 'stock-api': ['b', 'c'] };
  const estate = shopWith((service) => {
    service.networkConfiguration = { awsvpcConfiguration: { subnets: subnets[service.serviceName ?? ''] } };
  });
  const rows = reportOn(estate).capacity.filter((row) => row.what.startsWith('addresses'));
  expect(rows.map(({ what, need }) => [what, need])).toEqual([['addresses in a, b, c, d', 7]]);
});

const QUOTA = { ServiceCode: 'fargate', QuotaCode: 'L-3032A538' };

test.each([
  [6, 'eu-west-1:111122223333', 'short', "the account's quota"],
  [7, 'eu-west-1:111122223333', 'enough', 'whatever else runs on Fargate in the account and Region counts against too'],
  [6, 'eu-west-1:', 'short', "AWS's default"],
] as const)('a vCPU quota of %i is held against both sides', (Value, place, verdict, source) => {
  const QuotaArn = `arn:aws:servicequotas:${place}:fargate/L-3032A538`;
  const estate = shopWith((_, exported) => {
    exported.serviceQuotas = {
      quotas: [
        { ...QUOTA, QuotaCode: 'L-36FBB829', Value: 1 },
        { ...QUOTA, QuotaArn, Value },
      ],
    };
  });
  const row = rowOf(estate, /Fargate On-Demand/);
  expect(row).toMatchObject({ need: 7, have: Value, verdict });
  expect(row?.source).toContain(source);
});

test('both sides count against the vCPU quota, also where nothing tells it', () => {
  const row = rowOf(estateOf('01-simple-three-tier'), /Fargate On-Demand/);
  expect(row).toMatchObject({ need: 7, have: undefined, verdict: 'unknown' });
});

test('a default quota is told as one', () => {
  const row = rowOf(estateOf('01-simple-three-tier'), /^target groups/);
  expect(row).toMatchObject({ need: 2, have: 100, verdict: 'enough' });
  expect(row?.source).toContain('default quota');
});

const limited = (account: string): CapacityRow[] =>
  reportOn(
    shopWith((_, exported) => {
      exported.caller.account = account;
      exported.elbv2.accountLimits = [
        { Name: 'rules-per-application-load-balancer', Max: '200' },
        { Name: 'target-groups-per-application-load-balancer', Max: '1' },
      ];
    }),
  ).capacity;

const startingWith = (rows: CapacityRow[], what: string): CapacityRow | undefined =>
  rows.find((row) => row.what.startsWith(what));

test("the account's own limits are used in place of AWS's defaults, for its own load balancers", () => {
  const own = limited('111122223333');
  expect(startingWith(own, 'rules')).toMatchObject({ have: 200, verdict: 'enough' });
  expect(startingWith(own, 'rules')?.source).toContain("the account's own limit");
  expect(startingWith(own, 'target groups')).toMatchObject({ need: 2, have: 1, verdict: 'short' });
  expect(startingWith(own, 'targets')).toMatchObject({ have: 1000 });
  expect(startingWith(own, 'targets')?.source).toContain('default quota');
  expect(startingWith(limited('999988887777'), 'target groups')).toMatchObject({ have: 100, verdict: 'enough' });
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

const HOST = {
  containerInstanceArn: 'arn:aws:ecs:eu-west-1:111122223333:container-instance/shop/0123',
  status: 'ACTIVE',
  remainingResources: [{ name: 'MEMORY', type: 'INTEGER', integerValue: 65_536 }],
  attributes: [{ name: 'ecs.instance-type', value: 'm7g.xlarge' }],
};

/** The shop on two container instances that take eight interfaces each. */
const onInstances = (host: object, errors: string[] = []): Estate =>
  shopWith((service, exported) => {
    service.launchType = 'EC2';
    exported.ecs.containerInstances = [
      { ...HOST, ...host },
      { ...HOST, containerInstanceArn: `${HOST.containerInstanceArn}4`, ...host },
    ];
    exported.ec2 = {
      instanceTypes: [{ InstanceType: 'm7g.xlarge', NetworkInfo: { MaximumNetworkInterfaces: 8 } }],
    };
    exported.errors = errors.map((call) => ({ call, code: 'AccessDeniedException', message: 'no' }));
  });

test.each([
  [{}, 14, 'enough', 'less their own'],
  [{ runningTasksCount: 3 }, 8, 'enough', 'one for each task there is'],
  [{ runningTasksCount: 4, pendingTasksCount: 1 }, undefined, 'unknown', 'between 4 and 14 are free'],
  [{ status: 'DRAINING' }, 0, 'short', 'beside their own'],
  [
    { attributes: [...HOST.attributes, { name: 'ecs.awsvpc-trunk-id', value: 'eni-1' }] },
    undefined,
    'unknown',
    'trunk',
  ],
  [{ attributes: [] }, undefined, 'unknown', 'was not read'],
] as const)('interfaces of instances: %o', (host, have, verdict, source) => {
  const row = rowOf(onInstances(host), /^network interfaces/);
  expect(row).toMatchObject({ need: 7, have, verdict });
  expect(row?.source).toContain(source);
});

test('memory of instances is what remains on all of them, and nothing where one of them could not be read', () => {
  expect(rowOf(onInstances({}), /^memory/)).toMatchObject({ have: 131_072, verdict: 'enough' });
  const partial = rowOf(onInstances({}, ['ecs:DescribeContainerInstances']), /^memory/);
  expect(partial).toMatchObject({ have: undefined, verdict: 'unknown' });
  expect(partial?.source).toContain('not all container instances could be read');
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
