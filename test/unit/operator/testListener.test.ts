import {
  CreateListenerCommand,
  CreateRuleCommand,
  DeleteListenerCommand,
  DeleteRuleCommand,
  DescribeTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test, vi } from 'vitest';
import { liveThrough, mishapsOf, type Story } from './crash.ts';
import { expectMigrated, expectRolledBack } from './endStates.ts';
import { PLAN, type PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 120_000 });

const TEST_PORT = 9090;
const HEADER = 'x-meshlift-probe';
const NAME = 'probe/frontend/health';

/** A world whose load balancer has a listener for tests, with a rule of a person's in it. */
async function worldWith() {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  const testListener = await createListener(world);
  await createRule(world, testListener, 1, '/somebody');
  await createRule(world, testListener, 10, '/*');
  return { world, testListener };
}

/** A listener for tests, which answers 404 by itself. */
async function createListener(world: OperatorWorld): Promise<string> {
  const { Listeners } = await world.person.elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: world.edge.loadBalancerArn,
      Protocol: 'HTTP',
      Port: TEST_PORT,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  return Listeners?.[0]?.ListenerArn ?? '';
}

async function createRule(world: OperatorWorld, ListenerArn: string, Priority: number, path: string): Promise<string> {
  const { Rules } = await world.person.elbv2.send(
    new CreateRuleCommand({
      ListenerArn,
      Priority,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: [path] } }],
      Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  return Rules?.[0]?.RuleArn ?? '';
}

const probing = (world: OperatorWorld, testListener: string, changes: PlanChanges = {}): PlanChanges => ({
  probes: [{ service: 'frontend', path: '/health', parity: true }],
  traffic: [{ service: 'frontend', alb: { listenerRule: world.edge.listenerRuleArn, testListener } }],
  ...changes,
});

const idOf = (listenerArn: string): string => listenerArn.split('/').at(-1) ?? '';

/** What the listener's rules do, in words that change with them. */
const rulesOf = (world: OperatorWorld, listenerArn: string) =>
  world.inside.rules().filter(({ RuleArn }) => RuleArn?.split('/').includes(idOf(listenerArn)));

const probeRules = (world: OperatorWorld) =>
  world.inside
    .rules()
    .filter(({ Conditions = [] }) => Conditions.some((one) => one.HttpHeaderConfig?.HttpHeaderName === HEADER));

const untilGate = (world: OperatorWorld, verdict: string) =>
  world.until(`${NAME} ${verdict}`, ({ report }) =>
    report.gates.some((one) => one.name === NAME && one.verdict === verdict),
  );

const gate = async (world: OperatorWorld) => (await world.status()).report.gates.find((one) => one.name === NAME);

const abort = (world: OperatorWorld) =>
  world.requests.requestAbort(PLAN, { by: 'someone', at: world.clock.now(), why: 'a drill' });

test('probes come to green by a listener for tests, and blue is asked by the entry’s own; others’ rules stay as they are', async () => {
  const { world, testListener } = await worldWith();
  const before = rulesOf(world, testListener);
  await world.apply(probing(world, testListener));
  await world.untilState('verify');
  const [rule, ...others] = probeRules(world);
  expect(others).toEqual([]);
  expect(rule?.RuleArn).toContain(idOf(testListener));
  // Of the rules there one would take the probe: ours comes before it, and others keep their numbers.
  expect(rule?.Priority).toBe('2');
  const { TagDescriptions } = await world.person.elbv2.send(
    new DescribeTagsCommand({ ResourceArns: [rule?.RuleArn ?? ''] }),
  );
  expect(TagDescriptions?.[0]?.Tags).toEqual([
    { Key: 'meshlift.dev/entry', Value: world.edge.listenerRuleArn },
    { Key: 'meshlift.dev/plan', Value: PLAN },
    { Key: 'meshlift.dev/uid', Value: (await world.status()).uid },
  ]);
  await world.untilState('ramp.bake', 0);
  expect(new Set(world.asked.asked.map(({ side, port }) => `${side} ${port}`))).toEqual(
    new Set([`green ${TEST_PORT}`, 'blue 8080']),
  );
  expect(rulesOf(world, testListener)).toEqual(before);
  await world.untilState('succeeded');
  expect(rulesOf(world, testListener)).toEqual(before);
  await world.person.elbv2.send(new DeleteListenerCommand({ ListenerArn: testListener }));
  await expectMigrated(world);
});

test('an earlier rule of the listener for tests that may answer in green’s place is told', async () => {
  const { world, testListener } = await worldWith();
  await world.apply(probing(world, testListener, { approvals: ['beforeRamp'] }));
  await world.untilState('verify');
  const [first] = rulesOf(world, testListener).filter(({ Priority }) => Priority === '1');
  await world.person.elbv2.send(new DeleteRuleCommand({ RuleArn: first?.RuleArn }));
  await createRule(world, testListener, 1, '/health');
  await untilGate(world, 'unknown');
  expect((await gate(world))?.why).toContain('rule 1 of the test listener comes first');
});

/** A person does, and its rules go with it. */
async function deleteListener(world: OperatorWorld, testListener: string): Promise<void> {
  for (const { RuleArn = '' } of rulesOf(world, testListener)) world.referee.takenByPeople.add(RuleArn);
  await world.person.elbv2.send(new DeleteListenerCommand({ ListenerArn: testListener }));
}

test('a listener for tests that goes while green is asked holds the step with a sentence, and an abort leaves nothing', async () => {
  const { world, testListener } = await worldWith();
  world.asked.answers.green.status = 500;
  await world.apply(probing(world, testListener));
  await untilGate(world, 'fail');
  await deleteListener(world, testListener);
  await untilGate(world, 'wait');
  await world.rest(3);
  const { machine, report } = await world.status();
  expect(machine.value).toBe('verify');
  expect(report.waitingFor).toContain(`its test listener ${testListener} is gone`);
  expect((await gate(world))?.why).toContain('name another as testListener or none');
  expect(world.traffic.tally.green).toBe(0);
  await abort(world);
  await world.untilState('rolledBack');
  await expectRolledBack(world, 'Aborted');
});

test('a listener for tests that is gone before green is made holds the making with a sentence, and an abort leaves nothing', async () => {
  const { world, testListener } = await worldWith();
  await world.apply(probing(world, testListener));
  await world.untilState('provision');
  await deleteListener(world, testListener);
  await world.until('it says so', ({ report }) => report.waitingFor.includes(`${testListener} is gone`));
  expect(probeRules(world)).toEqual([]);
  await abort(world);
  await world.untilState('rolledBack');
  await expectRolledBack(world, 'Aborted');
});

test('a listener for tests that is not there refuses the plan before anything is made, with those that are', async () => {
  const { world, testListener } = await worldWith();
  const things = world.inside.things();
  await world.apply(probing(world, `${testListener.slice(0, testListener.lastIndexOf('/'))}/0123456789abcdef`));
  await world.rest(3);
  const { machine, report } = await world.status();
  expect(machine.value).toBe('inventory.assess');
  expect(report.waitingFor).toContain('0123456789abcdef does not exist on the entry');
  expect(report.waitingFor).toContain(testListener);
  expect(world.inside.things()).toEqual(things);
});

test('which listener is for tests cannot change once green is provisioned', async () => {
  const { world, testListener } = await worldWith();
  world.asked.answers.green.status = 500;
  await world.apply(probing(world, testListener));
  await untilGate(world, 'fail');
  await world.apply({ probes: [{ service: 'frontend', path: '/health', parity: true }] });
  await world.rest(2);
  const ready = (await world.status()).conditions.find(({ type }) => type === 'Ready');
  expect(ready).toMatchObject({
    reason: 'ChangeRefused',
    message: expect.stringContaining('spec.traffic') as string,
  });
});

const HELD: Story = {
  name: 'an abort while probes by a listener for tests hold',
  async tell(world) {
    const testListener = await createListener(world);
    world.asked.answers.green.status = 500;
    await world.apply(probing(world, testListener, { steps: [{ weight: 100, bake: '1m' }] }));
    await untilGate(world, 'fail');
    expect(probeRules(world)).toHaveLength(1);
    await abort(world);
    await world.untilState('rolledBack');
    await world.settle();
    expect(probeRules(world)).toEqual([]);
    await world.person.elbv2.send(new DeleteListenerCommand({ ListenerArn: testListener }));
    await expectRolledBack(world, 'Aborted');
  },
};

test.each([HELD])('$name ends as it would, whatever befalls its operator at a call on its rule', async (story) => {
  const mishaps = (await mishapsOf(story)).filter(({ api }) =>
    ['elasticloadbalancing:CreateRule', 'elasticloadbalancing:DeleteRule'].includes(api),
  );
  expect(new Set(mishaps.map(({ api }) => api)).size).toBe(2);
  await liveThrough(story, mishaps);
});
