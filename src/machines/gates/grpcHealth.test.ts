import { expect, test } from 'vitest';
import type { GrpcProbe } from '../../plan/probes.ts';
import type { ProbeAnswer } from './probeAnswer.ts';
import { probeVerdict } from './probes.ts';

const probe = (changes: Partial<GrpcProbe> = {}): GrpcProbe => ({
  service: 'orders',
  host: null,
  grpc: { service: 'shop.Orders' },
  parity: false,
  ...changes,
});

const SERVING: ProbeAnswer = { kind: 'health', status: 1 };

const asked = (green: ProbeAnswer, service = 'shop.Orders') =>
  probeVerdict(probe({ grpc: { service } }), { green, blue: undefined });

test('SERVING passes, and nothing else does', () => {
  expect(asked(SERVING)).toEqual({ verdict: 'pass', why: 'green answers SERVING as expected' });
});

test.each<[ProbeAnswer, string]>([
  [{ kind: 'health', status: 2 }, 'green answers NOT_SERVING, not SERVING'],
  [{ kind: 'health', status: 0 }, 'green answers UNKNOWN, not SERVING'],
  [{ kind: 'health', status: 3 }, 'knows no service shop.Orders (SERVICE_UNKNOWN): write its name'],
  [{ kind: 'health', status: 9 }, 'answers the status 9, which'],
  [
    { kind: 'grpcError', code: 5, message: 'unknown service' },
    'knows no service shop.Orders (NOT_FOUND): write its name',
  ],
  [
    { kind: 'grpcError', code: 12, message: '' },
    'register grpc.health.v1.Health in its server, or leave the probe out',
  ],
  [{ kind: 'grpcError', code: 14, message: 'draining' }, 'ends the call with UNAVAILABLE: “draining”'],
  [{ kind: 'grpcError', code: 16, message: '' }, 'ends the call with UNAUTHENTICATED.'],
  [{ kind: 'grpcError', code: 77, message: '' }, 'ends the call with the code 77.'],
  [{ kind: 'unreadable', why: 'the call ended without a grpc-status' }, 'health: the call ended without a grpc-status'],
  [
    { kind: 'answered', status: 502, headers: {}, body: '', isWhole: false },
    'answers HTTP 502 and no gRPC: see whether the port of the target group speaks gRPC',
  ],
])('%j fails with a sentence, and says what to do', (green, words) => {
  const { verdict, why } = asked(green);
  expect(verdict).toBe('fail');
  expect(why).toContain(words);
  expect(why).toContain('Green gets no weight');
});

test('a whole server that is not known is told as such', () => {
  expect(asked({ kind: 'grpcError', code: 5, message: '' }, '').why).toContain('name a service that it registers');
});

test('who did not answer says nothing about green', () => {
  expect(asked({ kind: 'notReached', why: 'no answer within 5 s' })).toEqual({
    verdict: 'unknown',
    why: 'green was not asked: no answer within 5 s',
  });
});

test('with parity blue must serve too, by the same name', () => {
  const both = (blue: ProbeAnswer | undefined) => probeVerdict(probe({ parity: true }), { green: SERVING, blue });
  expect(both(SERVING)).toEqual({ verdict: 'pass', why: 'green answers SERVING as expected, and as blue does' });
  expect(both({ kind: 'health', status: 2 })).toMatchObject({
    verdict: 'fail',
    why: expect.stringContaining('blue otherwise: it answers NOT_SERVING') as string,
  });
  expect(both({ kind: 'notReached', why: 'gone' }).verdict).toBe('unknown');
  expect(both(undefined).verdict).toBe('unknown');
});

test('an answer to another question is no answer to a GET', () => {
  const get = {
    service: 'orders',
    path: '/',
    host: null,
    expect: { status: 200, headers: {}, json: {} },
    parity: null,
  };
  expect(probeVerdict(get, { green: SERVING, blue: undefined }).verdict).toBe('unknown');
});

test.each([
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED - ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION ABORTED OUT_OF_RANGE - INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED',
])('codes have gRPC’s names: %s', (names) => {
  const first = names.startsWith('OK') ? 0 : 9;
  for (const [index, name] of names.split(' ').entries())
    if (name !== '-')
      expect(asked({ kind: 'grpcError', code: first + index, message: 'm' }).why).toContain(
        `ends the call with ${name}: “m”.`,
      );
});

const comparedWith = (blue: ProbeAnswer | undefined) =>
  probeVerdict(probe({ parity: true }), { green: SERVING, blue }).why;

test('a long message is cut, and what blue did is told with what to do', () => {
  const { why } = asked({ kind: 'grpcError', code: 13, message: 'm'.repeat(121) });
  expect(why).toContain(`“${'m'.repeat(120)}”`);
  expect(comparedWith(undefined)).toBe('blue was not asked, so its answer cannot be compared');
  expect(comparedWith({ kind: 'notReached', why: 'gone' })).toBe('blue was not asked: gone');
  expect(comparedWith({ kind: 'health', status: 2 })).toBe(
    'green answers SERVING, and blue otherwise: it answers NOT_SERVING, not SERVING. Ask for something that blue serves, or leave parity out (spec.gates.probes)',
  );
});
