import { PutCompositeAlarmCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SimulatedClock } from '../../../lab/clock.ts';
import { NO_DELAYS } from '../../../lab/delays.ts';
import { createEdge } from '../../../lab/estates/shop/edge.ts';
import { createMesh } from '../../../lab/estates/shop/mesh.ts';
import { createRegistries } from '../../../lab/estates/shop/registries.ts';
import { createServices } from '../../../lab/estates/shop/services.ts';
import { createAlarms } from '../../../lab/estates/shop/watch.ts';
import { createSimulatedAws, SIMULATED_ACCOUNT, type SimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import { readEstate } from '../../estate/fromExport.ts';
import type { AwsClients } from '../clients.ts';
import { operatorClients } from '../simulatedShop.ts';
import { takeWholeInventory } from './whole.ts';

/** The lab's sample estate among hundreds of alarms of others, read through the very API that an inventory reads. */
let simulated: SimulatedAws;
let clients: AwsClients;
const clock = new SimulatedClock();
const OPTIONS = { clusters: ['shop'], meshes: ['shop'], clock };

beforeEach(async () => {
  simulated = createSimulatedAws({ clock, delays: NO_DELAYS });
  ({ clients } = operatorClients(simulated));
  await createMesh(await clients.appMesh());
  const registries = await createRegistries(clients.serviceDiscovery, performance.now() + 10_000);
  const edge = await createEdge(clients.elbv2);
  const { targetGroupArn } = edge;
  await createServices({ ecs: clients.ecs, account: SIMULATED_ACCOUNT, registries, targetGroupArn });
  await createAlarms(clients.cloudWatch, edge);
});

afterEach(() => simulated.close());

async function putAlarm(AlarmName: string, dimensions: Record<string, string>, Namespace = 'AWS/ECS'): Promise<void> {
  await clients.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace,
      MetricName: 'CPUUtilization',
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 80,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
}

const putComposite = (AlarmName: string, AlarmRule: string) =>
  clients.cloudWatch.send(new PutCompositeAlarmCommand({ AlarmName, AlarmRule }));

test('W1, W2: of all pages those that name the estate are kept, with the composites over them', async () => {
  for (let index = 0; index < 230; index += 1) {
    await putAlarm(`other-${index}`, { ClusterName: 'other', ServiceName: `service-${index}` });
  }
  await putAlarm('z-blue', { ClusterName: 'shop', ServiceName: 'user-api' });
  await putComposite('any', 'ALARM("shop-5xx") OR ALARM("other-1")');
  await putComposite('page', 'ALARM("any")');
  await putComposite('others', 'ALARM("other-1") OR ALARM("other-2")');
  const exported = await takeWholeInventory(clients, OPTIONS);
  expect(exported.errors).toEqual([]);
  const { metricAlarms = [], compositeAlarms = [] } = exported.cloudWatch ?? {};
  expect(metricAlarms.map((one) => one.AlarmName)).toEqual(['shop-5xx', 'shop-latency', 'z-blue']);
  expect(compositeAlarms.map((one) => one.AlarmName)).toEqual(['any', 'page']);
  // As it reads from a file.
  expect(JSON.parse(JSON.stringify(exported.cloudWatch))).toEqual(exported.cloudWatch);
  expect(readEstate(exported, 'shop', 'shop').alarms?.map((one) => one.name)).toEqual([
    'any',
    'page',
    'shop-5xx',
    'shop-latency',
    'z-blue',
  ]);
});

test('where CloudWatch does not answer the rest is read, and no alarm is told', async () => {
  const cloudWatch = {
    send: () => Promise.reject(Object.assign(new Error('not for you'), { name: 'AccessDenied' })),
  } as unknown as AwsClients['cloudWatch'];
  const exported = await takeWholeInventory({ ...clients, cloudWatch }, OPTIONS);
  expect(exported.cloudWatch).toBeUndefined();
  expect(exported.errors).toMatchObject([{ call: 'cloudwatch:DescribeAlarms', code: 'AccessDenied' }]);
  expect(exported.ecs.services).toHaveLength(3);
});
