import {
  type Action,
  CreateListenerCommand,
  CreateRuleCommand,
  DescribeTagsCommand,
  SetRulePrioritiesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test, vi } from 'vitest';
import { takeInventory } from '../../../src/aws/inventory/inventory.ts';
import { liveThrough, mishapsOf, type Story } from './crash.ts';
import { expectMigrated, expectRolledBack } from './endStates.ts';
import { CLUSTER, PLAN, type PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 120_000 });

const HEADER = 'x-meshlift-probe';
const HEALTH: PlanChanges = {
  probes: [
    {
      service: 'frontend',
      path: '/health',
      expect: { status: 200, headers: { 'Content-Type': 'application/json' }, json: { '/checks/0/up': true } },
    },
  ],
};
const NAME = 'probe/frontend/health';

const worldWith = () => OperatorWorld.create({ settings: { tickMs: 30_000 } });

const probeRules = (world: OperatorWorld) =>
  world.inside
    .rules()
    .filter(({ Conditions = [] }) => Conditions.some((one) => one.HttpHeaderConfig?.HttpHeaderName === HEADER));

const gate = async (world: OperatorWorld, name = NAME) =>
  (await world.status()).report.gates.find((one) => one.name === name);

const abort = (world: OperatorWorld) =>
  world.requests.requestAbort(PLAN, { by: 'someone', at: world.clock.now(), why: 'a drill' });

async function untilGate(world: OperatorWorld, verdict: string): Promise<void> {
  await world.until(`${NAME} ${verdict}`, ({ report }) =>
    report.gates.some((one) => one.name === NAME && one.verdict === verdict),
  );
}

describe('probes that green answers as expected', () => {
  test('come to green alone, through a rule of their own that goes before the first step', async () => {
    const world = await worldWith();
    await world.apply(HEALTH);
    await world.untilState('verify');
    const [rule, ...others] = probeRules(world);
    expect(others).toEqual([]);
    const value = rule?.Conditions?.flatMap((one) => one.HttpHeaderConfig?.Values ?? [])[0] ?? '';
    expect(value).toMatch(/^[0-9a-f]{48}$/);
    expect(rule).toMatchObject({
      Priority: '1',
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }, { Field: 'http-header' }],
    });
    const { TagDescriptions } = await world.person.elbv2.send(
      new DescribeTagsCommand({ ResourceArns: [rule?.RuleArn ?? ''] }),
    );
    expect(TagDescriptions?.[0]?.Tags).toEqual([
      { Key: 'meshlift.dev/entry', Value: world.edge.listenerRuleArn },
      { Key: 'meshlift.dev/plan', Value: PLAN },
      { Key: 'meshlift.dev/uid', Value: (await world.status()).uid },
    ]);
    expect(JSON.stringify(await world.status())).not.toContain(value);
    expect(JSON.stringify(await world.events())).not.toContain(value);
    const exported = await takeInventory(world.person, { cluster: CLUSTER, mesh: 'shop', clock: world.clock });
    expect(JSON.stringify(exported.elbv2.rules)).toContain('x-meshlift-probe');
    expect(JSON.stringify(exported)).not.toContain(value);
    await world.untilState('ramp.bake', 0);
    expect(world.asked.asked.length).toBeGreaterThanOrEqual(3);
    expect(new Set(world.asked.asked.map(({ side, path }) => `${side} ${path}`))).toEqual(new Set(['green /health']));
    expect(probeRules(world)).toEqual([]);
    await world.untilState('succeeded');
    await expectMigrated(world);
  });

  test('must be answered so three looks in a row', async () => {
    const world = await worldWith();
    await world.apply({ ...HEALTH, approvals: ['beforeRamp'] });
    await untilGate(world, 'wait');
    await world.until('it was asked twice', () => world.asked.asked.length >= 2);
    expect(await gate(world)).toMatchObject({
      verdict: 'wait',
      why: expect.stringContaining('2 of 3 times in a row') as string,
    });
    world.asked.answers.green.status = 500;
    await world.pass();
    world.asked.answers.green.status = 200;
    await world.pass();
    expect((await gate(world))?.why).toContain('1 of 3 times in a row');
    await untilGate(world, 'pass');
  });

  test('keep the login of the entry’s rule, which lets those through who have none', async () => {
    const world = await worldWith();
    const login = {
      Type: 'authenticate-cognito',
      Order: 1,
      AuthenticateCognitoConfig: {
        UserPoolArn: 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_a',
        UserPoolClientId: 'client',
        UserPoolDomain: 'shop',
        OnUnauthenticatedRequest: 'allow',
      },
    } as const;
    const forward = { Type: 'forward', Order: 2, TargetGroupArn: world.edge.targetGroupArn } as const;
    const { listenerArn, listenerRule } = await httpsEntry(world, [login, forward]);
    const first = { service: 'frontend', alb: { listenerRule: world.edge.listenerRuleArn } };
    await world.apply({ ...HEALTH, traffic: [first, { service: 'frontend', alb: { listenerRule } }] });
    await world.untilState('verify');
    const own = probeRules(world).filter(({ RuleArn }) => RuleArn?.includes(listenerArn.split('/').at(-1) ?? ''));
    expect(own).toHaveLength(1);
    expect(own[0]?.Actions).toMatchObject([
      { Type: 'authenticate-cognito', AuthenticateCognitoConfig: { OnUnauthenticatedRequest: 'allow' } },
      {
        Type: 'forward',
        ForwardConfig: { TargetGroups: [{ TargetGroupArn: expect.stringContaining('frontend-sc') as string }] },
      },
    ]);
  });
});

test('L7: a load balancer that does not know the rule yet passes for no green: blue answers as expected all the while', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 2_000, settleMs: 15_000 } });
  world.asked.answers.green.status = 500;
  await world.apply(HEALTH);
  await world.untilState('verify');
  const enteredAt = (await world.status()).machine.context.enteredAt;
  await world.until('green was asked', () => world.asked.asked.length > 0);
  expect(world.clock.now() - enteredAt).toBeGreaterThanOrEqual(15_000);
  expect(world.asked.asked.map(({ side }) => side)).toEqual(['green']);
});

describe('probes that green answers otherwise', () => {
  test.each([
    ['status', (world: OperatorWorld) => (world.asked.answers.green.status = 500), 'status 500, not 200'],
    [
      'header',
      (world: OperatorWorld) => (world.asked.answers.green.headers['content-type'] = 'text/html'),
      'header content-type is "text/html", not "application/json"',
    ],
    [
      'body',
      (world: OperatorWorld) => (world.asked.answers.green.body = '{"checks":[{"up":false}]}'),
      '/checks/0/up is false, not true',
    ],
  ])('hold the first step by their %s, and say so; an abort leaves nothing', async (_what, spoil, words) => {
    const world = await worldWith();
    spoil(world);
    await world.apply(HEALTH);
    await untilGate(world, 'fail');
    await world.rest(5);
    const { machine, report } = await world.status();
    expect(machine.value).toBe('verify');
    expect(report.waitingFor).toContain(words);
    expect(world.traffic.tally.green).toBe(0);
    await abort(world);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
  });

  test('go on once green is mended, or once the plan expects what it answers', async () => {
    const world = await worldWith();
    world.asked.answers.green.status = 204;
    await world.apply(HEALTH);
    await untilGate(world, 'fail');
    await world.apply({ probes: [{ service: 'frontend', path: '/ready', expect: { status: 204 } }] });
    await world.untilState('ramp.bake', 0);
  });

  test('are not passed over by force', async () => {
    const world = await worldWith();
    world.asked.answers.green.status = 500;
    await world.apply(HEALTH);
    await untilGate(world, 'fail');
    const { machine } = await world.status();
    await world.requests.promote(PLAN, {
      by: 'someone',
      at: world.clock.now(),
      why: 'a drill',
      forced: true,
      state: machine.value,
      step: machine.context.step,
      recordVersion: await world.recordVersion(),
    });
    await world.rest(5);
    expect(await world.state()).toBe('verify');
    expect(world.traffic.tally.green).toBe(0);
  });

  test('are not known where nobody reaches the load balancer, and hold the step', async () => {
    const world = await worldWith();
    world.asked.unreachable = 'connect ETIMEDOUT';
    await world.apply(HEALTH);
    await untilGate(world, 'unknown');
    await world.rest(5);
    expect(await world.state()).toBe('verify');
    expect((await gate(world))?.why).toMatch(/green was not asked: connect ETIMEDOUT\. The operator must reach/);
    world.asked.unreachable = undefined;
    await world.untilState('ramp.bake', 0);
  });

  test('are not known where an earlier rule may answer in green’s place', async () => {
    const world = await worldWith();
    await createRule(world, 1, '/health');
    await world.apply(HEALTH);
    await untilGate(world, 'unknown');
    expect((await gate(world))?.why).toContain('rule 1 of the listener comes first');
    expect(probeRules(world)[0]?.Priority).toBe('2');
    expect(world.asked.asked).toEqual([]);
  });
});

describe('parity', () => {
  const PARITY: PlanChanges = { probes: [{ service: 'frontend', path: '/health', parity: { ignore: ['/at'] } }] };

  test('passes where blue answers alike, but for what may differ', async () => {
    const world = await worldWith();
    world.asked.answers.blue.body = '{"status":"ok","at":1}';
    world.asked.answers.green.body = '{"at":2,"status":"ok"}';
    await world.apply(PARITY);
    await world.untilState('ramp.bake', 0);
    expect(new Set(world.asked.asked.map(({ side }) => side))).toEqual(new Set(['blue', 'green']));
  });

  test('holds the first step where it answers otherwise, field by field', async () => {
    const world = await worldWith();
    world.asked.answers.blue.body = '{"status":"ok","price":{"amount":10}}';
    world.asked.answers.green.body = '{"status":"ok","price":{"amount":11}}';
    await world.apply(PARITY);
    await untilGate(world, 'fail');
    await world.rest(3);
    expect(await world.state()).toBe('verify');
    expect((await gate(world))?.why).toContain('/price/amount is 11, blue’s 10');
  });
});

describe('an entry that has no room for probes refuses the plan before anything is made', () => {
  test('where no priority is free before it', async () => {
    const world = await worldWith();
    await setPriority(world, 1);
    await world.apply(HEALTH);
    await world.rest(3);
    const { machine, report } = await world.status();
    expect(machine.value).toBe('inventory.assess');
    expect(report.waitingFor).toContain('which has priority 1, and no priority below that is free');
    expect(world.inside.things()).toEqual(world.things);
    await setPriority(world, 10);
    await world.untilState('ramp.bake', 0);
  });

  test('where the last free priority is taken meanwhile, green is made and the rule waits, with what to do', async () => {
    const world = await worldWith();
    await setPriority(world, 2);
    await world.apply(HEALTH);
    await world.untilState('provision');
    await createRule(world, 1, '/somebody');
    await world.until('it says so', ({ report }) => report.waitingFor.includes('no priority before'));
    expect(probeRules(world)).toEqual([]);
    await setPriority(world, 10);
    await world.untilState('ramp.bake', 0);
  });

  test('and which services are probed cannot change once green is provisioned', async () => {
    const world = await worldWith();
    world.asked.answers.green.status = 500;
    await world.apply(HEALTH);
    await untilGate(world, 'fail');
    await world.apply({ probes: [] });
    await world.rest(2);
    const ready = (await world.status()).conditions.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({
      reason: 'ChangeRefused',
      message: expect.stringContaining('spec.gates.probes') as string,
    });
    expect(probeRules(world)).toHaveLength(1);
  });
});

const ONE: PlanChanges = { ...HEALTH, steps: [{ weight: 100, bake: '1m' }] };

const PROBED: Story = {
  name: 'a migration with probes',
  async tell(world) {
    await world.apply(ONE);
    await world.untilState('succeeded');
    await world.settle();
    await expectMigrated(world);
    expect(probeRules(world)).toEqual([]);
  },
};

const HELD: Story = {
  name: 'an abort while probes hold',
  async tell(world) {
    world.asked.answers.green.status = 500;
    await world.apply(ONE);
    await untilGate(world, 'fail');
    expect(probeRules(world)).toHaveLength(1);
    await abort(world);
    await world.untilState('rolledBack');
    await world.settle();
    await expectRolledBack(world, 'Aborted');
  },
};

test.each([PROBED, HELD])(
  '$name ends as it would, whatever befalls its operator at a call on its rule',
  async (story) => {
    const mishaps = (await mishapsOf(story)).filter(({ api }) =>
      ['elasticloadbalancing:CreateRule', 'elasticloadbalancing:DeleteRule'].includes(api),
    );
    expect(new Set(mishaps.map(({ api }) => api))).toEqual(
      new Set(['elasticloadbalancing:CreateRule', 'elasticloadbalancing:DeleteRule']),
    );
    await liveThrough(story, mishaps);
  },
);

async function httpsEntry(world: OperatorWorld, actions: Action[]) {
  const { Listeners } = await world.person.elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: world.edge.loadBalancerArn,
      Protocol: 'HTTPS',
      Port: 443,
      Certificates: [{ CertificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/shop' }],
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  const listenerArn = Listeners?.[0]?.ListenerArn ?? '';
  const { Rules } = await world.person.elbv2.send(
    new CreateRuleCommand({
      ListenerArn: listenerArn,
      Priority: 5,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      Actions: actions,
    }),
  );
  return { listenerArn, listenerRule: Rules?.[0]?.RuleArn ?? '' };
}

const createRule = (world: OperatorWorld, priority: number, path: string) =>
  world.person.elbv2.send(
    new CreateRuleCommand({
      ListenerArn: world.edge.listenerArn,
      Priority: priority,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [path] } }],
      Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );

const setPriority = (world: OperatorWorld, priority: number) =>
  world.person.elbv2.send(
    new SetRulePrioritiesCommand({
      RulePriorities: [{ RuleArn: world.edge.listenerRuleArn, Priority: priority }],
    }),
  );
