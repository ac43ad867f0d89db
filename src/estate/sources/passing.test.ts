import { expect, test } from 'vitest';
import { exportOf } from '../../../test/fixtures/estates.ts';
import type { EstateExport } from '../export.ts';
import { readEstate } from '../fromExport.ts';
import { readExport } from './export/read.ts';
import { mergeReadings } from './merge.ts';
import type { SourceReading } from './reading.ts';

const NAME = '01-simple-three-tier';
const CLUSTER = 'arn:aws:ecs:eu-west-1:111122223333:cluster/shop';
const OTHER = 'arn:aws:ecs:eu-west-1:111122223333:cluster/billing';

function exportWith(change: (exported: EstateExport) => void): EstateExport {
  const exported = exportOf(NAME);
  delete exported.ecs.containerInstances;
  change(exported);
  return exported;
}

const reading = (source: SourceReading['source'], exported: EstateExport): SourceReading => ({
  source,
  where: source,
  exported,
  unresolved: [],
});

const task = (id: string, clusterArn = CLUSTER) => ({
  taskArn: `${clusterArn.replace(':cluster/', ':task/')}/${id}`,
  clusterArn,
  group: 'family:report',
});

const instance = (id: string, clusterArn = CLUSTER) => ({
  containerInstanceArn: `${clusterArn.replace(':cluster/', ':container-instance/')}/${id}`,
  status: 'ACTIVE',
});

const idsOf = (arns: readonly (string | undefined)[] | undefined): string[] | undefined =>
  arns?.map((arn) => (arn ?? '').split('/').slice(1).join('/'));

test('what no reading tells stays absent', () => {
  const merged = mergeReadings([
    reading(
      'live',
      exportWith(() => {}),
    ),
    reading(
      'export',
      exportWith(() => {}),
    ),
  ]);
  expect(merged.ecs).not.toHaveProperty('tasks');
  expect(merged.ecs).not.toHaveProperty('containerInstances');
  expect(merged).not.toHaveProperty('ec2');
  expect(merged).not.toHaveProperty('serviceQuotas');
  expect(merged.elbv2).not.toHaveProperty('accountLimits');
  expect(readEstate(merged, 'shop', 'shop')).not.toHaveProperty('room');
});

test('tasks and instances of several clusters come together, and what is gone from one that was read live is not there', () => {
  const live = exportWith(({ ecs }) => {
    ecs.tasks = [task('new')];
    ecs.containerInstances = [];
  });
  const older = exportWith(({ ecs }) => {
    ecs.clusters.push({ clusterArn: OTHER, clusterName: 'billing' });
    ecs.tasks = [task('old'), task('new'), task('bill', OTHER)];
    ecs.containerInstances = [instance('old'), instance('bill', OTHER)];
  });
  const merged = mergeReadings([reading('export', older), reading('live', live)]);
  expect(idsOf(merged.ecs.tasks?.map((one) => one.taskArn))).toEqual(['shop/new', 'billing/bill']);
  expect(idsOf(merged.ecs.containerInstances?.map((one) => one.containerInstanceArn))).toEqual(['billing/bill']);
  const unread = mergeReadings([
    reading(
      'live',
      exportWith(() => {}),
    ),
    reading('export', older),
  ]);
  expect(unread.ecs.tasks).toHaveLength(3);
});

const roomOf = (free: number, rules: string, vcpu: number) =>
  exportWith((exported) => {
    exported.ec2 = { subnets: [{ SubnetId: 'a', AvailableIpAddressCount: free }] };
    exported.elbv2.accountLimits = [{ Name: 'rules-per-application-load-balancer', Max: rules }];
    exported.serviceQuotas = { quotas: [{ ServiceCode: 'fargate', QuotaCode: 'L-3032A538', Value: vcpu }] };
  });

test('free addresses and limits are those of the best reading, and differ in silence', () => {
  const merged = mergeReadings([reading('export', roomOf(1, '1', 1)), reading('live', roomOf(9, '900', 90))]);
  expect(merged.differences ?? []).toEqual([]);
  expect(readEstate(merged, 'shop', 'shop').room).toEqual({
    freeAddresses: { a: 9 },
    loadBalancerLimits: { 'rules-per-application-load-balancer': 900 },
    fargateVcpu: { onDemand: { vcpu: 90, isDefault: false } },
  });
});

test("another account's limits are not taken for this one's", () => {
  const own = exportWith(() => {});
  const foreign = exportWith((exported) => {
    exported.caller = { account: '999988887777', region: 'eu-west-1' };
    exported.ec2 = { subnets: [{ SubnetId: 'b', AvailableIpAddressCount: 5 }] };
    exported.elbv2.accountLimits = [{ Name: 'rules-per-application-load-balancer', Max: '1' }];
    exported.serviceQuotas = { quotas: [{ ServiceCode: 'fargate', QuotaCode: 'L-3032A538', Value: 1 }] };
  });
  const { room } = readEstate(mergeReadings([reading('export', own), reading('export', foreign)]), 'shop', 'shop');
  expect(room).toEqual({ freeAddresses: { b: 5 } });
});

test('an export file without them still reads, and one with them comes back whole', () => {
  const old = exportOf(NAME) as unknown as Record<string, unknown>;
  const { exported } = readExport(old, 'old.json');
  expect(exported).not.toHaveProperty('ec2');
  expect(exported).not.toHaveProperty('serviceQuotas');
  const more = {
    ...old,
    ec2: { subnets: [{ SubnetId: 'a', AvailableIpAddressCount: 1 }] },
    serviceQuotas: { quotas: [{ QuotaCode: 'L-3032A538', Value: 6 }] },
  };
  const read = readExport(more, 'new.json').exported;
  expect([read.ec2, read.serviceQuotas]).toEqual([more.ec2, more.serviceQuotas]);
});

test.each([
  [{ ec2: [] }, 'ec2'],
  [{ ec2: { subnets: {} } }, 'ec2.subnets'],
  [{ serviceQuotas: { quotas: ['6'] } }, 'serviceQuotas.quotas[0]'],
])('one in which they are something else is refused: %o', (members, place) => {
  expect(() => readExport({ ...exportOf(NAME), ...members }, 'bad.json')).toThrow(place);
});
