import { PutScalingPolicyCommand, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { DeleteServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  type Action,
  AddTagsCommand,
  DeleteTargetGroupCommand,
  DescribeTargetGroupsCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CLUSTER } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Each invariant is broken once, by an operator's own clients: a referee that sees nothing proves nothing. */
let world: OperatorWorld;
let greenArn: string;
let bystanderArn: string;
beforeEach(async () => {
  world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  await world.apply({
    steps: [
      { weight: 20, bake: '1m' },
      { weight: 100, bake: '1m' },
    ],
  });
  await world.untilState('ramp.bake', 0);
  expect(world.referee.breaches).toEqual([]);
  const { TargetGroups = [] } = await world.person.elbv2.send(new DescribeTargetGroupsCommand({}));
  const named = (name: string) => TargetGroups.find((one) => one.TargetGroupName === name)?.TargetGroupArn ?? '';
  greenArn = named('frontend-sc');
  bystanderArn = named('bystander');
});
afterEach(() => world.close());

const seen = () => world.referee.breaches.map((breach) => breach.slice(0, breach.indexOf(':')));

const split = (blue: number, green: number): Action => ({
  Type: 'forward',
  ForwardConfig: {
    TargetGroups: [
      { TargetGroupArn: world.edge.targetGroupArn, Weight: blue },
      { TargetGroupArn: greenArn, Weight: green },
    ],
  },
});

const write = (action: Action) =>
  world.operator.clients.elbv2.send(new ModifyRuleCommand({ RuleArn: world.edge.listenerRuleArn, Actions: [action] }));

const scale = (service: string, desiredCount: number) =>
  world.operator.clients.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service, desiredCount }));

test('I1: weights that do not sum to the whole', async () => {
  await write(split(70, 20));
  expect(seen()).toEqual(['I1']);
});

test('I2: weight on a group without a healthy target', async () => {
  await write({
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: world.edge.targetGroupArn, Weight: 80 },
        { TargetGroupArn: bystanderArn, Weight: 20 },
      ],
    },
  });
  expect(seen()).toEqual(['I2']);
});

test('I3: blue scaled in while there is a way back', async () => {
  await scale('user-api', 1);
  expect(seen()).toEqual(['I3']);
});

const register = (change: { MinCapacity?: number; MaxCapacity?: number }) =>
  world.operator.clients.autoScaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ResourceId: `service/${CLUSTER}/frontend`,
      ScalableDimension: 'ecs:service:DesiredCount',
      ...change,
    }),
  );

test('I3: blue’s scaling moved otherwise than its floor up', async () => {
  await register({ MinCapacity: 3 });
  expect(seen()).toEqual([]);
  await register({ MaxCapacity: 5 });
  expect(seen()).toEqual(['I3']);
  await register({ MinCapacity: 1 });
  expect(seen()).toEqual(['I3', 'I3']);
  await register({ MinCapacity: 1, MaxCapacity: 2 });
  expect(seen(), 'the maximum, and the count that it takes along').toEqual(['I3', 'I3', 'I3', 'I3']);
});

test('I4: green stopped, or deleted, while it has weight', async () => {
  await scale('frontend-sc', 0);
  await world.operator.clients.ecs.send(
    new DeleteServiceCommand({ cluster: CLUSTER, service: 'frontend-sc', force: true }),
  );
  expect(seen()).toEqual(['I4', 'I4']);
});

test('I5: green’s weight raised while an alarm is not OK', async () => {
  await world.fireAlarm();
  await write(split(50, 50));
  expect(seen()).toEqual(['I5']);
  await write(split(90, 10));
  expect(seen(), 'it may fall').toEqual(['I5']);
});

test('I7: green’s weight raised on the way back', async () => {
  await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
  await world.untilState('backward.shiftBack');
  expect(seen()).toEqual([]);
  await write(split(99, 1));
  // Out of the rule, green's targets are not checked any more, so that nobody of it is healthy.
  expect(seen()).toEqual(['I2', 'I7']);
});

test('I11: something of other people’s deleted', async () => {
  // The role may delete only what has a plan's tag; somebody copied one, so that the policy holds nobody back.
  const Tags = [{ Key: 'meshlift.dev/plan', Value: 'shop' }];
  await world.person.elbv2.send(new AddTagsCommand({ ResourceArns: [bystanderArn], Tags }));
  await world.operator.clients.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: bystanderArn }));
  expect(seen()).toEqual(['I11']);
});

test('I16: a forward call of a paused plan, whatever it does', async () => {
  await world.requests.setPaused('shop', true);
  await world.pass();
  await world.operator.clients.autoScaling.send(
    new PutScalingPolicyCommand({
      ServiceNamespace: 'ecs',
      ResourceId: `service/${CLUSTER}/frontend-sc`,
      ScalableDimension: 'ecs:service:DesiredCount',
      PolicyName: 'any',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 50,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    }),
  );
  expect(seen()).toEqual(['I16']);
});
