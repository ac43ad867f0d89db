import { CreateSubnetCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { SHOP_IMAGE } from '../../../lab/images/images.ts';
import { VPC } from '../../../lab/estates/shop/edge.ts';
import { Stage, until } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const CLUSTER = 'shop';
/** Eleven addresses (row E76). */
const SMALL = '172.31.200.0/28';
/** Blue takes four addresses and green is to take four more: room enough, until somebody else comes. */
const COUNTS = { frontend: 2, 'user-api': 1, 'stock-api': 1 };

async function moveInto(ecs: ECSClient, subnet: string): Promise<void> {
  for (const [service, desiredCount] of Object.entries(COUNTS)) {
    const networkConfiguration = { awsvpcConfiguration: { subnets: [subnet] } };
    await ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service, desiredCount, networkConfiguration }));
  }
  await until('blue in its subnet', async () => {
    const { services = [] } = await ecs.send(
      new DescribeServicesCommand({ cluster: CLUSTER, services: Object.keys(COUNTS) }),
    );
    return services.every(
      ({ deployments }) => deployments?.length === 1 && deployments[0]?.rolloutState === 'COMPLETED',
    )
      ? true
      : undefined;
  });
}

/** Somebody else's service, of so many tasks. */
async function crowd(ecs: ECSClient, subnet: string, desiredCount: number): Promise<void> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'crowd',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'crowd', image: SHOP_IMAGE, command: ['stock-api'], essential: true }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: 'crowd',
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: [subnet] } },
    }),
  );
}

test('a subnet that runs out of addresses while green is provisioned: green never gets weight, and all of it goes again', async () => {
  let subnet = '';
  stage = await Stage.open({
    dress: async ({ lab, person }) => {
      const credentials = { accessKeyId: 'AKIDPERSON', secretAccessKey: 'person' };
      const ec2 = new EC2Client({ endpoint: lab.endpoint, region: lab.account.region, credentials });
      const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: VPC, CidrBlock: SMALL }));
      ec2.destroy();
      subnet = Subnet?.SubnetId ?? '';
      await moveInto(person.ecs, subnet);
    },
  });
  await stage.apply();
  await stage.untilState('provision');
  await crowd(stage.person.ecs, subnet, 6);
  const status = await stage.untilSettled();
  expect(status.machine.value).toBe('rolledBack');
  expect(status.machine.context.backwardBecause?.message).toContain('InsufficientFreeAddressesInSubnet');
  expect(await stage.world.tagged(status.uid)).toEqual([]);
  const users = await stage.users('the subnet runs out of addresses during provisioning');
  expect(users.failures).toEqual({});
  expect(users.green.requests).toBe(0);
});
