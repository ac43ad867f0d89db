import { CloudWatchClient, DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateServiceCommand, ECSClient } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeMeshCommand, AppMeshClient } from '@aws-sdk/client-app-mesh';
import { GetNamespaceCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { expect, test } from 'vitest';
import { SimulatedClock } from '../clock.ts';
import { createSimulatedAws } from '../simulated/simulatedAws.ts';
import { APIS, loadApi } from './api.ts';
import { type DirectCall, namespaceOf } from './direct.ts';

test('every API is found by the namespace that its model has', async () => {
  for (const address of Object.values(APIS)) {
    expect((await loadApi(address)).schemas.namespace).toBe(namespaceOf(address.id));
  }
});

interface Sender {
  send(command: unknown): Promise<unknown>;
}

/** What somebody who catches an error of AWS can tell of it. */
function told(error: unknown) {
  const { name, message, $fault, $metadata } = error as Error & {
    $fault: unknown;
    $metadata: { httpStatusCode: number };
  };
  return { name, message, $fault, status: $metadata.httpStatusCode };
}

const LIST = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/none/0123456789abcdef';

test.each<{ what: string; client: new (config: never) => unknown; command: { input: object; schema?: unknown } }>([
  {
    what: 'awsJson, modelled',
    client: ECSClient,
    command: new CreateServiceCommand({ cluster: 'none', serviceName: 'shop', taskDefinition: 'shop' }),
  },
  {
    what: 'awsJson, beyond a limit',
    client: ECSClient,
    command: new CreateServiceCommand({ serviceName: undefined }),
  },
  {
    what: 'awsJson, with members',
    client: ServiceDiscoveryClient,
    command: new GetNamespaceCommand({ Id: 'ns-none' }),
  },
  {
    what: 'awsQuery, by its short code',
    client: ElasticLoadBalancingV2Client,
    command: new DescribeTargetGroupsCommand({ TargetGroupArns: [LIST] }),
  },
  {
    what: 'query-compatible',
    client: CloudWatchClient,
    command: new DeleteAlarmsCommand({ AlarmNames: ['none'] }),
  },
  { what: 'restJson', client: AppMeshClient, command: new DescribeMeshCommand({ meshName: 'none' }) },
])('an error is the same over the wire and without it: $what', async ({ client, command }) => {
  const { aws, clientConfig } = createSimulatedAws({ clock: new SimulatedClock() });
  const overWire = new client({ ...clientConfig, maxAttempts: 1 } as never) as Sender;
  const [, namespace, operation] = command.schema as [number, string, string];
  const call: DirectCall = { namespace, operation, input: command.input };
  const failures = await Promise.all(
    [overWire.send(command), aws.direct(call)].map((answer) =>
      answer.then(
        () => undefined,
        (error: unknown) => told(error),
      ),
    ),
  );
  expect(failures[0]).toBeDefined();
  expect(failures[1]).toEqual(failures[0]);
});

test('neither side can reach what the other keeps', async () => {
  const { aws } = createSimulatedAws({ clock: new SimulatedClock() });
  const namespace = namespaceOf('ecs');
  const tags = [{ key: 'team', value: 'shop' }];
  await aws.direct({ namespace, operation: 'CreateCluster', input: { clusterName: 'shop', tags } });
  if (tags[0] !== undefined) tags[0].value = 'changed afterwards';
  const look = async () => {
    const answer = await aws.direct({
      namespace,
      operation: 'DescribeClusters',
      input: { clusters: ['shop'], include: ['TAGS'] },
    });
    return (answer as unknown as { clusters: { clusterName: string; tags: { value: string }[] }[] }).clusters[0];
  };
  const seen = await look();
  expect(seen?.tags).toEqual([{ key: 'team', value: 'shop' }]);
  if (seen !== undefined) seen.clusterName = 'changed by the reader';
  expect((await look())?.clusterName).toBe('shop');
});
