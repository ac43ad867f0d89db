import { UpdateItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type Action,
  DeleteRuleCommand,
  DescribeRulesCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateServiceCommand, DeleteServiceCommand, ListNamespacesCommand } from '@aws-sdk/client-servicediscovery';
import { describe, expect, test, vi } from 'vitest';
import { specKey } from '../../../src/state/keys.ts';
import { expectMigrated, expectRolledBack } from '../operator/endStates.ts';
import { tagged } from '../operator/lookAround.ts';
import { TABLE } from '../operator/operatorProcess.ts';
import { OperatorWorld } from '../operator/operatorWorld.ts';
import { intervene, lost } from './mishaps.ts';

vi.setConfig({ testTimeout: 60_000 });

const STEPS = [
  { weight: 10, bake: '1m' },
  { weight: 100, bake: '1m' },
];

async function worldIn(...where: Parameters<OperatorWorld['untilState']>): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ wire: true, settings: { tickMs: 20_000 } });
  await world.apply({ steps: STEPS });
  await world.untilState(...where);
  return world;
}

async function actionsNow(world: OperatorWorld): Promise<Action[]> {
  const { Rules = [] } = await world.person.elbv2.send(
    new DescribeRulesCommand({ RuleArns: [world.edge.listenerRuleArn] }),
  );
  return Rules[0]?.Actions ?? [];
}

const originalActions = (world: OperatorWorld): Action[] => (world.blue.rule as { Actions: Action[] }).Actions;

const write = (world: OperatorWorld, Actions: Action[]) =>
  world.person.elbv2.send(new ModifyRuleCommand({ RuleArn: world.edge.listenerRuleArn, Actions }));

const asked = (world: OperatorWorld) => ({ by: 'someone', at: world.clock.now(), why: 'a drill' });

/** A person changes one member of the spec by hand. */
async function setByHand(world: OperatorWorld, path: string, value: string): Promise<void> {
  const { pk, sk } = specKey('shop');
  await new DynamoDBClient(world.simulated.clientConfig).send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: `SET ${path} = :value`,
      ExpressionAttributeValues: { ':value': { S: value } },
    }),
  );
}

describe('a spec that is gone', () => {
  test('leaves the way out: an abort is heard', async () => {
    const world = await worldIn('ramp.bake', 0);
    await world.removeSpec();
    await world.rest(3);
    expect((await world.status()).report.waitingFor).toContain('the spec is gone');
    expect(await world.requests.requestAbort('shop', asked(world))).toBe('changed');
    await world.untilState('backward.dismantle');
    await world.pass();
    const ready = (await world.status()).conditions.find(({ type }) => type === 'Ready');
    expect(ready?.message).toBe('the spec is gone from the table; the plan goes back without it');
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
    await world.settle();
  });

  test('leaves the way out: a deletion is carried out, and nothing is left', async () => {
    const world = await worldIn('ramp.bake', 0);
    await world.removeSpec();
    await world.rest(3);
    expect(await world.requests.requestDelete('shop', asked(world))).toBe('changed');
    while (await world.hasRecord()) await world.pass();
    expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
    expect(await tagged(world)).toEqual([]);
  });

  test('of a plan that there never was cannot be asked anything', async () => {
    const world = await OperatorWorld.create({ wire: true });
    await expect(world.requests.requestAbort('nobody', asked(world))).rejects.toThrow('not found');
  });
});

test('an abort before green was made tells of no traffic that went back, for nobody has looked where it is', async () => {
  const world = await OperatorWorld.create();
  await world.apply();
  await world.untilState('inventory.preflight');
  await world.requests.requestAbort('shop', asked(world));
  await world.untilState('rolledBack');
  expect((await world.status()).report.wayBack).toBe('not needed: the plan gave green no traffic');
});

describe('a spec that is refused', () => {
  test.each([
    ['a change that may not be made any more', 'spec.retire.soak', '2m'],
    ['a spec that is none', 'spec.ramp', 'all of it'],
  ])('%s does not keep a pause from being heard', async (_what, path, value) => {
    const world = await worldIn('ramp.bake', 0);
    await setByHand(world, path, value);
    await world.rest(2);
    await world.requests.setPaused('shop', true);
    await world.rest(15);
    const { machine, conditions } = await world.status();
    expect(machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
    expect(conditions.find(({ type }) => type === 'Paused')).toMatchObject({ status: 'True' });
    await world.requests.setPaused('shop', false);
    await world.untilState('succeeded');
    await expectMigrated(world);
  });
});

describe('a rule that a person changes', () => {
  test('since the inventory, before anything was made, is not written over by an abort', async () => {
    const world = await worldIn('inventory.preflight');
    const maintenance: Action[] = [
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503', ContentType: 'text/plain' } },
    ];
    await write(world, maintenance);
    await world.rest(3);
    await world.requests.requestAbort('shop', asked(world));
    await world.untilState('rolledBack');
    expect(await actionsNow(world)).toMatchObject(maintenance);
    expect((await world.events()).map(({ reason }) => reason)).toContain('Aborted');
  });

  test('back to blue after the hand-over keeps blue: it is told, and goes on when the rule is put right', async () => {
    const world = await worldIn('retire.handOver');
    const ends = [
      intervene(world.operator, 'ecs', 'UpdateService', lost('ecs:UpdateService')),
      intervene(world.operator, 'autoScaling', 'RegisterScalableTarget', lost('application-autoscaling:Register')),
    ];
    await world.untilState('retire.scaleDown');
    const handedOver = await actionsNow(world);
    await write(world, originalActions(world));
    for (const end of ends) end();
    await world.rest(5);
    expect((await world.lookAtBlue()).services).toEqual(world.blue.services);
    const { report, conditions } = await world.status();
    expect(report.waitingFor).toContain('blue is left alone');
    expect(conditions.find(({ type }) => type === 'Drifted')).toMatchObject({ status: 'True' });
    expect((await world.events()).map(({ reason }) => reason)).toContain('Drifted');
    await write(world, handedOver);
    await world.untilState('succeeded');
  });

  test('while its step is being shifted may be put back to what it had before', async () => {
    const world = await worldIn('ramp.shift', 1);
    const before = await actionsNow(world);
    await write(world, [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }]);
    await world.untilState('halted');
    await write(world, before);
    await world.untilState('succeeded');
  });

  test('away altogether keeps no plan from being deleted, and nothing is left', async () => {
    // The referee looks at the rule after each call, and would not find it.
    const world = await OperatorWorld.create({ wire: true, settings: { tickMs: 20_000 }, referee: false });
    await world.apply({ steps: STEPS });
    await world.untilState('ramp.bake', 0);
    await world.person.elbv2.send(new DeleteRuleCommand({ RuleArn: world.edge.listenerRuleArn }));
    await world.untilState('halted');
    expect((await world.status()).report.waitingFor).toContain('does not exist any more');
    await world.requests.requestDelete('shop', asked(world));
    for (let pass = 0; pass < 100 && (await world.hasRecord()); pass += 1) await world.pass();
    expect(await world.hasRecord()).toBe(false);
    expect(await tagged(world)).toEqual([]);
  });
});

test('I11: what a person has put into green’s namespace is not taken away with it, and it is told what is in the way', async () => {
  const world = await worldIn('ramp.bake', 0);
  const { serviceDiscovery } = world.person;
  const { Namespaces = [] } = await serviceDiscovery.send(new ListNamespacesCommand({}));
  const NamespaceId = Namespaces.find(({ Name }) => Name === 'shop-sc')?.Id;
  const { Service } = await serviceDiscovery.send(new CreateServiceCommand({ Name: 'of-a-person', NamespaceId }));
  await world.requests.requestAbort('shop', asked(world));
  await world.untilState('backward.dismantle');
  await world.rest(30);
  expect(await tagged(world)).toEqual(['namespace shop-sc']);
  expect((await world.status()).report.waitingFor).toContain('namespace/shop-sc');
  expect((await world.status()).report.waitingFor).toContain('of-a-person');
  await serviceDiscovery.send(new DeleteServiceCommand({ Id: Service?.Id }));
  await world.untilState('rolledBack');
  await expectRolledBack(world, 'Aborted');
});

describe('what people are told', () => {
  test('a gate that holds the plan is in the history, and that it opened again', async () => {
    const world = await worldIn('ramp.bake', 0);
    const { DeleteAlarmsCommand, DescribeAlarmsCommand, PutMetricAlarmCommand } = await import(
      '@aws-sdk/client-cloudwatch'
    );
    const { MetricAlarms = [] } = await world.person.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: ['shop-latency'] }),
    );
    await world.person.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: ['shop-latency'] }));
    await world.rest(8);
    expect(await world.state()).toBe('ramp.bake');
    const told = async () =>
      (await world.events()).filter(({ reason }) => reason === 'GateChanged').map(({ message }) => message);
    expect((await told()).join('\n')).toContain('alarm/shop-latency: alarm shop-latency does not exist');
    await world.person.cloudWatch.send(new PutMetricAlarmCommand(MetricAlarms[0] as never));
    await world.untilState('succeeded');
    expect((await told()).join('\n')).toContain('alarm/shop-latency: alarm shop-latency is OK');
  });

  test('a green that is kept after a rollback is said to be, and for how long', async () => {
    const world = await OperatorWorld.create({ wire: true, settings: { tickMs: 20_000 } });
    await world.apply({ steps: STEPS, keepGreen: '30m' });
    await world.untilState('ramp.bake', 0);
    await world.requests.requestAbort('shop', asked(world));
    await world.untilState('backward.dismantle');
    await world.rest(2);
    expect((await world.status()).report.waitingFor).toMatch(/^all traffic is on blue; green is kept \w+ more/);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
  });

  test('an abort that comes too late is refused once', async () => {
    const world = await worldIn('retire.scaleDown');
    await world.requests.requestAbort('shop', asked(world));
    await world.untilState('succeeded');
    const refused = (await world.events()).filter(({ reason }) => reason === 'Refused');
    expect(refused.map(({ message }) => message)).toEqual([
      'an abort came after the point of no return; the plan goes on',
    ]);
  });
});
