import { describe, expect, test } from 'vitest';
import { TestWorld, weighted } from './testWorld.ts';

const SETTINGS = {
  HealthCheckIntervalSeconds: 10,
  HealthCheckTimeoutSeconds: 5,
  HealthyThresholdCount: 3,
  UnhealthyThresholdCount: 2,
};

function worldWithGroup(weight = 1) {
  const world = new TestWorld();
  const blue = world.group('blue', SETTINGS);
  const other = world.group('other', SETTINGS);
  const listener = world.listener(world.loadBalancer(), [weighted({ [blue]: weight, [other]: 1 })]);
  return { world, blue, other, listener };
}

describe('L21: the health of a target', () => {
  test('is initial until one check has passed', async () => {
    const { world, blue } = worldWithGroup();
    world.register(blue, '10.0.0.1');
    expect(world.health(blue)['10.0.0.1']).toMatchObject({ State: 'initial', Reason: 'Elb.RegistrationInProgress' });
    world.clock.advance(1_000);
    expect(world.health(blue)['10.0.0.1']).toMatchObject({ State: 'initial', Reason: 'Elb.InitialHealthChecking' });
    await world.clock.advanceAsync(1_000);
    expect(world.health(blue)['10.0.0.1']).toEqual({ State: 'healthy' });
    expect(world.probe.seen).toMatchObject([{ target: { ip: '10.0.0.1', port: 8080 }, path: '/', timeoutMs: 5_000 }]);
  });

  test('turns unhealthy and healthy at the thresholds, one check an interval', async () => {
    const { world, blue } = worldWithGroup();
    world.register(blue, '10.0.0.1');
    await world.clock.advanceAsync(5_000);
    world.probe.results.set('10.0.0.1', { kind: 'response', status: 503 });
    await world.clock.advanceAsync(10_000);
    expect(world.health(blue)['10.0.0.1']).toEqual({ State: 'healthy' });
    await world.clock.advanceAsync(10_000);
    expect(world.health(blue)['10.0.0.1']).toEqual({
      State: 'unhealthy',
      Reason: 'Target.ResponseCodeMismatch',
      Description: 'Health checks failed with these codes: [503]',
    });
    world.probe.results.delete('10.0.0.1');
    await world.clock.advanceAsync(20_000);
    expect(world.health(blue)['10.0.0.1']?.State).toBe('unhealthy');
    await world.clock.advanceAsync(10_000);
    expect(world.health(blue)['10.0.0.1']).toEqual({ State: 'healthy' });
    expect(world.probe.seen).toHaveLength(6);
  });

  test.each([
    [{ kind: 'timeout' } as const, 'Target.Timeout', 'Request timed out'],
    [{ kind: 'refused' } as const, 'Target.FailedHealthChecks', 'Health checks failed'],
    ['broken' as const, 'Elb.InternalError', 'Health checks failed due to an internal error'],
  ])('%o is %s', async (result, Reason, Description) => {
    const { world, blue } = worldWithGroup();
    world.probe.results.set('10.0.0.1', result);
    world.register(blue, '10.0.0.1');
    await world.clock.advanceAsync(2_000);
    expect(world.health(blue)['10.0.0.1']?.State).toBe('initial');
    await world.clock.advanceAsync(10_000);
    expect(world.health(blue)['10.0.0.1']).toEqual({ State: 'unhealthy', Reason, Description });
  });

  test('follows the matcher', async () => {
    const { world, blue } = worldWithGroup();
    world.call('ModifyTargetGroup', { TargetGroupArn: blue, Matcher: { HttpCode: '200,300-399' } });
    world.probe.results.set('10.0.0.1', { kind: 'response', status: 302 });
    world.probe.results.set('10.0.0.2', { kind: 'response', status: 404 });
    world.register(blue, '10.0.0.1', '10.0.0.2');
    await world.clock.advanceAsync(15_000);
    expect(world.health(blue)).toMatchObject({ '10.0.0.1': { State: 'healthy' }, '10.0.0.2': { State: 'unhealthy' } });
  });

  test('of a stranger is unused, Target.NotRegistered', () => {
    const { world, blue } = worldWithGroup();
    const answer = world.call('DescribeTargetHealth', { TargetGroupArn: blue, Targets: [{ Id: '10.9.9.9', Port: 1 }] });
    expect(answer.TargetHealthDescriptions[0].TargetHealth).toMatchObject({
      State: 'unused',
      Reason: 'Target.NotRegistered',
    });
  });
});

describe('L8: health checks run in every group of a rule', () => {
  test('even at weight 0', async () => {
    const { world, blue } = worldWithGroup(0);
    world.register(blue, '10.0.0.1');
    await world.clock.advanceAsync(2_000);
    expect(world.health(blue)['10.0.0.1']).toEqual({ State: 'healthy' });
  });

  test('in no other: its targets are unused, and begin anew when the group comes into use', async () => {
    const { world, blue, other, listener } = worldWithGroup();
    const lone = world.group('lone', SETTINGS);
    world.register(lone, '10.0.0.1');
    world.register(blue, '10.0.0.2');
    await world.clock.advanceAsync(30_000);
    expect(world.health(lone)['10.0.0.1']).toEqual({
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: 'Target group is not configured to receive traffic from the load balancer',
    });
    expect(world.probe.seen.some(({ target }) => target.ip === '10.0.0.1')).toBe(false);

    world.call('ModifyListener', { ListenerArn: listener, DefaultActions: [weighted({ [lone]: 0, [other]: 1 })] });
    expect(world.health(lone)['10.0.0.1']?.State).toBe('initial');
    expect(world.health(blue)['10.0.0.2']?.Reason).toBe('Target.NotInUse');
    const probes = world.probe.seen.length;
    await world.clock.advanceAsync(2_000);
    expect(world.health(lone)['10.0.0.1']).toEqual({ State: 'healthy' });
    expect(world.probe.seen.slice(probes).map(({ target }) => target.ip)).toEqual(['10.0.0.1']);
  });
});

describe('L23: a deregistered target', () => {
  test('drains for the full delay though it is idle, and gets no new request from the first moment', async () => {
    const { world, blue, listener } = worldWithGroup();
    world.register(blue, '10.0.0.1', '10.0.0.2');
    await world.clock.advanceAsync(2_000);
    world.call('ModifyListener', { ListenerArn: listener, DefaultActions: [weighted({ [blue]: 1 })] });
    let drained = 0;
    world.elbv2.deregister(blue, { ip: '10.0.0.1', port: 8080 }, () => {
      drained += 1;
    });
    expect(world.health(blue)['10.0.0.1']).toMatchObject({
      State: 'draining',
      Reason: 'Target.DeregistrationInProgress',
    });
    for (let request = 0; request < 10; request += 1) {
      expect(world.route(listener)).toMatchObject({ kind: 'forward', target: { ip: '10.0.0.2' } });
    }
    world.clock.advance(299_999);
    expect(world.elbv2.health(blue, { ip: '10.0.0.1', port: 8080 })).toBe('draining');
    expect(drained).toBe(0);
    world.clock.advance(1);
    expect(world.health(blue)).not.toHaveProperty(['10.0.0.1']);
    expect(world.elbv2.health(blue, { ip: '10.0.0.1', port: 8080 })).toBe('unused');
    expect(drained).toBe(1);
  });

  test('that nobody knows is drained already', () => {
    const { world, blue } = worldWithGroup();
    let drained = 0;
    world.elbv2.deregister(blue, { ip: '10.9.9.9', port: 1 }, () => {
      drained += 1;
    });
    world.elbv2.deregister('arn:gone', { ip: '10.9.9.9', port: 1 }, () => {
      drained += 1;
    });
    world.clock.advance(0);
    expect(drained).toBe(2);
    world.call('DeregisterTargets', { TargetGroupArn: blue, Targets: [{ Id: '10.9.9.9', Port: 1 }] });
  });

  test('is not brought back by an answer to a check that was under way', async () => {
    const { world, blue } = worldWithGroup();
    world.register(blue, '10.0.0.1');
    world.clock.advance(1_000);
    world.elbv2.deregister(blue, { ip: '10.0.0.1', port: 8080 }, () => {});
    await world.clock.advanceAsync(60_000);
    expect(world.health(blue)['10.0.0.1']?.State).toBe('draining');
    expect(world.probe.seen).toHaveLength(1);
  });

  test('that is registered again while it drains is a new target', async () => {
    const { world, blue } = worldWithGroup();
    world.register(blue, '10.0.0.1');
    await world.clock.advanceAsync(2_000);
    setDelay(world, blue, '60');
    world.call('DeregisterTargets', { TargetGroupArn: blue, Targets: [{ Id: '10.0.0.1' }] });
    await world.clock.advanceAsync(10_000);
    world.register(blue, '10.0.0.1');
    expect(world.health(blue)['10.0.0.1']?.State).toBe('initial');
    await world.clock.advanceAsync(120_000);
    expect(world.health(blue)['10.0.0.1']).toEqual({ State: 'healthy' });
  });

  test('goes with a group that is deleted', () => {
    const world = new TestWorld();
    const lone = world.group('lone');
    world.register(lone, '10.0.0.1');
    let drained = 0;
    world.elbv2.deregister(lone, { ip: '10.0.0.1', port: 8080 }, () => {
      drained += 1;
    });
    world.call('DeleteTargetGroup', { TargetGroupArn: lone });
    world.clock.advance(0);
    expect(drained).toBe(1);
  });
});

function setDelay(world: TestWorld, targetGroupArn: string, seconds: string): void {
  world.call('ModifyTargetGroupAttributes', {
    TargetGroupArn: targetGroupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: seconds }],
  });
}
