import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { afterEach, describe, expect, test } from 'vitest';
import { openTelemetry } from './openTelemetry.ts';
import { attributesOf, OtlpReceiver, type OtlpSpan } from '../../test/otlpReceiver.ts';
import { NO_TRACES, tracesAreWanted } from './traces.ts';

const ERROR = 2;
const CLIENT = 3;
const AFTER = { kind: 'after' };
const FIELDS = { plan: 'shop', uid: 'u-1', reconcileId: 'op-1-7', epoch: 3, phase: 'ramp', state: 'ramp.shift' };

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function tracing(endpoint: string, environment: Record<string, string> = {}) {
  const clock = { nowMs: 0 };
  const lines: Record<string, unknown>[] = [];
  const write = (fields: object, msg: string) => void lines.push({ msg, ...fields });
  const traces = openTelemetry({
    operator: 'op-1',
    version: '1.2.3',
    log: { info: write, warn: write, error: write, debug: write },
    environment,
    monotonicMs: () => clock.nowMs,
    gatherMs: 10,
    exporter: new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: 200 }),
  });
  return { traces, lines, clock };
}

async function received(environment: Record<string, string> = {}) {
  const receiver = await OtlpReceiver.listen();
  closing.push(() => receiver.close());
  return { receiver, ...tracing(receiver.endpoint, environment) };
}

const named = (spans: readonly OtlpSpan[], name: string): OtlpSpan => {
  const found = spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span ${name} in ${spans.map((span) => span.name).join(', ')}`);
  return found;
};

describe('traces of reconciles', () => {
  test('have a span a reconcile, and one for each call below it, in OTLP’s JSON', async () => {
    const { receiver, traces } = await received();
    const answer = await traces.reconcile('shop', async () => {
      traces.known(FIELDS);
      await traces.call('dynamodb:UpdateItem', async () => {});
      traces.known({ ...FIELDS, state: 'ramp.bake' });
      await traces.call('elasticloadbalancing:ModifyRule', async () => {});
      return AFTER;
    });
    await traces.stop();
    expect(answer).toBe(AFTER);
    expect(receiver.requests).toEqual(['POST /v1/traces application/json']);
    expect(receiver.resources).toMatchObject([
      { 'service.name': 'meshlift', 'service.version': '1.2.3', 'service.instance.id': 'op-1' },
    ]);
    const reconcile = named(receiver.spans, 'reconcile');
    expect(attributesOf(reconcile)).toEqual({
      'meshlift.plan': 'shop',
      'meshlift.uid': 'u-1',
      'meshlift.reconcile_id': 'op-1-7',
      'meshlift.epoch': 3,
      'meshlift.state': 'ramp.shift',
      'meshlift.next_state': 'ramp.bake',
      'meshlift.result': 'after',
    });
    const { traceId, spanId } = reconcile;
    expect([traceId, spanId]).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^[0-9a-f]{16}$/),
    ]);
    expect([Number(traceId === '0'.repeat(32)), reconcile.parentSpanId ?? '']).toEqual([0, '']);
    for (const name of ['dynamodb:UpdateItem', 'elasticloadbalancing:ModifyRule']) {
      const call = named(receiver.spans, name);
      expect(call).toMatchObject({ traceId, parentSpanId: spanId, kind: CLIENT });
      expect(BigInt(call.endTimeUnixNano) >= BigInt(call.startTimeUnixNano)).toBe(true);
      const [service, method] = name.split(':');
      expect(attributesOf(call)).toEqual({ 'rpc.system': 'aws-api', 'rpc.service': service, 'rpc.method': method });
    }
  });

  test('of reconciles at the same time are not mixed up', async () => {
    const { receiver, traces } = await received();
    const gate = Promise.withResolvers<void>();
    const plans = ['a', 'b', 'c'];
    const all = plans.map((plan) =>
      traces.reconcile(plan, async () => {
        await gate.promise;
        await traces.call(`ecs:${plan}`, async () => {});
        return AFTER;
      }),
    );
    gate.resolve();
    await Promise.all(all);
    await traces.stop();
    for (const plan of plans) {
      const { traceId } = named(receiver.spans, `ecs:${plan}`);
      const reconcile = receiver.spans.find((span) => span.name === 'reconcile' && span.traceId === traceId);
      expect(reconcile === undefined ? undefined : attributesOf(reconcile)['meshlift.plan']).toBe(plan);
    }
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(3);
  });

  test('tell of an error its name, and nothing that it says; it goes up as it was', async () => {
    const { receiver, traces } = await received();
    const secret = 'AKIAIOSFODNN7EXAMPLE in a message';
    const denied = Object.assign(new Error(secret), { name: 'AccessDeniedException' });
    const odd = Object.assign(new TypeError(secret), { name: `a name with ${secret}` });
    await expect(
      traces.reconcile('shop', async () => {
        traces.known({ ...FIELDS, why: secret, err: secret });
        await traces.call('ecs:CreateService', () => Promise.reject(denied)).catch(() => {});
        await traces.call('ecs:DeleteService', () => Promise.reject(odd)).catch(() => {});
        throw denied;
      }),
    ).rejects.toBe(denied);
    await traces.stop();
    expect(JSON.stringify(receiver.spans)).not.toContain('AKIA');
    expect(attributesOf(named(receiver.spans, 'ecs:CreateService'))).toMatchObject({
      'error.type': 'AccessDeniedException',
    });
    expect(attributesOf(named(receiver.spans, 'ecs:DeleteService'))).toMatchObject({ 'error.type': 'Error' });
    const reconcile = named(receiver.spans, 'reconcile');
    expect(reconcile.status).toEqual({ code: ERROR });
    expect(attributesOf(reconcile)).toMatchObject({ 'meshlift.result': 'error' });
    expect(receiver.spans.flatMap(({ events = [] }) => events)).toEqual([]);
  });

  test('say whether a fault of the program, or another operator, was at the end of it; calls outside of any are not told', async () => {
    const { receiver, traces } = await received();
    await traces.reconcile('a', async () => ({ kind: 'after', heldBy: 'op-2' }));
    await traces.reconcile('b', () => Promise.reject(new TypeError('x is not a function'))).catch(() => {});
    await traces.call('sns:Publish', async () => {});
    await traces.stop();
    expect(new Set(receiver.spans.map((span) => attributesOf(span)['meshlift.result']))).toEqual(
      new Set(['heldByOther', 'panic']),
    );
  });

  test.each([
    ['parentbased_traceidratio', '0', 0],
    ['always_off', '1', 0],
    ['parentbased_always_off', '1', 0],
    ['always_on', '0', 1],
    // A variable that is empty is one that is not set.
    ['traceidratio', '', 1],
    ['traceidratio', 'much', 1],
    ['', '0', 1],
  ])(
    'are a part of all where OpenTelemetry’s variables say so, a trace as a whole: %s, %s',
    async (sampler, part, told) => {
      const { receiver, traces } = await received({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: part });
      await traces.reconcile('shop', () => traces.call('ecs:ListServices', async () => AFTER));
      await traces.stop();
      expect(receiver.spans).toHaveLength(told * 2);
    },
  );

  test('are wanted by nobody where the SDK is disabled', () => {
    const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
    expect(tracesAreWanted(collector)).toBe(true);
    expect(tracesAreWanted({ ...collector, OTEL_SDK_DISABLED: 'true' })).toBe(false);
    expect(tracesAreWanted({ ...collector, OTEL_SDK_DISABLED: '' })).toBe(true);
  });
});

/** A reconcile with a call in it. */
const reconcileOnce = ({ reconcile, call }: Pick<ReturnType<typeof tracing>['traces'], 'reconcile' | 'call'>) =>
  reconcile('shop', () => call('ecs:ListServices', async () => AFTER));

/** Where nobody listens. */
async function deadEnd(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** What takes connections, and answers none. */
async function silence(): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a collector that is not there', () => {
  test.each([
    ['refuses', deadEnd],
    ['does not answer', silence],
  ])('and %s costs a line a minute, and no reconcile anything', async (_, endpointOf) => {
    const { traces, lines, clock } = tracing(await endpointOf());
    const lost = () => lines.filter(({ msg }) => msg === 'tracesLost');
    for (let times = 0; times < 50; times += 1) expect(await reconcileOnce(traces)).toBe(AFTER);
    expect(lost(), 'nobody has waited for it').toEqual([]);
    await expect.poll(lost, { timeout: 5_000 }).toHaveLength(1);
    await reconcileOnce(traces);
    clock.nowMs = 59_999;
    await reconcileOnce(traces);
    await traces.stop();
    expect(lost()).toHaveLength(1);
    expect(lost()[0]).toMatchObject({ spans: 100, err: expect.stringMatching(/./) });
  });

  test('is told again after a minute, with all that was lost since', async () => {
    const { traces, lines, clock } = tracing(await deadEnd());
    await reconcileOnce(traces);
    await expect.poll(() => lines.length, { timeout: 5_000 }).toBe(1);
    clock.nowMs = 60_000;
    await reconcileOnce(traces);
    await traces.stop();
    expect(lines).toMatchObject([
      { msg: 'tracesLost', spans: 2 },
      { msg: 'tracesLost', spans: 2 },
    ]);
  });
});

test('without a collector nothing is told, and all goes through', async () => {
  expect(tracesAreWanted({})).toBe(false);
  expect(tracesAreWanted({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBe(false);
  expect(tracesAreWanted({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' })).toBe(true);
  expect(await reconcileOnce(NO_TRACES)).toBe(AFTER);
  NO_TRACES.known(FIELDS);
  await NO_TRACES.stop();
});
