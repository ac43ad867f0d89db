import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MachineState } from '../../src/machines/record.ts';
import { startBadInputWorld, type BadInputWorld } from './badInputWorld.ts';

/** A plan that is wrong in one way, and what a person is told. */
interface BadInput {
  what: string;
  /** From the good plan. */
  spoil: (plan: string) => string;
  place: string;
  /** Where the file is wrong. */
  at: string;
  message: RegExp;
  reason: string;
}

const NO_RULE = 'listener-rule/app/shop/0000000000000000/0000000000000000/0000000000000000';

const BAD_INPUTS: BadInput[] = [
  {
    what: 'an unknown key',
    spoil: (plan) => plan.replace('  retire: {', '  retier: {'),
    place: 'spec.retier',
    at: '20:3',
    message: /unknown key "retier"; known here: accept, .*retire/,
    reason: 'InvalidPlan',
  },
  {
    what: 'weights that fall',
    spoil: (plan) => plan.replace('weight: 50,', 'weight: 3,'),
    place: 'spec.ramp.steps[1].weight',
    at: '16:19',
    message: /weights must rise from step to step: 3 comes after 5/,
    reason: 'InvalidPlan',
  },
  {
    what: 'a bake of "5 minutes please"',
    spoil: (plan) => plan.replace('weight: 50, bake: 5m', 'weight: 50, bake: 5 minutes please'),
    place: 'spec.ramp.steps[1].bake',
    at: '16:29',
    message: /"5 minutes please" is no duration: write a whole number with a unit/,
    reason: 'InvalidPlan',
  },
  {
    what: 'a listener rule that does not exist',
    spoil: (plan) => plan.replace(/listener-rule\/[^"]*/, NO_RULE),
    place: 'spec.traffic[0].alb.listenerRule',
    at: '12:28',
    message: /does not exist on a load balancer.*forwards to the service frontend: arn:.*:listener-rule\/app\/shop\//,
    reason: 'RuleNotFound',
  },
  {
    what: 'an entry outside the cluster',
    spoil: (plan) => plan.replace('service: frontend', 'service: billing'),
    place: 'spec.traffic[0].service',
    at: '11:16',
    message: /The cluster shop has no active service billing. It has: frontend, stock-api, user-api/,
    reason: 'ServiceNotFound',
  },
  {
    what: 'a service outside the cluster',
    spoil: (plan) => plan.replace('    stock-api: {}', '    stock-api: {}\n    billing: {}'),
    place: 'spec.services.billing',
    at: '10:5',
    message: /The cluster shop has no active service billing/,
    reason: 'ServiceNotFound',
  },
  {
    what: 'a called service left out',
    spoil: (plan) => plan.replace('    stock-api: {}\n', ''),
    place: 'spec.services',
    at: '7:3',
    message: /spec.services leaves out stock-api, which is called by frontend as stock.shop.local:8080/,
    reason: 'CalledServiceLeftOut',
  },
  {
    what: 'a cluster that does not exist',
    spoil: (plan) => plan.replace('cluster: shop', 'cluster: barn'),
    place: 'spec.source.cluster',
    at: '5:22',
    message: /there is no ECS cluster barn/,
    reason: 'ClusterNotFound',
  },
];

describe('refused before anything is changed', () => {
  let world: BadInputWorld;
  let before: unknown;
  beforeAll(async () => {
    world = await startBadInputWorld();
    before = await world.snapshot();
    world.mutations();
  });
  afterAll(() => world.close());

  const expectUntouched = async () => {
    expect(world.mutations()).toEqual([]);
    expect(await world.snapshot()).toEqual(before);
  };

  test.each(BAD_INPUTS)('$what, by the command line', async ({ spoil, place, at, message }) => {
    world.cli.files.set('plan.yaml', spoil(world.goodPlan));
    const { exitCode, err } = await world.cli.run('apply -f plan.yaml');
    expect(exitCode).toBe(1);
    expect(err.split('\n')).toEqual([expect.stringContaining(`plan.yaml:${at}: ${place}: `)]);
    expect(err).toMatch(message);
    expect(await world.store.readSpec('shop')).toBeUndefined();
    await expectUntouched();
  });

  test.each(BAD_INPUTS)('$what, put into the table by hand', async ({ what, spoil, place, message, reason }) => {
    const name = `by-hand-${BAD_INPUTS.findIndex((input) => input.what === what)}`;
    await world.putByHand(name, spoil(world.goodPlan).replace('name: shop }', `name: ${name} }`));
    await world.reconcile(name, 3);
    const ready = await world.ready(name);
    expect(ready).toMatchObject({ status: 'False', reason, message: expect.stringMatching(message) });
    expect(ready?.message).toContain(`${place}: `);
    await expectUntouched();
  });
});

describe('what else is looked at before a plan is written', () => {
  let world: BadInputWorld;
  beforeAll(async () => {
    world = await startBadInputWorld();
    world.mutations();
  });
  afterAll(() => world.close());

  const apply = (plan: string, flags = '') => {
    world.cli.files.set('plan.yaml', plan);
    return world.cli.run(`apply -f plan.yaml ${flags}`);
  };
  const expectNothingWritten = async () => {
    expect(await world.store.readSpec('shop')).toBeUndefined();
    expect(world.mutations()).toEqual([]);
  };

  test('an alarm that does not exist', async () => {
    const { exitCode, err } = await apply(world.goodPlan.replace('shop-latency', 'shop-latenzy'));
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^plan.yaml:19:24: spec.gates.alarms\[1\]: CloudWatch has no alarm "shop-latenzy" here/);
    await expectNothingWritten();
  });

  test('an alarm in ALARM refuses; one without data is waited for', async () => {
    await world.setAlarm('shop-5xx', 'ALARM');
    await world.setAlarm('shop-latency', 'INSUFFICIENT_DATA');
    world.mutations();
    const { exitCode, out, err } = await apply(world.goodPlan);
    await expectNothingWritten();
    expect(exitCode).toBe(1);
    expect(err).toMatch(
      /^plan.yaml:19:14: spec.gates.alarms\[0\]: the alarm "shop-5xx" is in ALARM \(a person tries it\)/,
    );
    expect(out).toContain('note: the alarm "shop-latency" has insufficient data');
    await world.setAlarm('shop-5xx', 'OK');
    await world.setAlarm('shop-latency', 'OK');
    world.mutations();
  });

  test('§8.2: a bake that is over before an alarm could have fired, unless the plan forces it', async () => {
    const short = world.goodPlan.replace('weight: 50, bake: 5m', 'weight: 50, bake: 3m');
    const { exitCode, err } = await apply(short);
    expect(exitCode).toBe(1);
    expect(err).toMatch(
      /^plan.yaml:16:29: spec.ramp.steps\[1\].bake: 3m at 50 % is over before alarm shop-latency could .* at least 4m, /,
    );
    expect(err.split('\n')).toHaveLength(1);
    await expectNothingWritten();
    const forced = short.replace('gates:\n', 'gates:\n    shortBakes: force\n').replace('shop-5xx', 'nobody-knows-it');
    expect((await apply(forced)).err).toMatch(/^plan.yaml:20:14: spec.gates.alarms\[0\]: .*$/);
    await expectNothingWritten();
  });

  test('an alarm that watches blue alone, and would never fire for green', async () => {
    await world.putBlindAlarm('blue-only');
    world.mutations();
    const { exitCode, err } = await apply(world.goodPlan.replace('shop-latency', 'blue-only'));
    expect(exitCode).toBe(1);
    expect(err).toMatch(
      /^plan.yaml:19:24: spec.gates.alarms\[1\]: alarm blue-only watches TargetGroup targetgroup\/.* alone, /,
    );
    expect(err.split('\n')).toHaveLength(1);
    await expectNothingWritten();
  });

  test('every mistake is named, in the order of the file', async () => {
    const plan = world.goodPlan
      .replace('    stock-api: {}\n', '    billing: {}\n')
      .replace(/listener-rule\/[^"]*/, NO_RULE)
      .replace('shop-5xx', 'nobody-knows-it');
    const { err } = await apply(plan);
    expect(err.split('\n').map((line) => line.split(': ', 2).join(' '))).toEqual([
      'plan.yaml:7:3 spec.services',
      'plan.yaml:9:5 spec.services.billing',
      'plan.yaml:12:28 spec.traffic[0].alb.listenerRule',
      'plan.yaml:19:14 spec.gates.alarms[0]',
    ]);
    await expectNothingWritten();
  });

  test.each([
    ['DescribeRules', 'the estate: elasticloadbalancing:DescribeRules of arn:.* failed with AccessDenied: '],
    ['DescribeClusters', 'the estate: ecs:DescribeClusters failed with AccessDeniedException: '],
    ['ListInstances', 'the estate: servicediscovery:ListInstances of .* failed with AccessDeniedException: '],
  ])('%s is denied to the person: that is said, and nothing is concluded from it', async (operation, what) => {
    world.deny(operation);
    const { exitCode, out, err } = await apply(world.goodPlan);
    world.deny(undefined);
    expect(exitCode).toBe(1);
    expect(out).toBe('');
    const lines = err.split('\n');
    const last = lines.pop();
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines)
      expect(line).toMatch(new RegExp(`^plan.yaml: not checked: ${what}You are not authorized`));
    expect(last).toMatch(/^Nothing was written\. .*--skip-admission$/);
    await expectNothingWritten();
  });

  test('a mesh that does not exist', async () => {
    const { exitCode, out, err } = await apply(world.goodPlan.replace('mesh: shop }', 'mesh: barn }'));
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^note: App Mesh knows no mesh barn /);
    expect(err).toContain(
      'plan.yaml:11:16: spec.traffic[0].service: The service frontend runs as no virtual node of the mesh barn but of shop',
    );
    await expectNothingWritten();
  });

  test('a call graph that is a guess must be confirmed, and then is told as such', async () => {
    world.darkenAppMesh(true);
    const refused = await apply(world.goodPlan);
    expect(refused).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining('note: App Mesh did not answer'),
      err: expect.stringMatching(/^plan.yaml:4:1: spec.decisions: CALL_GRAPH_GUESSED at cluster\/shop: /),
    });
    await expectNothingWritten();
    const decisions = '  decisions: [{ code: CALL_GRAPH_GUESSED, place: cluster/shop, choice: confirm }]\n';
    const { exitCode, out, err } = await apply(world.goodPlan + decisions);
    world.darkenAppMesh(false);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain('note: CALL_GRAPH_GUESSED at cluster/shop (needs-decision, decided: confirm): ');
    expect(out).toMatch(/plan\/shop created$/);
    expect(world.mutations()).toEqual([]);
  });

  test('a plan that has not started is looked at again, one that runs is not', async () => {
    world.deny('DescribeRules');
    expect((await apply(world.goodPlan)).err).toContain('not checked');
    expect(await apply(world.goodPlan, '--skip-admission')).toEqual({
      exitCode: 0,
      out: 'plan/shop configured',
      err: '',
    });
    world.deny(undefined);
    await world.reconcileUntil('shop', async () => (await stateOf(world, 'shop')) === 'provision');
    world.deny('DescribeRules');
    const later = world.goodPlan.replace('weight: 100, bake: 5m', 'weight: 100, bake: 9m');
    expect(await apply(later)).toEqual({ exitCode: 0, out: 'plan/shop configured', err: '' });
    world.deny(undefined);
  });
});

describe('a plan on a rule that another plan holds', () => {
  let world: BadInputWorld;
  let second: string;
  beforeAll(async () => {
    world = await startBadInputWorld();
    second = world.goodPlan
      .replace('name: shop }', 'name: second }')
      .replace('namespace: shop-sc', 'namespace: other-sc');
    world.cli.files.set('second.yaml', second);
    await world.putByHand('shop', world.goodPlan);
  });
  afterAll(() => world.close());

  test('is refused by the command line while the other has only named the rule', async () => {
    const { exitCode, err } = await world.cli.run('apply -f second.yaml');
    expect(exitCode).toBe(1);
    expect(err).toMatch(
      /^second.yaml:12:28: spec.traffic\[0\].alb.listenerRule: the plan shop names arn:.* too, and was there first/,
    );
    expect(err.split('\n')).toHaveLength(1);
    expect(await world.store.listPlans()).toEqual(['shop']);
    expect((await world.cli.run('apply -f -', world.goodPlan)).out).toBe('plan/shop unchanged');
  });

  test.each<[string, string, (state: MachineState) => boolean]>([
    ['has just claimed it', 'early', (state) => state !== 'inventory.assess'],
    ['moves its traffic', 'late', (state) => state === 'ramp.bake'],
  ])('is refused while the other %s', async (_what, byHand, isThere) => {
    await world.reconcileUntil('shop', async () => {
      const conflicts = await world.store.heldByOthers('second', [`rule/${world.edge.listenerRuleArn}`]);
      return conflicts.length > 0 && isThere(await stateOf(world, 'shop'));
    });
    const before = await world.snapshot();
    world.mutations();

    const { exitCode, err } = await world.cli.run('apply -f second.yaml');
    expect(exitCode).toBe(1);
    const held = 'is held by the plan shop; one plan at a time may have it';
    expect(err.split('\n')).toEqual([
      expect.stringContaining(
        `second.yaml:12:28: spec.traffic[0].alb.listenerRule: ${world.edge.listenerRuleArn} ${held}`,
      ),
    ]);
    expect(await world.store.readSpec('second')).toBeUndefined();

    await world.putByHand(byHand, second.replace('name: second }', `name: ${byHand} }`));
    await world.reconcile(byHand, 4);
    expect(await world.ready(byHand)).toMatchObject({
      status: 'False',
      reason: 'ClaimedByOther',
      message: expect.stringContaining(`spec.traffic[0].alb.listenerRule: ${world.edge.listenerRuleArn} ${held}`),
    });
    expect(world.mutations()).toEqual([]);
    expect(await world.snapshot()).toEqual(before);
  });
});

test('a service that another plan holds, while nobody holds the rule', async () => {
  const world = await startBadInputWorld();
  const target = 'service/arn:aws:ecs:eu-west-1:111122223333:cluster/shop/stock-api';
  expect(await world.store.claim('elsewhere', 'uid-of-elsewhere', [target])).toEqual([]);
  world.mutations();
  const held = 'service/stock-api: the service stock-api is held by the plan elsewhere; one plan at a time may have it';

  world.cli.files.set('plan.yaml', world.goodPlan);
  const { exitCode, err } = await world.cli.run('apply -f plan.yaml');
  expect(exitCode).toBe(1);
  expect(err.split('\n')).toEqual([expect.stringContaining(`plan.yaml:4:1: ${held}`)]);
  expect(await world.store.readSpec('shop')).toBeUndefined();

  await world.putByHand('shop', world.goodPlan);
  await world.reconcile('shop', 5);
  expect(await world.ready('shop')).toMatchObject({
    status: 'False',
    reason: 'ClaimedByOther',
    message: expect.stringContaining(held),
  });
  expect(world.mutations()).toEqual([]);

  await world.store.releaseClaims('elsewhere', 'uid-of-elsewhere');
  await world.reconcileUntil('shop', async () => (await stateOf(world, 'shop')) === 'provision');
  await world.close();
});

async function stateOf(world: BadInputWorld, name: string): Promise<MachineState> {
  const record = await world.store.readStatus(name);
  return record?.status.machine.value ?? 'inventory.assess';
}
