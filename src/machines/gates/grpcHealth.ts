import type { GrpcProbe } from '../../plan/probes.ts';
import { fail, pass, unknown, type Verdict } from '../../plan/verdict.ts';
import { WHAT_TO_DO, type ProbeAnswer, type ProbeAnswers } from './probeAnswer.ts';

/** `ServingStatus` of grpc.health.v1, by number. */
const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** The codes with which a call of gRPC ends, by number. */
const CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** Whether green says of itself that it serves, and blue too where that is asked. Whatever else green says fails. */
export function healthVerdict({ grpc, parity }: GrpcProbe, { green, blue }: ProbeAnswers): Verdict {
  if (green.kind === 'notReached') return unknown(`green was not asked: ${green.why}`);
  if (!isServing(green)) return fail(`green ${told(green, grpc.service)}. ${WHAT_TO_DO}`);
  if (!parity) return pass('green answers SERVING as expected');
  if (blue === undefined) return unknown('blue was not asked, so its answer cannot be compared');
  if (blue.kind === 'notReached') return unknown(`blue was not asked: ${blue.why}`);
  return isServing(blue)
    ? pass('green answers SERVING as expected, and as blue does')
    : fail(
        `green answers SERVING, and blue otherwise: it ${told(blue, grpc.service)}. ` +
          'Ask for something that blue serves, or leave parity out (spec.gates.probes)',
      );
}

const isServing = (answer: ProbeAnswer): boolean => answer.kind === 'health' && STATUSES[answer.status] === 'SERVING';

/** So much of a server's own words is told. */
const MESSAGE_CHARACTERS_MAX = 120;

function told(answer: Exclude<ProbeAnswer, { kind: 'notReached' }>, service: string): string {
  switch (answer.kind) {
    case 'health': {
      const name = STATUSES[answer.status];
      if (name === undefined) return `answers the status ${answer.status}, which gRPC’s health protocol does not have`;
      return name === 'SERVICE_UNKNOWN' ? unknownName(name, service) : `answers ${name}, not SERVING`;
    }
    case 'grpcError': {
      const name = CODES[answer.code] ?? `the code ${answer.code}`;
      if (name === 'NOT_FOUND') return unknownName(name, service);
      if (name === 'UNIMPLEMENTED') {
        return 'does not speak gRPC’s health protocol (UNIMPLEMENTED): register grpc.health.v1.Health in its server, or leave the probe out';
      }
      const words = answer.message.slice(0, MESSAGE_CHARACTERS_MAX);
      return `ends the call with ${name}${words === '' ? '' : `: “${words}”`}`;
    }
    case 'unreadable':
      return `answers nothing that can be read as health: ${answer.why}`;
    case 'answered':
      return `answers HTTP ${answer.status} and no gRPC: see whether the port of the target group speaks gRPC`;
  }
}

const unknownName = (word: string, service: string): string =>
  service === ''
    ? `knows no health of the whole server (${word}): name a service that it registers (grpc.service)`
    : `knows no service ${service} (${word}): write its name as the server registers it (grpc.service), or none for the whole server`;
