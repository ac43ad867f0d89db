import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { HttpResponse } from '@smithy/core/protocols';
import { describe, expect, test } from 'vitest';
import type { Log } from '../reconciler/ports.ts';
import { LeaseLostError } from '../reconciler/ports.ts';
import { Budget } from './budget.ts';
import { callContext, withCallContext } from './callContext.ts';
import { createClients } from './clients.ts';
import { translated } from './errors.ts';

/** An ECS that answers from a script: each entry one attempt. */
function scripted(answers: ({ status: number; body: object } | Error)[]) {
  const lines: Record<string, unknown>[] = [];
  const write = (level: string) => (fields: object, msg: string) => void lines.push({ level, msg, ...fields });
  const log: Log = { info: write('info'), warn: write('warn'), error: write('error'), debug: write('debug') };
  let sent = 0;
  const clients = createClients({
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    log,
    budget: new Budget({ sleep: () => Promise.resolve() }),
    random: () => 0,
    requestHandler: {
      handle: () => {
        const answer = answers[Math.min(sent, answers.length - 1)];
        sent += 1;
        if (answer === undefined || answer instanceof Error) return Promise.reject(answer ?? new Error('no answer'));
        const response = new HttpResponse({
          statusCode: answer.status,
          headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': `request-${sent}` },
          body: new TextEncoder().encode(JSON.stringify(answer.body)),
        });
        return Promise.resolve({ response });
      },
    },
  });
  return { clients, lines, sent: () => sent };
}

const noFence = (): void => {};
const OK = { status: 200, body: {} };
const THROTTLED = { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } };
const update = new UpdateServiceCommand({ service: 'shop', desiredCount: 2 });
const read = new DescribeServicesCommand({ services: ['shop'] });

describe('clients', () => {
  test('a mutating call is one log line with its request id, attempt and outcome; a read is none', async () => {
    const { clients, lines } = scripted([OK]);
    await clients.ecs.send(read);
    await withCallContext({ logFields: { plan: 'shop' } }, () => clients.ecs.send(update));
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        msg: 'awsCall',
        plan: 'shop',
        awsCall: 'ecs:UpdateService',
        requestId: 'request-2',
        attempt: 1,
        outcome: 'ok',
      }),
    ]);
    expect(clients.calls).toEqual({ 'ecs:DescribeServices': 1, 'ecs:UpdateService': 1 });
  });

  test('throttling is retried, counted, and said with the API and the delay', async () => {
    const { clients, lines, sent } = scripted([THROTTLED, OK]);
    await clients.ecs.send(read);
    expect(sent()).toBe(2);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: 'throttled',
        api: 'ecs:DescribeServices',
        attempt: 1,
        delayMs: 200,
      }),
    ]);
    expect(clients.throttles).toEqual({ 'ecs:DescribeServices': 1 });
  });

  test('K1: a call goes on where the SDK would have given up, after three attempts', async () => {
    const { clients, sent } = scripted([THROTTLED, THROTTLED, THROTTLED, THROTTLED, OK]);
    await clients.ecs.send(read);
    expect(sent()).toBe(5);
  });

  test('K2: a quota is not retried as if it were throttling', async () => {
    const { clients, sent } = scripted([
      { status: 400, body: { __type: 'LimitExceededException', message: 'too many' } },
    ]);
    await expect(translated(() => clients.ecs.send(update))).rejects.toMatchObject({ kind: 'invalid' });
    expect(sent()).toBe(1);
  });

  test('an answer that never comes is unknown, not failed', async () => {
    const timeout = Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ETIMEDOUT' });
    const { clients, lines } = scripted([timeout, timeout, OK]);
    await clients.ecs.send(update);
    expect(lines.filter((line) => line['msg'] === 'awsCall').map((line) => [line['attempt'], line['outcome']])).toEqual(
      [
        [1, 'unknown'],
        [2, 'unknown'],
        [3, 'ok'],
      ],
    );
  });

  test('the fence stops a mutating call, every attempt of it, before it is sent; reads pass', async () => {
    const { clients, sent } = scripted([THROTTLED, OK]);
    let held = true;
    const beforeMutation = () => {
      if (!held) throw new LeaseLostError('the lease went to another operator');
      held = false;
    };
    const lost = withCallContext({ beforeMutation }, () => translated(() => clients.ecs.send(update)));
    await expect(lost).rejects.toBeInstanceOf(LeaseLostError);
    expect(sent()).toBe(1);
    await withCallContext({ beforeMutation }, () => clients.ecs.send(read));
    expect(sent()).toBe(2);
  });

  test('the way back’s priority keeps the fence that was there', async () => {
    const seen = await withCallContext({ beforeMutation: noFence, logFields: { plan: 'shop' } }, () =>
      withCallContext({ priority: 'rollback' }, () => Promise.resolve(callContext())),
    );
    expect(seen).toEqual({ priority: 'rollback', beforeMutation: noFence, logFields: { plan: 'shop' } });
    expect(callContext()).toEqual({});
  });

  test('an error leaves the room classified, with the call’s name and what to do', async () => {
    const denied = { status: 400, body: { __type: 'AccessDeniedException', message: 'User: arn is not authorized' } };
    const { clients } = scripted([denied]);
    await expect(translated(() => clients.ecs.send(update))).rejects.toMatchObject({
      name: 'AwsCallError',
      call: 'ecs:UpdateService',
      code: 'AccessDeniedException',
      kind: 'denied',
      message: expect.stringContaining('Allow ecs:UpdateService in the operator'),
    });
  });

  test('a fault of our own is not dressed up as AWS’s', async () => {
    const fault = new TypeError('x is undefined');
    await expect(translated(() => Promise.reject(fault))).rejects.toBe(fault);
  });

  test('each client is its package’s own', () => {
    expect(scripted([OK]).clients.ecs).toBeInstanceOf(ECSClient);
  });
});
