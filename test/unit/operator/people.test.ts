import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeServicesCommand, TagResourceCommand } from '@aws-sdk/client-ecs';
import { AddTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test, vi } from 'vitest';
import type { ConditionType } from '../../../src/machines/record.ts';
import { deploy, promote, ruleActions, shiftByHand, writeRule } from './byHand.ts';
import { expectMigrated, expectRolledBack, expectUntouched } from './endStates.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const TWO_STEPS = [
  { weight: 10, bake: '1m' },
  { weight: 100, bake: '1m' },
];
const SELDOM = { tickMs: 30_000 };

async function worldWith(changes: Parameters<OperatorWorld['apply']>[0] = {}): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: SELDOM });
  await world.apply({ steps: TWO_STEPS, ...changes });
  return world;
}

const conditionOf = async (world: OperatorWorld, type: ConditionType, plan?: string) =>
  (await world.status(plan)).conditions.find((condition) => condition.type === type);

describe('a paused plan', () => {
  test('makes no forward call, however long, and goes on when it is resumed', async () => {
    const world = await worldWith();
    await world.untilState('ramp.bake', 0);
    await world.requests.setPaused('shop', true);
    const before = world.referee.mutations.length;
    await world.rest(10);
    expect(await world.state()).toBe('ramp.bake');
    expect(world.referee.mutations.length).toBe(before);
    expect(await conditionOf(world, 'Paused')).toMatchObject({ status: 'True' });
    await world.requests.setPaused('shop', false);
    await world.untilState('succeeded');
    await expectMigrated(world);
  });

  test('in provision makes nothing', async () => {
    const world = await worldWith({ paused: true });
    await world.rest(10);
    await expectUntouched(world);
    await world.requests.setPaused('shop', false);
    await world.untilState('verify');
  });

  test('in provision does not run into the deadline of its green', async () => {
    const world = await OperatorWorld.create({ settings: { ...SELDOM, provisionDeadlineMs: 5 * 60_000 } });
    await world.apply({ steps: TWO_STEPS });
    await world.untilState('provision');
    await world.requests.setPaused('shop', true);
    await world.rest(20);
    expect(await world.state()).toBe('provision');
    await world.requests.setPaused('shop', false);
    await world.untilState('ramp.bake');
  });

  test('is rolled back by a breach all the same', async () => {
    const world = await worldWith();
    await world.untilState('ramp.bake', 1);
    await world.requests.setPaused('shop', true);
    await world.rest(2);
    await world.fireAlarm();
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
  });
});

/** A window that is open from now for an hour, and whatever is left of the hour. */
function openNow(world: OperatorWorld): { timeZone: string; freeze: string } {
  const now = world.clock.now();
  return { timeZone: 'UTC', freeze: `${hourOf(now)} - ${hourOf(now + 2 * HOUR_MS)}` };
}

const HOUR_MS = 3_600_000;
const hourOf = (at: number): string => `${new Date(at).toISOString().slice(0, 13).replace('T', ' ')}:00`;

describe('a bake that a person ends', () => {
  const LONG_STEPS = [
    { weight: 10, bake: '60m' },
    { weight: 100, bake: '60m' },
  ];

  test('is over at once, and the next is not ended by the same word', async () => {
    const world = await worldWith({ steps: LONG_STEPS });
    await world.untilState('ramp.bake', 0);
    const began = world.clock.now();
    await promote(world);
    await world.untilState('ramp.bake', 1);
    expect(world.clock.now() - began).toBeLessThan(5 * 60_000);
    await world.rest(10);
    expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 1 } });
    expect(await world.events()).toContainEqual(
      expect.objectContaining({
        reason: 'Promoted',
        type: 'Normal',
        message: 'ramp.bake was ended by ann: looks good',
      }),
    );
    await promote(world);
    await world.untilState('succeeded');
    await expectMigrated(world);
  });

  test('goes on past a gate that a person may pass over only by force, and the way back is the same', async () => {
    const world = await worldWith({ steps: LONG_STEPS });
    await world.untilState('ramp.bake', 0);
    await deploy(world, 'user-api');
    await world.until('the source gate holds', ({ report }) =>
      report.gates.some((gate) => gate.name === 'source' && gate.verdict === 'wait'),
    );
    await promote(world);
    await world.rest(5);
    expect((await world.status()).machine.context.step).toBe(0);
    await promote(world, 'forced');
    await world.untilState('ramp.bake', 1);
    expect(await world.events()).toContainEqual(
      expect.objectContaining({ reason: 'Promoted', type: 'Warning', message: expect.stringContaining('by force') }),
    );
    await world.fireAlarm();
    await world.untilState('rolledBack');
  });

  test('is not ended past an alarm that is not OK, whatever force is used', async () => {
    const world = await worldWith({ steps: LONG_STEPS });
    await world.untilState('ramp.bake', 0);
    for (let passes = 0; passes < 10; passes += 1) {
      await world.person.cloudWatch.send(
        new SetAlarmStateCommand({ AlarmName: 'shop-5xx', StateValue: 'INSUFFICIENT_DATA', StateReason: 'a drill' }),
      );
      await promote(world, 'forced');
      await world.pass();
      expect((await world.status()).machine.context.step).toBe(0);
    }
  });
});

describe('a plan that was rolled back', () => {
  test('is tried again with the same spec when a person asks, under numbered names', async () => {
    const world = await worldWith();
    await world.untilState('ramp.bake', 0);
    await world.requests.requestAbort('shop', { by: 'ann', at: world.clock.now(), why: 'lunch' });
    await world.untilState('rolledBack');
    await world.settle();
    expect(await world.operator.reconciler.needsWork('shop')).toBe(false);
    await world.requests.retry('shop', { by: 'ann', at: world.clock.now(), why: '', attempt: 1 });
    expect(await world.operator.reconciler.needsWork('shop')).toBe(true);
    await world.untilState('succeeded');
    expect((await world.status()).attempt).toBe(2);
    expect((await world.status()).report.services.map((one) => one.green)).toContain('frontend-sc2');
    await world.settle();
    expect(await world.state()).toBe('succeeded');
  });
});

describe('a freeze window', () => {
  test('that is open when the plan is applied lets nothing be made, and the plan goes on when it ends', async () => {
    const world = await OperatorWorld.create({ settings: SELDOM });
    await world.apply({ steps: TWO_STEPS, windows: [openNow(world)] });
    await world.rest(10);
    await expectUntouched(world);
    expect(await conditionOf(world, 'Paused')).toMatchObject({
      status: 'True',
      reason: 'FreezeWindow',
      message: expect.stringMatching(/^frozen until .* UTC: forward steps wait, a rollback does not$/),
    });
    expect((await world.status()).report.waitingFor).toContain('the end of a freeze window');
    await world.clock.advanceAsync(2 * HOUR_MS);
    await world.untilState('succeeded');
    await expectMigrated(world);
  });

  test('that opens under a bake holds the step, and no breach', async () => {
    const world = await OperatorWorld.create({ settings: SELDOM });
    await world.apply({ steps: TWO_STEPS });
    await world.untilState('ramp.bake', 0);
    await world.apply({ steps: TWO_STEPS, windows: [openNow(world)] });
    const before = world.referee.mutations.length;
    await world.rest(10);
    expect(await world.state()).toBe('ramp.bake');
    expect(world.referee.mutations.length).toBe(before);
    await world.fireAlarm();
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
  });
});

describe('an alarm that is not positively OK', () => {
  test('holds the weight where it is', async () => {
    const world = await worldWith();
    await world.untilState('ramp.bake', 0);
    const stop = world.clock.now() + 10 * 60_000;
    while (world.clock.now() < stop) {
      await world.person.cloudWatch.send(
        new SetAlarmStateCommand({ AlarmName: 'shop-5xx', StateValue: 'INSUFFICIENT_DATA', StateReason: 'a drill' }),
      );
      await world.pass();
      expect((await world.status()).machine.context.step).toBe(0);
    }
    await world.untilState('succeeded');
    await expectMigrated(world);
  });

  test('W6: that flaps between two looks makes the step bake again', async () => {
    const world = await worldWith();
    const { context } = (await world.untilState('ramp.bake', 0)).machine;
    await world.clock.advanceAsync(5_000);
    await world.fireAlarm();
    await world.person.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'shop-5xx', StateValue: 'OK', StateReason: 'a drill' }),
    );
    await world.until(
      'the bake begins anew',
      ({ machine }) => (machine.context.verifiedAt ?? 0) > (context.verifiedAt ?? 0),
    );
    expect((await world.status()).machine.context.step).toBe(0);
  });

  test('W2: and does not exist keeps the plan from beginning', async () => {
    const world = await worldWith({ alarms: ['nobody-made-this'] });
    await world.rest(10);
    expect(await world.state()).toBe('inventory.preflight');
    expect((await world.status()).report.waitingFor).toContain('nobody-made-this does not exist');
    await expectUntouched(world);
  });
});

describe('a person who edits the rule in a bake', () => {
  test('halts the plan; put back, the step bakes again and the plan goes on', async () => {
    const world = await worldWith();
    await world.untilState('ramp.bake', 0);
    const ours = await ruleActions(world);
    await writeRule(world, [
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', ContentType: 'text/plain' } },
    ]);
    await world.untilState('halted');
    await world.pass();
    expect(await conditionOf(world, 'Drifted')).toMatchObject({ status: 'True' });
    expect(await conditionOf(world, 'Ready')).toMatchObject({ status: 'False', reason: 'Halted' });
    const before = world.referee.mutations.length;
    await world.rest(5);
    expect(world.referee.mutations.length, 'what a person wrote is not written over').toBe(before);

    await writeRule(world, ours);
    await world.untilState('ramp.bake', 0);
    expect(await conditionOf(world, 'Drifted')).toMatchObject({ status: 'False' });
    world.traffic.tally.failed.length = 0;
    await world.untilState('succeeded');
    await expectMigrated(world);
  });

  test('so that neither side is in it any more does not keep an abort from taking everything back', async () => {
    const world = await worldWith();
    await world.untilState('ramp.bake', 0);
    await writeRule(world, [
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503', ContentType: 'text/plain' } },
    ]);
    await world.untilState('halted');
    await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
    await world.pass();
    expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
    world.traffic.tally.failed.length = 0;
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
  });

  test('by shifting weight themselves halts it too; an abort takes everything back', async () => {
    const world = await worldWith();
    await world.untilState('ramp.bake', 0);
    await shiftByHand(world, 60);
    await world.untilState('halted');
    await world.pass();
    expect(await conditionOf(world, 'Drifted')).toMatchObject({
      status: 'True',
      message: expect.stringContaining('weight of blue 90 → 40, of green 10 → 60'),
    });
    await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
  });
});

describe('the spec item', () => {
  test('that vanishes is a hold and a condition, not a deletion', async () => {
    const world = await worldWith();
    await world.untilState('ramp.bake', 0);
    await world.removeSpec();
    await world.rest(10);
    expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
    expect(await conditionOf(world, 'Ready')).toMatchObject({ status: 'False', reason: 'SpecVanished' });
    await world.apply({ steps: TWO_STEPS });
    await world.untilState('succeeded');
    await expectMigrated(world);
  });

  test('that changes where it may not is refused with a word, and the plan goes on with what it had', async () => {
    const world = await worldWith();
    await world.untilState('ramp.bake', 0);
    await world.apply({
      steps: [
        { weight: 20, bake: '1m' },
        { weight: 100, bake: '1m' },
      ],
    });
    await world.rest(1);
    const ready = await conditionOf(world, 'Ready');
    expect(ready?.status).toBe('False');
    expect(ready?.message).toContain('spec.ramp.steps[0]');
    await world.untilState('succeeded');
    await expectMigrated(world);
  });

  test('may change in the steps to come', async () => {
    const world = await worldWith();
    await world.untilState('ramp.bake', 0);
    const [first, last] = TWO_STEPS;
    await world.apply({ steps: [first, { weight: 30, bake: '1m' }, last].filter((one) => one !== undefined) });
    await world.untilState('succeeded');
    const written = (await world.events()).filter(({ reason }) => reason === 'WeightWritten');
    expect(written.map(({ message }) => message.split(' → ')[1])).toEqual([
      'blue 90, green 10',
      'blue 70, green 30',
      'blue 0, green 100',
      'green in blue’s place',
    ]);
    await expectMigrated(world);
  });
});

describe('before blue is retired', () => {
  test('a person’s approval is waited for, and opens the way', async () => {
    const world = await worldWith({ approvals: ['beforeRetire'] });
    await world.untilState('retire.prove');
    await world.rest(10);
    expect(await world.state()).toBe('retire.prove');
    expect((await world.status()).report.waitingFor).toContain('meshlift approve shop beforeRetire');
    await world.requests.approve('shop', 'beforeRetire', {
      by: 'someone',
      at: world.clock.now(),
      why: 'it has been a good week',
      recordVersion: await world.recordVersion(),
    });
    await world.untilState('succeeded');
    await expectMigrated(world);
  });

  test('callers without published evidence are a person’s to vouch for, by name', async () => {
    const world = await worldWith({ evidence: 'metrics' });
    await world.untilState('retire.prove');
    await world.rest(10);
    expect(await world.state()).toBe('retire.prove');
    expect((await world.status()).report.waitingFor).toMatch(
      /stock-api \(called by frontend\): no source.*--services stock-api,user-api$/,
    );
    const vouch = async (services: string[]) =>
      world.requests.approve('shop', 'beforeRetire', {
        by: 'someone',
        at: world.clock.now(),
        why: '',
        services,
        recordVersion: await world.recordVersion(),
      });
    await vouch(['frontend', 'stock-api']);
    await world.rest(5);
    expect(await world.state(), 'one service is not vouched for').toBe('retire.prove');
    const { gates } = (await world.status()).report;
    expect(gates.filter(({ name }) => name.startsWith('unused/'))).toEqual([
      { name: 'unused/frontend', verdict: 'pass', why: expect.stringMatching(/^frontend: 0 requests, green \d+, /) },
      { name: 'unused/stock-api', verdict: 'pass', why: 'stock-api: someone vouches that nobody calls it' },
      { name: 'unused/user-api', verdict: 'unknown', why: expect.stringMatching(/^user-api \(called by .*no source/) },
    ]);
    await vouch(['stock-api', 'user-api']);
    await world.untilState('succeeded');
    await expectMigrated(world);
  });
});

test('blue whose metrics show that it receives nothing is retired without anybody’s word', async () => {
  const world = await worldWith({ evidence: 'metrics' });
  await world.untilState('retire.prove');
  await world.rest(3);
  expect(await world.state()).toBe('retire.prove');
  for (let minute = 0; minute < 16; minute += 1) {
    for (const ServiceName of ['stock-api', 'user-api']) {
      world.simulated.aws.services.cloudwatch.record({
        namespace: 'ECS/ContainerInsights',
        name: 'NetworkRxBytes',
        dimensions: { ClusterName: 'shop', ServiceName },
        value: 0,
        atMs: world.clock.now(),
      });
    }
    await world.clock.advanceAsync(60_000);
  }
  await world.untilState('succeeded');
  await expectMigrated(world);
});

describe('blue under infrastructure-as-code', () => {
  test('is not retired before somebody says that it was told, for as long as the word is good', async () => {
    const world = await OperatorWorld.create({ settings: SELDOM });
    const { services = [] } = await world.person.ecs.send(
      new DescribeServicesCommand({ cluster: 'shop', services: ['user-api'] }),
    );
    await world.person.ecs.send(
      new TagResourceCommand({
        resourceArn: services[0]?.serviceArn ?? '',
        tags: [{ key: 'ManagedBy', value: 'Terraform' }],
      }),
    );
    await world.apply({ steps: TWO_STEPS, accept: ['OPS_UNDER_TERRAFORM'] });
    await world.untilState('retire.prove');
    await world.rest(5);
    expect((await world.status()).report.waitingFor).toContain(
      'user-api (Terraform: tag ManagedBy), and brings it back unless it is told first: meshlift handover shop; then: meshlift approve shop iac',
    );
    const approve = async (expiresAt: number) =>
      world.requests.approve('shop', 'iac', {
        by: 'someone',
        at: world.clock.now(),
        why: 'told',
        expiresAt,
        recordVersion: await world.recordVersion(),
      });
    await approve(world.clock.now());
    await world.rest(5);
    expect(await world.state(), 'an approval that has ended opens nothing').toBe('retire.prove');
    await approve(world.clock.now() + HOUR_MS);
    await world.untilState('succeeded');
    await expectMigrated(world);
  });
});

const tagsOf = (address: string) => [
  { Key: 'Provisioner', Value: 'terraform' },
  { Key: 'Name', Value: address },
];

describe('blue’s rule and target group under infrastructure-as-code, and none of its services', () => {
  test.each(['rule', 'target group'] as const)(
    'a %s alone keeps blue until somebody says that it was told',
    async (kind) => {
      const world = await OperatorWorld.create({ settings: SELDOM });
      const arn = kind === 'rule' ? world.edge.listenerRuleArn : world.edge.targetGroupArn;
      await world.person.elbv2.send(new AddTagsCommand({ ResourceArns: [arn], Tags: tagsOf(kind) }));
      await world.apply({ steps: TWO_STEPS });
      await world.untilState('retire.prove');
      await world.rest(5);
      expect(await world.state()).toBe('retire.prove');
      expect((await world.status()).report.waitingFor).toMatch(
        new RegExp(
          `infrastructure-as-code has made ${kind} [\\w-]+ \\(Terraform: tag Provisioner\\).*meshlift approve shop iac`,
        ),
      );
      await world.requests.approve('shop', 'iac', {
        by: 'someone',
        at: world.clock.now(),
        why: 'told',
        expiresAt: world.clock.now() + HOUR_MS,
        recordVersion: await world.recordVersion(),
      });
      await world.untilState('succeeded');
      await expectMigrated(world);
    },
  );
});

test('a person’s approval is waited for before the first step, where the plan asks for it', async () => {
  const world = await worldWith({ approvals: ['beforeRamp'] });
  await world.untilState('verify');
  await world.rest(10);
  expect(await world.state()).toBe('verify');
  expect((await world.status()).report.waitingFor).toContain('meshlift approve shop beforeRamp');
  await world.requests.approve('shop', 'beforeRamp', {
    by: 'someone',
    at: world.clock.now(),
    why: '',
    recordVersion: await world.recordVersion(),
  });
  await world.untilState('succeeded');
  await expectMigrated(world);
});

describe('A0: App Mesh gone', () => {
  test('asks for the guessed call graph to be confirmed, then migrates, and says that the mesh was left', async () => {
    const world = await worldWith();
    world.simulated.faults.set('app-mesh-gone', true);
    await world.rest(10);
    expect(await world.state()).toBe('inventory.assess');
    expect(await conditionOf(world, 'Ready')).toMatchObject({ status: 'False' });
    expect((await conditionOf(world, 'Ready'))?.message).toContain('CALL_GRAPH_GUESSED');

    await world.apply({
      steps: TWO_STEPS,
      decisions: [{ code: 'CALL_GRAPH_GUESSED', place: 'cluster/shop', choice: 'confirm' }],
    });
    await world.untilState('succeeded');
    await expectMigrated(world, { mesh: 'unreachable' });
    const skipped = (await world.events()).find(({ reason }) => reason === 'Skipped');
    expect(skipped?.message).toContain('App Mesh did not answer');
    world.simulated.faults.set('app-mesh-gone', false);
  });

  test('between the inventory and the end keeps no plan from its end: what is left of the mesh is named', async () => {
    const world = await OperatorWorld.create({ settings: { ...SELDOM, meshPatienceMs: 60_000 } });
    await world.apply({ steps: TWO_STEPS });
    await world.untilState('ramp.bake', 1);
    world.simulated.faults.set('app-mesh-gone', true);
    await world.untilState('succeeded');
    await expectMigrated(world, { mesh: 'unreachable' });
    const skipped = (await world.events()).find(({ reason }) => reason === 'Skipped');
    expect(skipped?.message).toMatch(
      /^App Mesh has not answered for 6\d s .*virtualNode\/user-vn.* may still be there/,
    );
    world.simulated.faults.set('app-mesh-gone', false);
  });

  test('in the middle of a ramp does not keep the plan from going back', async () => {
    const world = await worldWith();
    await world.untilState('ramp.bake', 1);
    world.simulated.faults.set('app-mesh-gone', true);
    await world.fireAlarm();
    await world.untilState('rolledBack');
    world.simulated.faults.set('app-mesh-gone', false);
    await expectRolledBack(world, 'AlarmBreach');
  });
});

describe('two plans', () => {
  test('do not meet on one rule: the second is refused by the first’s claim until that has settled', async () => {
    const world = await worldWith();
    await world.untilState('ramp.bake', 0);
    const other = { name: 'other', nameSuffix: '-two', namespace: 'other-sc', steps: TWO_STEPS };
    await world.apply(other);
    const before = world.referee.mutations.length;
    await world.rest(10, 'other');
    expect(['inventory.assess', 'inventory.preflight']).toContain(await world.state('other'));
    const ready = await conditionOf(world, 'Ready', 'other');
    expect(ready).toMatchObject({ status: 'False' });
    expect(ready?.message).toContain('shop');
    expect(world.referee.mutations.length, 'nothing was made for the second').toBe(before);

    await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
    await world.until('the second begins', ({ machine }) => machine.value === 'ramp.bake', 'other');
  });
});
