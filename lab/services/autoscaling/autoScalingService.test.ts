import type { PutMetricAlarmCommandInput, StateValue } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { NO_DELAYS } from '../../delays.ts';
import { Random } from '../../random.ts';
import type { DesiredCounts, OwnedAlarms } from '../ports.ts';
import { AutoScalingService } from './autoScalingService.ts';

class FakeServices implements DesiredCounts {
  readonly counts = new Map<string, number>();
  deploying = false;

  desiredCount(clusterName: string, serviceName: string) {
    return this.counts.get(`${clusterName}/${serviceName}`);
  }

  setDesiredCount(clusterName: string, serviceName: string, count: number): void {
    this.counts.set(`${clusterName}/${serviceName}`, count);
  }

  isDeploying(): boolean {
    return this.deploying;
  }
}

class FakeAlarms implements OwnedAlarms {
  readonly alarms = new Map<string, { input: PutMetricAlarmCommandInput; onState: (state: StateValue) => void }>();

  putOwnedAlarm(input: PutMetricAlarmCommandInput, onState: (state: StateValue) => void): void {
    this.alarms.set(input.AlarmName ?? '', { input, onState });
  }

  deleteOwnedAlarms(names: string[]): void {
    for (const name of names) this.alarms.delete(name);
  }

  find(kind: 'High' | 'Low') {
    const [alarm] = [...this.alarms.values()].filter(({ input }) => input.AlarmName?.includes(`-Alarm${kind}-`));
    if (alarm === undefined) throw new Error(`no Alarm${kind}`);
    return alarm;
  }
}

const KEY = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/shop/frontend',
  ScalableDimension: 'ecs:service:DesiredCount',
};

class World {
  readonly clock = new SimulatedClock();
  readonly ecs = new FakeServices();
  readonly alarms = new FakeAlarms();
  readonly service: AutoScalingService;

  constructor(scalableTargetMs = 0) {
    this.ecs.counts.set('shop/frontend', 3);
    this.service = new AutoScalingService({
      clock: this.clock,
      random: new Random(1),
      account: { id: '111122223333', region: 'eu-west-1' },
      delays: { ...NO_DELAYS, scalableTargetMs },
      ecs: this.ecs,
      cloudWatch: this.alarms,
    });
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the answer's type is each operation's own.
  call(operation: string, input: object = {}): any {
    const run = this.service.operations[operation];
    if (run === undefined) throw new Error(`${operation} is not served`);
    return run({ ...KEY, ...input }, { requestId: 'r', accessKeyId: 'a' });
  }

  register(change: object = {}) {
    return this.call('RegisterScalableTarget', { MinCapacity: 2, MaxCapacity: 6, ...change });
  }

  track(change: object = {}) {
    return this.call('PutScalingPolicy', {
      PolicyName: 'cpu',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 50,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        ScaleOutCooldown: 120,
        ScaleInCooldown: 300,
        ...change,
      },
    });
  }

  get count(): number | undefined {
    return this.ecs.desiredCount('shop', 'frontend');
  }
}

function code(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown';
  }
  return 'nothing was refused';
}

const requestsPerTarget = (ResourceLabel?: string) => ({
  PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget', ResourceLabel },
});

describe('targets', () => {
  test('P2: registering moves a desired count from outside of the bounds, even when the call is only to suspend', () => {
    const world = new World();
    world.register({ MinCapacity: 4 });
    expect(world.count).toBe(4);
    world.ecs.setDesiredCount('shop', 'frontend', 0);
    world.call('RegisterScalableTarget', { SuspendedState: { DynamicScalingInSuspended: true } });
    expect(world.count).toBe(4);
    world.ecs.setDesiredCount('shop', 'frontend', 9);
    world.call('RegisterScalableTarget');
    expect(world.count).toBe(6);
    const { ScalingActivities } = world.call('DescribeScalingActivities');
    expect(ScalingActivities.map(({ Cause }: { Cause: string }) => Cause)).toEqual([
      'maximum capacity was set to 6',
      'minimum capacity was set to 4',
      'minimum capacity was set to 4',
    ]);
  });

  test('P4: suspend flags that are omitted stay', () => {
    const world = new World();
    world.register({ SuspendedState: { DynamicScalingInSuspended: true } });
    world.call('RegisterScalableTarget', { SuspendedState: { ScheduledScalingSuspended: true } });
    expect(world.call('DescribeScalableTargets').ScalableTargets).toMatchObject([
      {
        MinCapacity: 2,
        MaxCapacity: 6,
        SuspendedState: {
          DynamicScalingInSuspended: true,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: true,
        },
      },
    ]);
  });

  test('P1: the key is the name, so a service that takes the name inherits the target', () => {
    const world = new World();
    world.register();
    world.track();
    world.ecs.counts.delete('shop/frontend');
    expect(world.call('DescribeScalableTargets').ScalableTargets).toHaveLength(1);
    world.ecs.counts.set('shop/frontend', 2);
    world.alarms.find('High').onState('ALARM');
    expect(world.count).toBe(3);
  });

  test('P8: an unknown target is not found; a new one only a while after it was registered', () => {
    const world = new World(5_000);
    expect(code(() => world.track())).toBe('ObjectNotFoundException');
    world.register();
    expect(code(() => world.track())).toBe('ObjectNotFoundException');
    expect(world.call('DescribeScalableTargets').ScalableTargets).toEqual([]);
    world.clock.advance(5_000);
    world.track();
    expect(world.call('DescribeScalableTargets').ScalableTargets).toHaveLength(1);
  });

  test('P8: Describe pages by fifty', () => {
    const world = new World();
    for (let index = 0; index < 60; index += 1) {
      world.ecs.counts.set(`shop/svc-${index}`, 2);
      world.register({ ResourceId: `service/shop/svc-${index}` });
    }
    const first = world.call('DescribeScalableTargets');
    const second = world.call('DescribeScalableTargets', { NextToken: first.NextToken });
    expect([first.ScalableTargets.length, second.ScalableTargets.length, second.NextToken]).toEqual([
      50,
      10,
      undefined,
    ]);
  });

  test('bounds that are missing or crossed, other namespaces and services that are not there are refused', () => {
    const world = new World();
    const refused = [
      { MinCapacity: undefined },
      { MinCapacity: 7 },
      { ServiceNamespace: 'dynamodb' },
      { ResourceId: 'frontend' },
      { ResourceId: 'service/shop/nobody' },
      { ScalableDimension: 'ecs:service:Other' },
    ];
    for (const change of refused) expect(code(() => world.register(change))).toBe('ValidationException');
    expect(world.call('DescribeScalableTargets').ScalableTargets).toEqual([]);
    expect(world.count).toBe(3);
  });

  test('deregistering takes policies, alarms and scheduled actions with it', () => {
    const world = new World();
    world.register();
    world.track();
    world.call('PutScheduledAction', {
      ScheduledActionName: 'night',
      Schedule: 'cron(0 22 * * ? *)',
      ScalableTargetAction: { MinCapacity: 1 },
    });
    expect(world.call('DescribeScheduledActions').ScheduledActions).toMatchObject([
      { ScheduledActionName: 'night', ScalableTargetAction: { MinCapacity: 1 } },
    ]);
    world.call('DeregisterScalableTarget');
    expect(world.alarms.alarms.size).toBe(0);
    expect(world.call('DescribeScalingPolicies').ScalingPolicies).toEqual([]);
    expect(world.call('DescribeScheduledActions').ScheduledActions).toEqual([]);
    expect(code(() => world.call('DeregisterScalableTarget'))).toBe('ObjectNotFoundException');
  });

  test('tags go by the target’s ARN', () => {
    const world = new World();
    const { ScalableTargetARN: ResourceARN } = world.register({ Tags: { team: 'web' } });
    world.call('TagResource', { ResourceARN, Tags: { plan: 'shop' } });
    world.call('UntagResource', { ResourceARN, TagKeys: ['team'] });
    expect(world.call('ListTagsForResource', { ResourceARN }).Tags).toEqual({ plan: 'shop' });
    expect(code(() => world.call('ListTagsForResource', { ResourceARN: 'arn:x' }))).toBe('ResourceNotFoundException');
  });
});

describe('policies', () => {
  test('P6: target tracking owns two alarms, which go with the policy', () => {
    const world = new World();
    world.register();
    const { Alarms, PolicyARN } = world.track();
    expect([...world.alarms.alarms.keys()]).toEqual(Alarms.map(({ AlarmName }: { AlarmName: string }) => AlarmName));
    expect(world.alarms.find('High').input).toMatchObject({
      AlarmName: expect.stringMatching(/^TargetTracking-service\/shop\/frontend-AlarmHigh-/),
      AlarmActions: [PolicyARN],
      Namespace: 'AWS/ECS',
      MetricName: 'CPUUtilization',
      Threshold: 50,
    });
    expect(world.alarms.find('Low').input).toMatchObject({ Threshold: 45, ComparisonOperator: 'LessThanThreshold' });
    world.call('DeleteScalingPolicy', { PolicyName: 'cpu' });
    expect(world.alarms.alarms.size).toBe(0);
  });

  test('a policy that is put again keeps its ARN and has new alarms', () => {
    const world = new World();
    world.register();
    const first = world.track();
    const second = world.track({ TargetValue: 70 });
    expect(second.PolicyARN).toBe(first.PolicyARN);
    expect(world.alarms.alarms.size).toBe(2);
    expect(world.alarms.find('High').input.Threshold).toBe(70);
    expect(world.call('DescribeScalingPolicies').ScalingPolicies).toHaveLength(1);
  });

  test('P7: a request count per target needs its label', () => {
    const world = new World();
    world.register();
    expect(code(() => world.track(requestsPerTarget()))).toBe('ValidationException');
    expect(code(() => world.track(requestsPerTarget('targetgroup/shop/1')))).toBe('ValidationException');
    expect(world.alarms.alarms.size).toBe(0);
    world.track(requestsPerTarget('app/shop/50dc6c495c0c9188/targetgroup/shop-frontend/a25a8e0380c86e0e'));
    expect(world.alarms.find('High').input.Dimensions).toEqual([
      { Name: 'LoadBalancer', Value: 'app/shop/50dc6c495c0c9188' },
      { Name: 'TargetGroup', Value: 'targetgroup/shop-frontend/a25a8e0380c86e0e' },
    ]);
  });

  test('step scaling is stored and answered', () => {
    const world = new World();
    world.register();
    const step = { AdjustmentType: 'ChangeInCapacity', StepAdjustments: [{ ScalingAdjustment: 1 }] };
    world.call('PutScalingPolicy', {
      PolicyName: 'step',
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration: step,
    });
    expect(world.call('DescribeScalingPolicies').ScalingPolicies).toMatchObject([
      { PolicyName: 'step', PolicyType: 'StepScaling', StepScalingPolicyConfiguration: step },
    ]);
    expect(code(() => world.call('PutScalingPolicy', { PolicyName: 'p', PolicyType: 'PredictiveScaling' }))).toBe(
      'ValidationException',
    );
  });
});

describe('scaling', () => {
  test('AlarmHigh scales out by cooldowns while it lasts, up to the maximum', () => {
    const world = new World();
    world.register();
    world.track();
    world.alarms.find('High').onState('ALARM');
    expect(world.count).toBe(4);
    world.clock.advance(119_000);
    expect(world.count).toBe(4);
    world.clock.advance(1_000);
    expect(world.count).toBe(5);
    world.alarms.find('High').onState('OK');
    world.clock.advance(3_600_000);
    expect(world.count).toBe(5);
    world.alarms.find('High').onState('ALARM');
    world.clock.advance(3_600_000);
    expect(world.count).toBe(6);
  });

  test('AlarmLow scales in one by one, down to the minimum', () => {
    const world = new World();
    world.register();
    world.ecs.setDesiredCount('shop', 'frontend', 4);
    world.track();
    world.alarms.find('Low').onState('ALARM');
    expect(world.count).toBe(3);
    world.clock.advance(3_600_000);
    expect(world.count).toBe(2);
  });

  test('P3: a count below the minimum is left alone until a scale-out alarm fires, then jumps to it', () => {
    const world = new World();
    world.register();
    world.track();
    world.ecs.setDesiredCount('shop', 'frontend', 0);
    world.alarms.find('Low').onState('ALARM');
    world.clock.advance(3_600_000);
    expect(world.count).toBe(0);
    world.alarms.find('Low').onState('OK');
    world.alarms.find('High').onState('ALARM');
    expect(world.count).toBe(2);
  });

  test('P4: suspended directions do not move, and move again when they are resumed', () => {
    const world = new World();
    world.register({ SuspendedState: { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: true } });
    world.track();
    world.alarms.find('High').onState('ALARM');
    world.clock.advance(3_600_000);
    expect(world.count).toBe(3);
    world.alarms.find('High').onState('OK');
    world.alarms.find('Low').onState('ALARM');
    world.clock.advance(3_600_000);
    expect(world.count).toBe(3);
    world.call('RegisterScalableTarget', { SuspendedState: { DynamicScalingInSuspended: false } });
    world.clock.advance(60_000);
    expect(world.count).toBe(2);
  });

  test('P5: during a deployment scaling in waits and scaling out does not', () => {
    const world = new World();
    world.register();
    world.track();
    world.ecs.deploying = true;
    world.alarms.find('Low').onState('ALARM');
    world.clock.advance(600_000);
    expect(world.count).toBe(3);
    world.alarms.find('Low').onState('OK');
    world.alarms.find('High').onState('ALARM');
    expect(world.count).toBe(4);
  });

  test('a deleted policy moves nothing any more', () => {
    const world = new World();
    world.register();
    world.track();
    world.alarms.find('High').onState('ALARM');
    world.call('DeleteScalingPolicy', { PolicyName: 'cpu' });
    world.clock.advance(3_600_000);
    expect(world.count).toBe(4);
  });
});
