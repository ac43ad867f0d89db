import {
  CreateSubnetCommand,
  DeleteSubnetCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { createSimulatedAws } from '../../simulated/simulatedAws.ts';
import { DEFAULT_NETWORK } from '../ec2/defaultNetwork.ts';
import { refusal, TestWorld } from './testWorld.ts';

test('E74: a service in a subnet or with a security group that does not exist is refused in AWS’s words', () => {
  const world = new TestWorld();
  const inNetwork = (awsvpcConfiguration: { subnets: string[]; securityGroups?: string[] }) =>
    refusal(() => world.create('user', { networkConfiguration: { awsvpcConfiguration } }));
  expect(inNetwork({ subnets: ['subnet-a', 'subnet-x'] })).toEqual({
    code: 'InvalidParameterException',
    message:
      "Error retrieving subnet information for [subnet-x]: The subnet ID 'subnet-x' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
  });
  expect(inNetwork({ subnets: ['subnet-a'], securityGroups: ['sg-x'] })).toEqual({
    code: 'InvalidParameterException',
    message:
      "Error retrieving security group information for [sg-x]: The security group 'sg-x' does not exist (ErrorCode: InvalidGroup.NotFound)",
  });
  expect(world.call('ListServices', { cluster: 'shop' }).serviceArns).toEqual([]);
});

test('E74: a task has the address and the zone of its subnet, and EC2 shows its interface until it has gone', async () => {
  const { ecs, ec2, pass } = await setUp();
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({
      VpcId: DEFAULT_NETWORK.vpcId,
      CidrBlock: '172.31.64.0/24',
      AvailabilityZone: 'eu-west-1c',
    }),
  );
  const subnet = Subnet?.SubnetId ?? '';
  await createService(ecs, subnet);
  await pass();
  const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'shop' }));
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'shop', tasks: taskArns }));
  const details = new Map(tasks?.[0]?.attachments?.[0]?.details?.map(({ name, value }) => [name, value]));
  expect(tasks?.[0]?.availabilityZone).toBe('eu-west-1c');
  expect(details.get('subnetId')).toBe(subnet);
  expect(details.get('privateIPv4Address')).toMatch(/^172\.31\.64\.\d+$/);

  const look = async () => {
    const filters = [{ Name: 'subnet-id', Values: [subnet] }];
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: filters }));
    return NetworkInterfaces ?? [];
  };
  expect(await look()).toMatchObject([
    {
      NetworkInterfaceId: details.get('networkInterfaceId'),
      PrivateIpAddress: details.get('privateIPv4Address'),
      Description: expect.stringMatching(/^arn:aws:ecs:eu-west-1:111122223333:attachment\//),
      Groups: [{ GroupId: DEFAULT_NETWORK.securityGroupId }],
    },
  ]);
  const remove = () => ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }));
  await expect(remove()).rejects.toMatchObject({ name: 'DependencyViolation' });
  await ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'user', desiredCount: 0 }));
  await pass();
  expect(await look()).toEqual([]);
  await remove();
});

test('E76: a task whose subnet has no address left fails to start, and the others have one each', async () => {
  const { ecs, ec2, pass } = await setUp();
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId: DEFAULT_NETWORK.vpcId, CidrBlock: '172.31.64.0/28' }),
  );
  await createService(ecs, Subnet?.SubnetId ?? '', 12);
  await pass();
  const look = async () => {
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'shop', services: ['user'] }));
    return services?.[0];
  };
  expect((await look())?.runningCount).toBe(11);
  const stopped = await ecs.send(new ListTasksCommand({ cluster: 'shop', desiredStatus: 'STOPPED' }));
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'shop', tasks: stopped.taskArns }));
  expect(tasks?.[0]).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: `Unexpected EC2 error while attempting to Create Network Interface in subnet '${Subnet?.SubnetId}': InsufficientFreeAddressesInSubnet`,
  });
  expect(tasks?.[0]?.attachments?.[0]?.details).toEqual([{ name: 'subnetId', value: Subnet?.SubnetId }]);
  const running = await ecs.send(new ListTasksCommand({ cluster: 'shop', desiredStatus: 'RUNNING' }));
  const placed = await ecs.send(new DescribeTasksCommand({ cluster: 'shop', tasks: running.taskArns }));
  const addresses = (placed.tasks ?? []).flatMap(({ containers }) => containers?.[0]?.networkInterfaces ?? []);
  expect(new Set(addresses.map(({ privateIpv4Address }) => privateIpv4Address)).size).toBe(11);
});

test('E74: a service whose only subnet was deleted gets no tasks, and says so', async () => {
  const { ecs, ec2, pass } = await setUp();
  const [{ id: subnet }] = DEFAULT_NETWORK.subnets;
  await createService(ecs, subnet, 0);
  await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }));
  await ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'user', desiredCount: 1 }));
  await pass();
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'shop', services: ['user'] }));
  expect(services?.[0]).toMatchObject({ runningCount: 0, pendingCount: 0 });
  expect(services?.[0]?.events?.[0]?.message).toBe(
    `(service user) was unable to place a task: the subnets ${subnet} do not exist.`,
  );
});

async function setUp() {
  const clock = new SimulatedClock();
  const { clientConfig } = createSimulatedAws({ clock });
  const config = { ...clientConfig, maxAttempts: 1 };
  const ecs = new ECSClient(config);
  await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'user',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'app', image: 'user:1' }],
    }),
  );
  return { ecs, ec2: new EC2Client(config), pass: () => clock.advanceAsync(120_000) };
}

async function createService(ecs: ECSClient, subnet: string, desiredCount = 1): Promise<void> {
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'shop',
      serviceName: 'user',
      taskDefinition: 'user',
      desiredCount,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: [subnet] } },
    }),
  );
}
