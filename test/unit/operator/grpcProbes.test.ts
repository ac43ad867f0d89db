import { CreateListenerCommand, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test, vi } from 'vitest';
import type { ProbeAnswer } from '../../../src/machines/gates/probeAnswer.ts';
import { liveThrough, mishapsOf, type Story } from './crash.ts';
import { expectMigrated, expectRolledBack } from './endStates.ts';
import { PLAN, type PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 120_000 });

const PATH = '/grpc.health.v1.Health/Check';
const NAME = 'probe/frontend grpc shop.Frontend';
/** Streams of gRPC outlive a weight, which a plan has to accept. */
const PLANNED: PlanChanges = { accept: ['OPS_CONNECTIONS_OUTLIVE_WEIGHTS'] };
const HEALTH: PlanChanges = { ...PLANNED, probes: [{ service: 'frontend', grpc: { service: 'shop.Frontend' } }] };

const worldWith = () => OperatorWorld.create({ settings: { tickMs: 30_000 }, protocolVersion: 'GRPC' });

const probeRules = (world: OperatorWorld) =>
  world.inside
    .rules()
    .filter(({ Conditions = [] }) =>
      Conditions.some((one) => one.HttpHeaderConfig?.HttpHeaderName === 'x-meshlift-probe'),
    );

const gate = async (world: OperatorWorld) => (await world.status()).report.gates.find((one) => one.name === NAME);

const untilGate = (world: OperatorWorld, verdict: string) =>
  world.until(`${NAME} ${verdict}`, ({ report }) =>
    report.gates.some((one) => one.name === NAME && one.verdict === verdict),
  );

const abort = (world: OperatorWorld) =>
  world.requests.requestAbort(PLAN, { by: 'someone', at: world.clock.now(), why: 'a drill' });

/** The entry's rule takes the paths of one gRPC service alone, as such rules do. */
const narrow = (world: OperatorWorld) =>
  world.person.elbv2.send(
    new ModifyRuleCommand({
      RuleArn: world.edge.listenerRuleArn,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/shop.Frontend/*', '/'] } }],
    }),
  );

test('green that serves by gRPC is asked for its health, at the path of health, before the first step', async () => {
  const world = await worldWith();
  await narrow(world);
  await world.apply(HEALTH);
  await world.untilState('verify');
  const [rule, ...others] = probeRules(world);
  expect(others).toEqual([]);
  expect(rule?.Conditions).toMatchObject([
    { Field: 'path-pattern', PathPatternConfig: { Values: [PATH] } },
    { Field: 'http-header' },
  ]);
  await untilGate(world, 'pass');
  expect((await gate(world))?.why).toContain('green answers SERVING as expected');
  expect(new Set(world.asked.asked.map(({ side, path }) => `${side} ${path}`))).toEqual(
    new Set([`green ${PATH} shop.Frontend`]),
  );
});

test('a migration with the question for gRPC health leaves nothing of it', async () => {
  const world = await worldWith();
  await world.apply({ ...PLANNED, probes: [{ service: 'frontend', grpc: {}, parity: true }] });
  await world.untilState('ramp.bake', 0);
  expect(new Set(world.asked.asked.map(({ side, path }) => `${side} ${path}`))).toEqual(
    new Set([`green ${PATH}`, `blue ${PATH}`]),
  );
  expect(probeRules(world)).toEqual([]);
  await world.untilState('succeeded');
  await expectMigrated(world);
});

test.each<[string, ProbeAnswer, string]>([
  ['does not serve', { kind: 'health', status: 2 }, 'green answers NOT_SERVING, not SERVING'],
  ['has no such service', { kind: 'grpcError', code: 5, message: '' }, 'knows no service shop.Frontend (NOT_FOUND)'],
  ['has no health service', { kind: 'grpcError', code: 12, message: '' }, 'register grpc.health.v1.Health'],
  ['speaks no gRPC', { kind: 'answered', status: 502, headers: {}, body: '', isWhole: true }, 'HTTP 502 and no gRPC'],
])('green that %s gets no weight, and an abort leaves nothing', async (_what, answer, words) => {
  const world = await worldWith();
  world.asked.health.green = answer;
  await world.apply(HEALTH);
  await untilGate(world, 'fail');
  await world.rest(3);
  const { machine, report } = await world.status();
  expect(machine.value).toBe('verify');
  expect(report.waitingFor).toContain(words);
  expect(world.traffic.tally.green).toBe(0);
  await abort(world);
  await world.untilState('rolledBack');
  await expectRolledBack(world, 'Aborted');
});

test('green that begins to serve is believed after three looks', async () => {
  const world = await worldWith();
  world.asked.health.green = { kind: 'health', status: 2 };
  await world.apply(HEALTH);
  await untilGate(world, 'fail');
  world.asked.health.green = { kind: 'health', status: 1 };
  await untilGate(world, 'wait');
  expect((await gate(world))?.why).toMatch(/SERVING as expected, 1 of 3 times/);
  await world.untilState('ramp.bake', 0);
});

test.each<[string, PlanChanges, string]>([
  ['a path', { ...PLANNED, probes: [{ service: 'frontend', path: '/health' }] }, 'write grpc: {} instead of path'],
  [
    'parity at paths that blue’s rule does not take',
    { ...PLANNED, probes: [{ service: 'frontend', grpc: {}, parity: true }] },
    'leave parity out',
  ],
])('%s refuses the plan of a service that speaks gRPC before anything is made', async (_what, changes, words) => {
  const world = await worldWith();
  await narrow(world);
  await world.apply(changes);
  await world.rest(3);
  const { machine, report } = await world.status();
  expect(machine.value).toBe('inventory.assess');
  expect(report.waitingFor).toContain(words);
  expect(world.inside.things()).toEqual(world.things);
});

test('a listener for tests that is HTTP takes no gRPC, and refuses the plan', async () => {
  const world = await worldWith();
  const { Listeners } = await world.person.elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: world.edge.loadBalancerArn,
      Protocol: 'HTTP',
      Port: 9090,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  const testListener = Listeners?.[0]?.ListenerArn ?? '';
  await world.apply({
    ...HEALTH,
    traffic: [{ service: 'frontend', alb: { listenerRule: world.edge.listenerRuleArn, testListener } }],
  });
  await world.rest(3);
  expect((await world.status()).report.waitingFor).toContain('this one is HTTP: name an HTTPS listener');
  expect(probeRules(world)).toEqual([]);
});

const HELD: Story = {
  name: 'an abort while gRPC health holds',
  protocolVersion: 'GRPC',
  async tell(world) {
    world.asked.health.green = { kind: 'health', status: 2 };
    await world.apply({ ...HEALTH, steps: [{ weight: 100, bake: '1m' }] });
    await untilGate(world, 'fail');
    expect(probeRules(world)).toHaveLength(1);
    await abort(world);
    await world.untilState('rolledBack');
    await world.settle();
    await expectRolledBack(world, 'Aborted');
  },
};

test.each([HELD])('$name ends as it would, whatever befalls its operator at a call on its rule', async (story) => {
  const mishaps = (await mishapsOf(story)).filter(({ api }) => api === 'elasticloadbalancing:CreateRule');
  expect(mishaps.length).toBeGreaterThan(0);
  await liveThrough(story, mishaps);
});
