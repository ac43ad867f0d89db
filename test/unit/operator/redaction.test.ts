import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { type ContainerDefinition, DescribeTaskDefinitionCommand, TagResourceCommand } from '@aws-sdk/client-ecs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { assess } from '../../../src/assess/assess.ts';
import { handOver } from '../../../src/assess/handOver/handOver.ts';
import { buildStack } from '../../../src/assess/stack.ts';
import type { Direct } from '../../../src/aws/directClient.ts';
import { planObject, readPlan } from '../../../src/cli/planView.ts';
import { describePlan } from '../../../src/cli/screens/describe.ts';
import { explainPlan, explanationObject } from '../../../src/cli/screens/explain.ts';
import { eventLine } from '../../../src/cli/screens/follow.ts';
import type { Log, NotifyChannels } from '../../../src/reconciler/ports.ts';
import { specKey } from '../../../src/state/keys.ts';
import { deploy, shiftByHand, withVariable } from './byHand.ts';
import { PLAN } from './manifest.ts';
import { OperatorWorld, type WorldOptions } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const SETTLE_MS = 300_000;
const STEPS = [
  { weight: 50, bake: '1m' },
  { weight: 100, bake: '1m' },
];

/** Everything that an operator says at any level, tells people, and writes into its table. */
class Told {
  readonly lines: string[] = [];
  readonly messages: string[] = [];

  readonly log: Log = {
    info: (fields, msg) => this.#write(fields, msg),
    warn: (fields, msg) => this.#write(fields, msg),
    error: (fields, msg) => this.#write(fields, msg),
    debug: (fields, msg) => this.#write(fields, msg),
  };

  readonly channels: NotifyChannels = {
    longestMs: 1_000,
    send: (_channel, message) => {
      this.messages.push(JSON.stringify(message));
      return Promise.resolve();
    },
  };

  #write(fields: object, msg: string): void {
    this.lines.push(JSON.stringify({ ...fields, msg }));
  }
}

let worlds: OperatorWorld[] = [];
afterEach(async () => {
  for (const world of worlds) await world.close();
  worlds = [];
});

async function worldOf(told: Told, options: WorldOptions = {}): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 20_000 }, log: told.log, ...options });
  worlds.push(world);
  return world;
}

/** The items of the table, each by its keys. */
const itemsOf = (world: OperatorWorld): { key: string; text: string }[] =>
  [...(world.items?.partitions ?? [])].flatMap(([pk, items]) =>
    [...items].map(([sk, { item }]) => ({ key: `${pk} / ${sk}`, text: JSON.stringify(item) })),
  );

/** Which items hold a secret, each named once: `estate` and its parts are one. */
const holding = (world: OperatorWorld, secret: RegExp): string[] => [
  ...new Set(
    itemsOf(world)
      .filter(({ text }) => secret.test(text))
      .map(({ key }) => key.replace(/#[^/]*$/, '')),
  ),
];

async function screensOf(world: OperatorWorld): Promise<string> {
  const view = await readPlan(world.store, PLAN, world.clock.now());
  if (view === undefined) throw new Error('there is no plan');
  const events = await world.events();
  return [
    ...describePlan(view, events, events.length),
    ...explainPlan(view),
    ...events.map(eventLine),
    JSON.stringify([planObject(view), explanationObject(view)]),
  ].join('\n');
}

async function handOverOf(world: OperatorWorld): Promise<string> {
  const { uid, spec, attempt } = await world.status();
  const estate = await world.store.readEstate(PLAN, uid);
  if (estate === undefined || spec === null) throw new Error('nothing was recorded');
  const plan = { name: PLAN, spec };
  return handOver(estate, buildStack(plan, estate, assess(plan, estate), attempt)).join('\n');
}

/** A pipeline that keeps its secrets where everybody keeps them. */
const secretive =
  (word: string) =>
  (container: ContainerDefinition): ContainerDefinition => ({
    ...withVariable(
      'DB_PASSWORD',
      word,
    )(withVariable('DATABASE_URL', `postgres://shop:${word}@db.internal/shop`)(container)),
    dockerLabels: { 'traefik.auth': word },
  });

describe('the value of an environment variable', () => {
  const SECRET = /Pl4nted/;
  test('is in the plan’s estate and in green alone: in no log line, message, screen, status or event, and gone with the plan', async () => {
    const told = new Told();
    const world = await worldOf(told, { channels: told.channels });
    for (const service of ['frontend', 'user-api', 'stock-api']) await deploy(world, service, secretive('Pl4ntedOne'));
    await world.clock.advanceAsync(SETTLE_MS);
    const resourceArn = `${world.clusterArn.replace(':cluster/', ':service/')}/frontend`;
    await world.person.ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'terraform', value: 'yes' }] }));
    const notify = [{ webhook: 'https://hooks.example.com/x' }];
    const plan = { steps: STEPS, onSourceChange: 'follow', onDrift: 'reassert', keepGreen: '1m' } as const;
    await world.apply({ ...plan, notify });
    await world.rest(3);
    // It is said what a value means, by the variable's name and the host in it.
    const shown = [await screensOf(world)];
    expect(shown[0]).toContain('DATABASE_URL names db.internal');
    await world.apply({ ...plan, notify, accept: ['OPS_DATABASE_CONNECTIONS', 'OPS_UNDER_TERRAFORM'] });
    await world.untilState('ramp.bake', 0);
    const handedOver = await handOverOf(world);
    expect(handedOver).toContain('frontend-sc');
    shown.push(await screensOf(world), handedOver);
    expect(holding(world, SECRET)).toEqual(['plan#shop / estate']);

    const { taskDefinition } = await world.person.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'frontend-sc' }),
    );
    const [app] = taskDefinition?.containerDefinitions ?? [];
    expect(app?.environment).toContainEqual({ name: 'DB_PASSWORD', value: 'Pl4ntedOne' });

    await deploy(world, 'stock-api', secretive('Pl4ntedTwo'));
    await world.rest(3);
    shown.push(await screensOf(world));
    await shiftByHand(world, 30);
    await world.rest(10);
    shown.push(await screensOf(world));
    await world.fireAlarm();
    await world.untilState('rolledBack');
    await world.operator.reconciler.notifier.idle();
    shown.push(await screensOf(world));
    expect(holding(world, SECRET)).toEqual(['plan#shop / estate']);
    await world.requests.requestDelete(PLAN, { by: 'ann', at: world.clock.now() });
    await world.settle();
    expect(await world.hasRecord()).toBe(false);
    expect(holding(world, SECRET)).toEqual([]);

    expect(told.lines.length).toBeGreaterThan(50);
    expect(told.messages.length).toBeGreaterThan(5);
    expect(told.lines.filter((line) => SECRET.test(line))).toEqual([]);
    expect(told.messages.filter((message) => SECRET.test(message))).toEqual([]);
    expect(shown.map((text) => SECRET.exec(text)?.[0])).toEqual(shown.map(() => undefined));
  });
});

test('what somebody wrote into a plan where it does not belong is refused by its name alone', async () => {
  const told = new Told();
  const world = await worldOf(told);
  const manifest = world.manifest({ steps: STEPS });
  const spec = manifest['spec'] as Record<string, unknown>;
  await world.table.put(
    specKey(PLAN),
    {
      ...manifest,
      metadata: { name: PLAN, annotations: { token: 'Pl4nted' }, labels: 'Pl4nted' },
      spec: {
        ...spec,
        password: 'Pl4nted',
        notify: [{ webhook: 'http://hooks.example.com/Pl4nted' }, { webhook: 'https://a:Pl4nted@example.com/' }],
      },
      requests: {},
    },
    {},
  );
  await world.rest(3);
  const ready = (await world.status()).conditions.find(({ type }) => type === 'Ready');
  expect(ready).toMatchObject({ status: 'False', reason: 'InvalidPlan' });
  for (const word of ['annotations', 'labels', 'password', 'notify[0].webhook', 'notify[1].webhook']) {
    expect(ready?.message).toContain(word);
  }
  expect(holding(world, /Pl4nted/)).toEqual(['plan#shop / spec']);
  expect(told.lines.some((line) => line.includes('InvalidPlan'))).toBe(true);
  expect(told.lines.filter((line) => line.includes('Pl4nted'))).toEqual([]);
});

describe('credentials that AWS repeats in a refusal', () => {
  const KEYS = /ASIAPL4NTEDKEYID0000|Pl4ntedSecret|Pl4ntedToken/;
  const REFUSAL =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. ' +
    "The Canonical String for this request should have been\n'POST\n/\n\nhost:ecs.eu-west-1.amazonaws.com\nx-amz-date:20261129T000000Z\n" +
    `x-amz-security-token:FwoGZXIvYXdz${'Pl4ntedToken'.repeat(12)}==\n\nhost;x-amz-date;x-amz-security-token\n0123' ` +
    'Authorization=AWS4-HMAC-SHA256 Credential=ASIAPL4NTEDKEYID0000/20261129/eu-west-1/ecs/aws4_request (Pl4ntedSecretOf/40+signsZZZZZZZZZZZZZZZ1)';

  /** Does calls as an administrator does, but for those that are refused at the moment. */
  const refusing =
    (refused: ReadonlySet<string>, direct: Direct): Direct =>
    (call) =>
      refused.has(call.operation)
        ? Promise.reject(
            Object.assign(new Error(REFUSAL), {
              name: 'InvalidSignatureException',
              $fault: 'client',
              $metadata: { httpStatusCode: 403, requestId: 'request-1' },
            }),
          )
        : direct(call);

  test('are in no log line, status, event or screen, though what was refused is told everywhere', async () => {
    const told = new Told();
    const refused = new Set<string>();
    const world = await worldOf(told, { direct: ({ aws }) => refusing(refused, aws.direct) });
    const { TopicArn = '' } = await (await world.person.sns()).send(new CreateTopicCommand({ Name: 'deploys' }));
    const shown: string[] = [];
    const look = async (...operations: string[]): Promise<void> => {
      for (const operation of operations) {
        refused.add(operation);
        await world.rest(3);
        await world.operator.reconciler.notifier.idle();
        shown.push(await screensOf(world));
        refused.clear();
      }
    };
    await world.apply({ steps: STEPS, notify: [{ sns: TopicArn }] });
    await look('DescribeClusters', 'DescribeRules');
    await world.untilState('provision');
    await look('CreateHttpNamespace', 'RegisterTaskDefinition', 'CreateTargetGroup', 'CreateService');
    await world.untilState('ramp.bake', 0);
    await look('DescribeServices', 'DescribeTargetHealth', 'DescribeAlarms', 'DescribeRules', 'Publish');
    refused.add('ModifyRule');
    await world.requests.requestAbort(PLAN, { by: 'ann', at: world.clock.now(), why: 'a drill' });
    await look('ModifyRule');
    await world.untilState('rolledBack');
    shown.push(await screensOf(world));

    const failed = told.lines.filter((line) => line.includes('InvalidSignatureException'));
    expect(failed.length).toBeGreaterThan(3);
    expect(told.lines.filter((line) => KEYS.test(line))).toEqual([]);
    expect(holding(world, KEYS)).toEqual([]);
    expect(shown.map((text) => KEYS.exec(text)?.[0])).toEqual(shown.map(() => undefined));
    expect(shown.some((text) => text.includes('x-amz-security-token:<left out>'))).toBe(true);
  });
});
