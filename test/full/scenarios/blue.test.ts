import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { afterEach, expect, test } from 'vitest';
import { Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

/** What was in the hands of a process when it was killed; at 60 requests a second that are a few. */
const IN_FLIGHT_MAX = 10;

test('blue’s tasks die during the ramp while App Mesh is there: ECS replaces them, and the plan comes to its end', async () => {
  stage = await Stage.open();
  await stage.apply();
  await stage.untilState('ramp.bake', 0);
  await stage.killTasks('frontend', 'one');
  await stage.untilState('ramp.bake', 1);
  await stage.killTasks('user-api', 'one');
  expect((await stage.untilSettled()).machine.value).toBe('succeeded');
  const users = await stage.users('two of blue’s tasks die during the ramp');
  expect(users.green.failed).toBe(0);
  expect(users.blue.failed + users.nobody.failed).toBeLessThanOrEqual(IN_FLIGHT_MAX);
});

test('with App Mesh gone a dead task of blue’s stays dead: the ramp holds for want of a way back, and goes on when a person says so', async () => {
  stage = await Stage.open();
  await stage.apply();
  await stage.untilState('ramp.bake', 0);
  stage.lab.faults.set('app-mesh-gone', true);
  await stage.killTasks('frontend', 'one');
  const held = await stage.until('a way back that is too small', ({ report }) =>
    /way back|could carry/.test(report.waitingFor),
  );
  expect(held.report.wayBack).toContain('frontend 1/2 healthy');
  await stage.passes(8);
  await stage.expectIn('ramp.bake', 0);
  await stage.apply({ viability: { below: 'goForward' } });
  expect((await stage.untilSettled()).machine.value).toBe('succeeded');
  const users = await stage.users('App Mesh is gone, and a task of blue’s dies during the ramp');
  expect(users.green.failed).toBe(0);
  expect(users.blue.failed + users.nobody.failed).toBeLessThanOrEqual(IN_FLIGHT_MAX);
});

const FRONTEND = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/shop/frontend',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;
/** Requests a second: 40 a minute, for the lab's clock is 30 times as fast. */
const RATE = 20;
/** A minute and task. At the beginning it is 20, with two tasks of blue; with three times the users 30, at half of the traffic for each side. */
const REQUESTS_PER_TARGET = 24;

/** The frontend scales by what the sample's users really ask for, up to six tasks. */
async function scaleByUse({ person }: Pick<Stage, 'person'>): Promise<void> {
  const { ScalingPolicies = [] } = await person.autoScaling.send(new DescribeScalingPoliciesCommand(FRONTEND));
  const [policy] = ScalingPolicies;
  await person.autoScaling.send(new RegisterScalableTargetCommand({ ...FRONTEND, MaxCapacity: 6 }));
  await person.autoScaling.send(
    new PutScalingPolicyCommand({
      ...FRONTEND,
      PolicyName: policy?.PolicyName,
      PolicyType: policy?.PolicyType,
      TargetTrackingScalingPolicyConfiguration: {
        ...policy?.TargetTrackingScalingPolicyConfiguration,
        TargetValue: REQUESTS_PER_TARGET,
      },
    }),
  );
}

const minimumOf = async ({ person }: Stage): Promise<number | undefined> => {
  const { ScalableTargets = [] } = await person.autoScaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [FRONTEND.ResourceId] }),
  );
  return ScalableTargets[0]?.MinCapacity;
};

test('load triples in mid-ramp: green scales out, blue’s floor follows, and an abort gives everything to a blue that carries it', async () => {
  stage = await Stage.open({ rate: RATE, dress: scaleByUse });
  await stage.apply({
    // How long its users wait is not what scales it.
    alarms: ['shop-5xx'],
    steps: [
      { weight: 50, bake: '60m' },
      { weight: 100, bake: '4m' },
    ],
  });
  await stage.untilState('ramp.bake', 0);
  stage.addUsers();
  stage.addUsers();
  await stage.until('load that has grown', ({ machine }) => (machine.context.load?.['frontend']?.needed ?? 0) >= 5);
  const whole = await stage.until('a blue that carries it', ({ report }) =>
    report.services.some(({ blue, blueHealthy }) => blue === 'frontend' && (blueHealthy ?? 0) >= 5),
  );
  expect(whole.machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
  expect(await minimumOf(stage)).toBeGreaterThanOrEqual(5);
  await stage.untilEvent('Updated', 'minimum of its scaling 2 → ');
  await stage.abort();
  expect((await stage.untilSettled()).machine.value).toBe('rolledBack');
  expect(await minimumOf(stage)).toBe(2);
  const users = await stage.users('load triples in mid-ramp, green and blue scale out, and an abort');
  expect(users.blue.failed + users.green.failed + users.nobody.failed).toBe(0);
});
