import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assess } from '../../src/assess/assess.ts';
import { draftPlan, NoDraftError } from '../../src/assess/draftPlan.ts';
import { relevantAlarms } from '../../src/assess/relevantAlarms.ts';
import type { WatchedAlarm } from '../../src/estate/alarms/watched.ts';
import { DEFAULT_CREATED_ALARMS } from '../../src/plan/createdAlarms.ts';
import { parsePlan } from '../../src/plan/parse.ts';
import { estateOf, type FixtureName, planFor } from '../fixtures/estates.ts';
import { testCli } from '../../src/cli/testing.ts';
import { type BadInputWorld, startBadInputWorld } from './badInputWorld.ts';

const reasonsOf = (text: string, name: FixtureName): string[] => {
  const read = parsePlan(text);
  if ('errors' in read) throw new Error(JSON.stringify(read.errors));
  return [...new Set(assess(read.plan, estateOf(name)).refusals.map((one) => one.reason))].toSorted();
};

const draftOf = (name: FixtureName, cluster: string) =>
  draftPlan(estateOf(name), {
    name: cluster,
    cluster,
    mesh: cluster,
    entries: [planFor(name).spec.traffic[0]?.service ?? ''],
    alarms: { chosen: ['errors: "5xx"'], others: [], bakeMsMin: 0 },
  });

describe('a plan for an estate', () => {
  test('of retries and weighted versions leaves only what is to be agreed to and decided', () => {
    const name = '02-retries-tls-canary';
    const { text, open, obstacles } = draftOf(name, 'checkout');
    expect(obstacles).toEqual([]);
    expect(reasonsOf(text, name)).toEqual(['FindingNotAccepted', 'FindingUndecided']);
    const uncommented = text.replaceAll(/^ {2}#(?=(accept|decisions):| {2}- )/gm, '  ');
    expect(uncommented.split('\n').filter((line) => /^ {4}- (\{ code|[A-Z_]+$)/.test(line))).toHaveLength(open);
    expect(reasonsOf(uncommented, name)).toEqual([]);
  });

  test('names the services that there are where the entry is none, and refuses one that nothing leads to', () => {
    const options = { name: 'shop', cluster: 'shop', mesh: 'shop', alarms: undefined };
    const estate = estateOf('01-simple-three-tier');
    expect(() => draftPlan(estate, { ...options, entries: ['fronted'] })).toThrow(
      /has no service fronted; it has: .*frontend/,
    );
    expect(() => draftPlan(estate, { ...options, entries: ['stock-api'] })).toThrow(NoDraftError);
  });

  test('creates alarms for green, and names none where no source tells of any', () => {
    const options = { name: 'shop', cluster: 'shop', mesh: 'shop', entries: ['frontend'] };
    const estate = estateOf('01-simple-three-tier');
    const gatesOf = (alarms: Parameters<typeof draftPlan>[1]['alarms']) => {
      const read = parsePlan(draftPlan(estate, { ...options, alarms }).text);
      return 'plan' in read ? read.plan.spec.gates : read.errors;
    };
    expect(gatesOf(undefined)).toMatchObject({ alarms: [], createAlarms: DEFAULT_CREATED_ALARMS });
    expect(gatesOf({ chosen: ['shop-5xx'], others: [{ name: 'blue', why: 'of blue' }], bakeMsMin: 0 })).toMatchObject({
      alarms: ['shop-5xx'],
      createAlarms: DEFAULT_CREATED_ALARMS,
    });
  });
});

test('an entry behind a Network Load Balancer is refused in words that say so', () => {
  const options = { name: 'edge', cluster: 'platform', mesh: 'platform', alarms: undefined, entries: ['edge'] };
  expect(() => draftPlan(estateOf('03-gateway-grpc-mtls-shared'), options)).toThrow(
    /^edge is reached through arn:.*:listener\/net\/.*, which is no Application Load Balancer's: .* cannot be moved yet$/,
  );
});

test('a name with a line break in it stays within its comment, and its quotes', () => {
  const estate = estateOf('01-simple-three-tier');
  const text = JSON.stringify(estate).replaceAll('stock-api', String.raw`stock\n  gates: {}\u001b[2J\u009b\u2028`);
  const draft = draftPlan(JSON.parse(text) as typeof estate, {
    name: 'shop',
    cluster: 'shop',
    mesh: 'shop',
    entries: ['frontend'],
    alarms: {
      chosen: ['on', '1e3', 'a\nb: c', 'null # no', '- x'],
      others: [{ name: 'y\nz', why: 'it\nfires' }],
      bakeMsMin: 0,
    },
  });
  expect(draft.text).toContain('stock');
  expect(draft.text).not.toMatch(/[^\P{Cc}\n]|\u2028/u);
  expect(parsePlan(draft.text)).toMatchObject({
    plan: { spec: { gates: { alarms: ['on', '1e3', 'a\nb: c', 'null # no', '- x'] } } },
  });
});

/** An alarm on the whole load balancer, but for what is said. */
const alarm = (name: string, change: Partial<WatchedAlarm> = {}): WatchedAlarm => ({
  name,
  state: 'OK',
  actions: [],
  actionsEnabled: true,
  treatMissingData: 'missing',
  watchesForLess: false,
  breachMs: 60_000,
  metrics: [{ LoadBalancer: 'app/shop/1' }],
  rule: undefined,
  ...change,
});

test('alarms on the load balancer are chosen; those that scale, that watch blue alone or that fire are not', () => {
  const found = relevantAlarms(
    [
      alarm('users'),
      alarm('firing', { state: 'ALARM' }),
      alarm('elsewhere', { metrics: [{ LoadBalancer: 'app/other/1' }] }),
      alarm('blue-group', { metrics: [{ LoadBalancer: 'app/shop/1', TargetGroup: 'targetgroup/frontend/1' }] }),
      alarm('blue-cpu', { metrics: [{ ClusterName: 'shop', ServiceName: 'frontend' }] }),
      alarm('TargetTracking-service/shop/frontend-AlarmHigh', { metrics: [{ ServiceName: 'frontend' }] }),
      alarm('both', { metrics: [], rule: 'ALARM("users") OR ALARM("elsewhere")' }),
      alarm('other-both', { metrics: [], rule: 'ALARM("elsewhere")' }),
    ],
    ['app/shop/1'],
    ['frontend'],
  );
  expect(found.chosen).toEqual(['users', 'both']);
  expect(found.others.map((one) => one.name)).toEqual(['blue-cpu', 'blue-group', 'firing']);
});

const bakeMsNeeded = (alarms: WatchedAlarm[]) => relevantAlarms(alarms, ['app/shop/1'], ['frontend']).bakeMsMin;

test('the shortest bake is what the slowest of the chosen alarms needs, through composites too', () => {
  const slow = alarm('slow', { breachMs: 15 * 60_000, metrics: [{ LoadBalancer: 'app/other/1' }] });
  expect(bakeMsNeeded([alarm('users')])).toBe(3 * 60_000);
  expect(bakeMsNeeded([alarm('users'), slow])).toBe(3 * 60_000);
  expect(
    bakeMsNeeded([alarm('users'), slow, alarm('both', { metrics: [], rule: 'ALARM("users") OR ALARM("slow")' })]),
  ).toBe(17 * 60_000);
  expect(bakeMsNeeded([slow])).toBe(0);
});

test('a drafted plan bakes for as long as its alarms need, and for the default where that is longer', () => {
  const { text } = draftPlan(estateOf('02-retries-tls-canary'), {
    name: 'checkout',
    cluster: 'checkout',
    mesh: 'checkout',
    entries: [planFor('02-retries-tls-canary').spec.traffic[0]?.service ?? ''],
    alarms: { chosen: ['slow'], others: [], bakeMsMin: 17 * 60_000 },
  });
  expect([...text.matchAll(/bake: (\w+)/g)].map(([, bake]) => bake)).toEqual(['17m', '17m', '17m', '30m']);
});

const upToGates = (text: string): string => text.slice(0, text.indexOf('  gates:'));

describe('init', () => {
  let world: BadInputWorld;
  beforeAll(async () => {
    world = await startBadInputWorld();
  });
  afterAll(() => world.close());

  test('writes a plan that apply takes as it stands', async () => {
    const { exitCode, out, err } = await world.cli.run('init --cluster shop --mesh shop --entry frontend');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain('- shop-5xx');
    world.cli.admission = true;
    expect(await world.cli.run('apply -f -', out)).toMatchObject({ exitCode: 0, err: '' });
  });

  test('from an export it is the same plan, alarms and all, and AWS is not asked', async () => {
    const live = (await world.cli.run('init --cluster shop --mesh shop --entry frontend --name shop')).out;
    await world.cli.run('export --cluster shop --mesh shop -o shop.json');
    const offline = testCli({ endpointUrl: 'http://127.0.0.1:9' });
    offline.files.set('shop.json', world.cli.files.get('shop.json') ?? '');
    const { exitCode, out, err } = await offline.run('init --from shop.json --entry frontend --name shop');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain('- shop-latency');
    expect(out).toBe(live);
  });

  test('from an export of before alarms were in it, it is the same plan but for them', async () => {
    const live = (await world.cli.run('init --cluster shop --mesh shop --entry frontend --name shop')).out;
    await world.cli.run('export --cluster shop --mesh shop -o shop.json');
    const { cloudWatch: _, ...older } = JSON.parse(world.cli.files.get('shop.json') ?? '') as { cloudWatch: unknown };
    world.cli.files.set('older.json', JSON.stringify(older));
    const { exitCode, out, err } = await world.cli.run('init --from older.json --entry frontend --name shop');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(upToGates(out)).toContain('listenerRule');
    expect(upToGates(out)).toBe(upToGates(live));
    expect(parsePlan(out)).toMatchObject({ plan: { spec: { gates: { alarms: [] } } } });
  });

  test('where CloudWatch may not be asked it is the same plan but for the alarms, and says why', async () => {
    world.deny('DescribeAlarms');
    const { exitCode, out, err } = await world.cli.run('init --cluster shop --mesh shop --entry frontend');
    world.deny(undefined);
    expect(exitCode).toBe(0);
    expect(err).toMatch(/^CloudWatch alarms could not be read, so the plan names none: AccessDenied/);
    expect(out).toContain('names: []');
  });

  test('an entry that is none is an error, and nothing is written', async () => {
    const { exitCode, out, err } = await world.cli.run('init --cluster shop --mesh shop --entry nowhere');
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(/^Error: the cluster shop has no service nowhere/);
  });
});
