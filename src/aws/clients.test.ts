import {
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { HttpResponse } from '@smithy/core/protocols';
import { describe, expect, test } from 'vitest';
import type { Log } from '../reconciler/ports.ts';
import { LeaseLostError } from '../reconciler/ports.ts';
import { Budget } from './budget.ts';
import { callContext, withCallContext } from './callContext.ts';
import { createClients } from './clients.ts';
import { translated } from './errors.ts';

const CREDENTIALS = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };

/** An ECS that answers from a script: each entry one attempt. */
function scripted(
  answers: ({ status: number; body: object } | Error)[],
  credentials: () => Promise<{ accessKeyId: string; secretAccessKey: string }> = async () => CREDENTIALS,
  budget = new Budget({ sleep: () => Promise.resolve() }),
) {
  const lines: Record<string, unknown>[] = [];
  const write = (level: string) => (fields: object, msg: string) => void lines.push({ level, msg, ...fields });
  const log: Log = { info: write('info'), warn: write('warn'), error: write('error'), debug: write('debug') };
  let sent = 0;
  const clients = createClients({
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:1',
    credentials,
    log,
    budget,
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

  test('E30: what would be made twice is not asked for again where the answer was lost, and is where it was throttled', async () => {
    const register = new RegisterTaskDefinitionCommand({ family: 'shop', containerDefinitions: [] });
    const lost = scripted([Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), OK]);
    await expect(translated(() => lost.clients.ecs.send(register))).rejects.toMatchObject({ kind: 'unknown' });
    expect(lost.sent()).toBe(1);
    const throttled = scripted([THROTTLED, OK]);
    await throttled.clients.ecs.send(register);
    expect(throttled.sent()).toBe(2);
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

  test('K11: the fence looks last, when credentials and signature are there: a lease that was lost over them sends nothing', async () => {
    let isHeld = true;
    const { clients, lines, sent } = scripted([OK], async () => {
      isHeld = false;
      return CREDENTIALS;
    });
    const beforeMutation = () => {
      if (!isHeld) throw new LeaseLostError('the lease went to another operator');
    };
    const lost = withCallContext({ beforeMutation }, () => translated(() => clients.ecs.send(update)));
    await expect(lost).rejects.toBeInstanceOf(LeaseLostError);
    expect(sent()).toBe(0);
    expect(clients.calls, 'nothing is counted that was not sent').toEqual({});
    expect(lines).toEqual([]);
  });

  test('the way back’s priority keeps the fence that was there', async () => {
    const seen = await withCallContext({ beforeMutation: noFence, logFields: { plan: 'shop' } }, () =>
      withCallContext({ priority: 'rollback' }, () => Promise.resolve(callContext())),
    );
    expect(seen).toEqual({ priority: 'rollback', beforeMutation: noFence, logFields: { plan: 'shop' } });
    expect(callContext()).toEqual({});
  });

  test('a call that waits for the budget has its own pass’ turn, whoever is served meanwhile', async () => {
    const turns: (() => number)[] = [];
    class Watched extends Budget {
      override take(...[family, priority, turn]: Parameters<Budget['take']>): Promise<number> {
        if (turn !== undefined) turns.push(turn);
        return super.take(family, priority, turn);
      }
    }
    const { clients } = scripted([OK], undefined, new Watched());
    await withCallContext({ turn: 7 }, () => clients.ecs.send(read));
    await withCallContext({ turn: 8 }, async () => expect(turns.map((turn) => turn())).toEqual([7]));
    await clients.ecs.send(read);
    expect(turns.map((turn) => turn())).toEqual([7, 0]);
  });

  test('an error leaves the room classified, with the call’s name and what to do', async () => {
    const denied = { status: 400, body: { __type: 'AccessDeniedException', message: 'User: arn is not authorized' } };
    const { clients } = scripted([denied]);
    await expect(translated(() => clients.ecs.send(update))).rejects.toMatchObject({
      name: 'AwsCallError',
      call: 'ecs:UpdateService',
      code: 'AccessDeniedException',
      kind: 'denied',
      message: expect.stringContaining('Allow ecs:UpdateService in the role that Meshlift runs with'),
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
