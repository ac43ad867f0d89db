import http2 from 'node:http2';
import { isIP } from 'node:net';
import type { ProbeRequest } from '../../assess/probes/request.ts';
import type { ProbeAnswer } from '../../machines/gates/probeAnswer.ts';
import { decodeHealthResponse, encodeHealthRequest } from './healthMessage.ts';

/** Real time, from the connection to the end of the call. */
const TIMEOUT_MS = 5_000;

/** A response has a few bytes. */
const BODY_BYTES_MAX = 1024;

const GRPC_CONTENT = /^application\/grpc(?:[+;]|$)/i;

/**
 * Asks for the health of a service, or of the whole server, over a connection of its own: HTTP/2, with TLS where the URL says so and
 * otherwise with prior knowledge. As over HTTP/1.1 no certificate is checked, and nothing is thrown.
 */
export function askGrpcHealth(
  url: string,
  { host, path, headers, grpcService = '' }: ProbeRequest,
): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const target = new URL(url);
    const servername = host ?? target.hostname;
    const session = http2.connect(target.origin, {
      rejectUnauthorized: false,
      ...(isIP(servername) === 0 ? { servername } : {}),
      settings: { enablePush: false },
    });
    const settle = (answer: ProbeAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      session.destroy();
    };
    const notReached = (why: string): void => settle({ kind: 'notReached', why: `gRPC ${url}${path}: ${why}` });
    const timer = setTimeout(() => notReached(`no answer within ${TIMEOUT_MS / 1000} s`), TIMEOUT_MS);
    session.on('error', (error) => notReached(wordsOf(error)));
    session.on('connect', () => {
      if (target.protocol === 'https:' && session.alpnProtocol !== 'h2') notReached(NO_HTTP2);
    });

    const call: Call = { status: 0, headers: {}, trailers: {}, read: [] };
    let stream: http2.ClientHttp2Stream;
    try {
      stream = session.request({
        ...headers,
        ':method': 'POST',
        ':path': path,
        ':scheme': target.protocol === 'https:' ? 'https' : 'http',
        ':authority': host ?? target.host,
        'content-type': 'application/grpc',
        'grpc-timeout': `${TIMEOUT_MS}m`,
        te: 'trailers',
      });
    } catch (error) {
      notReached(wordsOf(error as Error));
      return;
    }
    let bytes = 0;
    stream.on('response', (response) => {
      call.status = Number(response[':status']);
      call.headers = textsOf(response);
    });
    stream.on('trailers', (trailers) => {
      call.trailers = textsOf(trailers);
    });
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= BODY_BYTES_MAX) call.read.push(chunk);
      else settle(overlong(call));
    });
    stream.on('error', (error) => notReached(wordsOf(error)));
    stream.on('close', () => {
      const isWhole = codeOf(call) !== undefined || stream.rstCode === http2.constants.NGHTTP2_NO_ERROR;
      if (call.status !== 0 && isWhole) settle(answerOf(call));
      else notReached('the connection was closed before the answer was whole');
    });
    stream.end(encodeHealthRequest(grpcService));
  });
}

interface Call {
  /** Of HTTP; 0 while there is none. */
  status: number;
  headers: Record<string, string>;
  trailers: Record<string, string>;
  read: Buffer[];
}

function answerOf(call: Call): ProbeAnswer {
  const { status, headers, trailers, read } = call;
  if (!isGrpc(call)) return { kind: 'answered', status, headers, body: '', isWhole: false };
  const code = codeOf(call) ?? '';
  if (!/^\d{1,9}$/.test(code)) return { kind: 'unreadable', why: 'the call ended without a grpc-status' };
  if (Number(code) !== 0) {
    const message = decoded(trailers['grpc-message'] ?? headers['grpc-message']);
    return { kind: 'grpcError', code: Number(code), message };
  }
  const health = decodeHealthResponse(Buffer.concat(read));
  return health === undefined
    ? { kind: 'unreadable', why: 'the call ended with OK, and what it brought is no HealthCheckResponse' }
    : { kind: 'health', status: health };
}

const overlong = (call: Call): ProbeAnswer =>
  isGrpc(call)
    ? { kind: 'unreadable', why: `its answer is longer than ${BODY_BYTES_MAX} bytes` }
    : { kind: 'answered', status: call.status, headers: call.headers, body: '', isWhole: false };

/** A code of gRPC's counts whatever HTTP says; without one only an answer of its type is gRPC. */
const isGrpc = (call: Call): boolean =>
  codeOf(call) !== undefined || (call.status === 200 && GRPC_CONTENT.test(call.headers['content-type'] ?? ''));

/** The code with which a call has ended; one without a message ends in its headers. */
const codeOf = ({ headers, trailers }: Call): string | undefined => trailers['grpc-status'] ?? headers['grpc-status'];

const textsOf = (headers: http2.IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]));

/** `grpc-message` is percent-encoded; one that is not is told as it came. */
function decoded(message = ''): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}

const NO_HTTP2 =
  'the listener speaks no HTTP/2, which gRPC needs: switch it on (attribute routing.http2.enabled of the load balancer)';

/** A stream that never began is told with what became of its connection. */
const wordsOf = (error: Error): string => {
  const root = error.cause instanceof Error ? error.cause : error;
  const code = 'code' in root ? String(root.code) : '';
  return code.includes('NO_APPLICATION_PROTOCOL') ? NO_HTTP2 : root.message || code || root.name;
};
