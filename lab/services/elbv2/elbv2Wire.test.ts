import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { Random } from '../../random.ts';
import { createDispatch } from '../../wire/dispatch.ts';
import { createInProcessHandler } from '../../wire/inProcessHandler.ts';
import { Serving } from '../../wire/serving.ts';
import { TestWorld } from './testWorld.ts';

const log = () => {};

function client(world: TestWorld): ElasticLoadBalancingV2Client {
  const dispatch = createDispatch(new Serving({ services: [world.elbv2], random: new Random(1), log }), log);
  return new ElasticLoadBalancingV2Client({
    region: 'eu-west-1',
    endpoint: 'http://aws.invalid',
    credentials: { accessKeyId: 'A', secretAccessKey: 'S' },
    requestHandler: createInProcessHandler(dispatch),
  });
}

test('L25: an SDK client builds a weighted rule and sees the shape’s name and the short code of an error', async () => {
  const elb = client(new TestWorld());
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'shop', Subnets: ['subnet-a', 'subnet-b'] }),
  );
  const group = async (Name: string) => {
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({ Name, Protocol: 'HTTP', Port: 8080, VpcId: 'vpc-1', TargetType: 'ip' }),
    );
    return TargetGroups?.[0]?.TargetGroupArn;
  };
  const [blue, green] = [await group('blue'), await group('green')];
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: blue }],
    }),
  );
  const ListenerArn = Listeners?.[0]?.ListenerArn;
  await elb.send(
    new CreateRuleCommand({
      ListenerArn,
      Priority: 10,
      Conditions: [{ Field: 'path-pattern', Values: ['/*'] }],
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: blue, Weight: 95 },
              { TargetGroupArn: green, Weight: 5 },
            ],
          },
        },
      ],
    }),
  );
  const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn }));
  expect(Rules?.map((rule) => rule.Priority)).toEqual(['10', 'default']);
  expect(Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups?.map((tuple) => tuple.Weight)).toEqual([95, 5]);

  await elb.send(new RegisterTargetsCommand({ TargetGroupArn: green, Targets: [{ Id: '10.0.0.1', Port: 8080 }] }));
  const health = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: green }));
  expect(health.TargetHealthDescriptions?.[0]?.TargetHealth?.State).toBe('initial');

  await expect(elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: green }))).rejects.toMatchObject({
    name: 'ResourceInUseException',
    Code: 'ResourceInUse',
    $metadata: { httpStatusCode: 400 },
  });
  const wrong = new CreateRuleCommand({ ListenerArn, Priority: 11, Conditions: [], Actions: [] });
  await expect(elb.send(wrong)).rejects.toMatchObject({ name: 'ValidationError' });
});
