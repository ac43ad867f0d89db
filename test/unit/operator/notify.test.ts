import { createServer } from 'node:http';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { NamedMessage } from '../../../src/notify/message.ts';
import { shownChannel, type NotifyChannel } from '../../../src/plan/notify.ts';
import type { NotifyChannels } from '../../../src/reconciler/ports.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const HOUR_MS = 60 * 60_000;
/** A plan that is at rest is looked at so seldom here, or the hour would be long. */
const LOOK_MS = 5 * 60_000;
const SECRET = 'T000-B000-XXXX';
const STEPS = [{ weight: 100, bake: '1m' }];
const HOOK = { webhook: `https://hooks.example.com/${SECRET}` };

/** Somebody who is told, and who may be away, or not answer at all. */
class Receiver implements NotifyChannels {
  readonly longestMs = 1_000;
  readonly got: { url: string; message: NamedMessage }[] = [];
  answers: 'takes' | 'refuses' | 'hangs' = 'takes';

  send(channel: NotifyChannel, message: NamedMessage): Promise<void> {
    const url = channel.kind === 'webhook' ? channel.url : shownChannel(channel);
    if (this.answers === 'refuses') return Promise.reject(new Error('it answered 503'));
    if (this.answers === 'hangs') return new Promise(() => {});
    this.got.push({ url, message });
    return Promise.resolve();
  }

  /** The steps that were told, in the order in which they came. */
  get steps(): string[] {
    return this.got.filter(({ message }) => message.kind === 'transition').map(({ message }) => stepOf(message));
  }
}

const read = (texts: string[]) => texts.map((text) => JSON.parse(text) as NamedMessage);

const stepOf = ({ from, to }: NamedMessage): string => `${from} → ${to}`;

const transitions = async (world: OperatorWorld): Promise<{ at: number; message: string }[]> =>
  (await world.events()).filter(({ reason }) => reason === 'Transition').map(({ at, message }) => ({ at, message }));

const failures = async (world: OperatorWorld): Promise<string[]> =>
  (await world.events()).filter(({ reason }) => reason === 'NotifyFailed').map(({ message }) => message);

let worlds: OperatorWorld[] = [];
afterEach(async () => {
  for (const world of worlds) await world.close();
  worlds = [];
});

async function worldOf(receiver: Receiver): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ wire: true, settings: { tickMs: 20_000 }, channels: receiver });
  worlds.push(world);
  return world;
}

async function rollBack(world: OperatorWorld): Promise<void> {
  await world.untilState('ramp.bake');
  await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
  await world.untilState('rolledBack');
}

describe('what happens to a plan', () => {
  test('is told once for each transition, in order, to the end, and to whom it concerns', async () => {
    const receiver = new Receiver();
    const world = await worldOf(receiver);
    const ends = { webhook: 'https://ends.example.com/', on: ['settled', 'approval'] };
    await world.apply({ steps: STEPS, mesh: 'keep', approvals: ['beforeRetire'], notify: [HOOK, ends] });
    await world.untilState('retire.prove');
    await world.rest(2);
    const asked = receiver.got.filter(({ url }) => url === ends.webhook);
    expect(asked.map(({ message }) => message)).toMatchObject([
      { kind: 'approval', next: 'meshlift approve shop beforeRetire', greenWeight: 100 },
    ]);
    await world.requests.approve('shop', 'beforeRetire', {
      by: 'someone',
      at: world.clock.now(),
      why: '',
      recordVersion: await world.recordVersion(),
    });
    await world.untilState('succeeded');
    await world.settle();

    const all = receiver.got.filter(({ url }) => url === HOOK.webhook).map(({ message }) => message);
    expect(all.filter(({ kind }) => kind === 'transition').map(stepOf)).toEqual(
      (await transitions(world)).map(({ message }) => message),
    );
    expect(new Set(all.map(({ id }) => id)).size, 'each has a name of its own').toBe(all.length);
    expect(receiver.got.filter(({ url }) => url === ends.webhook).map(({ message }) => message.title)).toEqual([
      "shop waits for a person's approval",
      'shop has moved: green serves everything, and blue is gone',
    ]);
    const item = await world.store.readStatus('shop');
    expect(item?.notices, 'nothing is left to be told').toEqual([]);
    expect(item?.lease.holder, 'and the plan is at rest').toBe('');
  });

  test('is told again under the same name by whoever goes on, when its operator ends between sending and noting it', async () => {
    const receiver = new Receiver();
    const world = await worldOf(receiver);
    world.startOperator(
      undefined,
      undefined,
      ({ api, input }) =>
        api === 'dynamodb:UpdateItem' &&
        String(input['UpdateExpression']).startsWith('REMOVE') &&
        receiver.steps.at(-1) === 'verify → ramp.shift',
    );
    const second = world.operator;
    await world.apply({ steps: STEPS, mesh: 'keep', notify: [HOOK] });
    await world.untilState('succeeded');
    await world.settle();
    expect(second.died, 'it did end there').toBeDefined();

    const told = new Map<string, NamedMessage[]>();
    for (const { message } of receiver.got) told.set(message.id, [...(told.get(message.id) ?? []), message]);
    const repeated = [...told.values()].filter((same) => same.length > 1);
    expect(repeated.map((same) => same.map(stepOf))).toEqual([['verify → ramp.shift', 'verify → ramp.shift']]);
    expect(repeated[0]?.[1]).toEqual(repeated[0]?.[0]);
    expect([...told.values()].flatMap(([first]) => (first?.kind === 'transition' ? [stepOf(first)] : []))).toEqual(
      (await transitions(world)).map(({ message }) => message),
    );
  });

  test('is told by the next operator where the first told nobody', async () => {
    const receiver = new Receiver();
    receiver.answers = 'hangs';
    const world = await worldOf(receiver);
    await world.apply({ steps: STEPS, mesh: 'keep', notify: [HOOK] });
    await world.untilState('ramp.bake');
    expect(receiver.got).toEqual([]);
    receiver.answers = 'takes';
    world.startOperator();
    await world.untilState('soak');
    await world.rest(2);
    expect(receiver.steps).toEqual((await transitions(world)).map(({ message }) => message));
    expect((await world.events()).map(({ reason }) => reason)).toContain('TakenOver');
  });
});

describe('a channel that is down', () => {
  test('that never answers delays neither a step nor a rollback by a moment', async () => {
    const times: { at: number; message: string }[][] = [];
    for (const answers of ['takes', 'hangs'] as const) {
      const receiver = new Receiver();
      receiver.answers = answers;
      const world = await worldOf(receiver);
      const begun = world.clock.now();
      await world.apply({ steps: STEPS, notify: [HOOK] });
      await rollBack(world);
      times.push((await transitions(world)).map(({ at, message }) => ({ at: at - begun, message })));
    }
    expect(times[0]?.length).toBeGreaterThan(5);
    expect(times[1]).toEqual(times[0]);
  });

  test('is told as a warning once, is given up after an hour, and lets the plan come to rest', async () => {
    const receiver = new Receiver();
    receiver.answers = 'refuses';
    const world = await worldOf(receiver);
    await world.apply({ steps: STEPS, notify: [HOOK] });
    await rollBack(world);
    const rolledBackAt = world.clock.now();
    expect(await failures(world)).toEqual([
      'webhook https://hooks.example.com/… took no message: it answered 503; each is tried again for 1h, and the plan goes on meanwhile',
    ]);
    const { reconciler } = world.operator;
    while (await reconciler.needsWork('shop')) {
      await reconciler.reconcile('shop');
      await reconciler.notifier.idle();
      await world.clock.advanceAsync(LOOK_MS);
    }
    expect(world.clock.now() - rolledBackAt).toBeGreaterThanOrEqual(HOUR_MS);
    expect(world.clock.now() - rolledBackAt).toBeLessThan(HOUR_MS + 3 * LOOK_MS);
    expect((await failures(world)).slice(1).join()).toMatch(/messages? given up \(tried for 1h, or 100 waited\)/);
    expect((await world.store.readStatus('shop'))?.notices).toEqual([]);
    expect(JSON.stringify(await world.events()), 'the secret is in no event').not.toContain(SECRET);
  });

  test('is told everything in order once it is back', async () => {
    const receiver = new Receiver();
    receiver.answers = 'refuses';
    const world = await worldOf(receiver);
    await world.apply({ steps: STEPS, notify: [HOOK] });
    await rollBack(world);
    receiver.answers = 'takes';
    await world.settle();
    expect(receiver.steps).toEqual((await transitions(world)).map(({ message }) => message));
    const last = receiver.got.findLast(({ message }) => message.kind === 'transition')?.message;
    expect(last).toMatchObject({
      to: 'rolledBack',
      because: 'aborted by someone: a drill',
      topics: ['transitions', 'rollback', 'settled'],
    });
  });
});

test('a plan that is deleted on its way says that it is rolled back before its record goes', async () => {
  const receiver = new Receiver();
  const world = await worldOf(receiver);
  await world.apply({ steps: STEPS, notify: [HOOK] });
  await world.untilState('ramp.bake');
  await world.requests.requestDelete('shop', { by: 'someone', at: world.clock.now() });
  for (let passes = 0; passes < 100 && (await world.hasRecord()); passes += 1) await world.pass();
  expect(await world.hasRecord()).toBe(false);
  expect(receiver.steps.at(-1)).toBe('backward.dismantle → rolledBack');
});

test('an operator as it is composed tells a webhook, a topic and a bus the same', async () => {
  const posted: { id: string; to: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posted.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as { id: string; to: string });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the receiver has no port');
  try {
    const world = await OperatorWorld.create({ wire: true, settings: { tickMs: 20_000 } });
    worlds.push(world);
    const { TopicArn = '' } = await (await world.person.sns()).send(
      new CreateTopicCommand({ Name: 'deploys.fifo', Attributes: { FifoTopic: 'true' } }),
    );
    const on = ['transitions'];
    const webhook = `http://127.0.0.1:${address.port}/${SECRET}`;
    await world.apply({
      steps: STEPS,
      notify: [
        { webhook, on },
        { sns: TopicArn, on },
        { eventBridge: 'default', on },
      ],
    });
    await rollBack(world);
    // Real sockets: how often a plan that is at rest is looked at until the last answer has come is not known.
    while (await world.operator.reconciler.needsWork('shop')) {
      await world.operator.reconciler.notifier.idle();
      await world.pass();
    }
    const wanted = (await transitions(world)).map(({ message }) => message);
    const { sns, eventbridge } = world.simulated.aws.services;
    const published = sns.published(TopicArn).map(({ attributes }) => attributes['json']?.StringValue ?? '');
    const put = eventbridge.events().map(({ detail }) => detail);
    expect(read(put).map(stepOf)).toEqual(wanted);
    expect(read(published)).toEqual(read(put));
    expect(posted).toEqual(read(put));
    expect(await failures(world)).toEqual([]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
