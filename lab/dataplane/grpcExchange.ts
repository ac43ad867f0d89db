import http2 from 'node:http2';
import type { ExchangeEvents } from './albExchange.ts';

export interface GrpcExchange {
  /** Where the target listens on 127.0.0.1, without TLS. */
  port: number;
  /** As the target gets them, with the pseudo-headers. */
  headers: http2.OutgoingHttpHeaders;
  setCookies: string[];
  /** Real time without a byte from the target. */
  idleTimeoutMs: number;
}

/** Sends a call to one target over a connection of its own and streams the answer back, its trailers too: the call's code is in them. */
export function grpcExchange(
  stream: http2.ServerHttp2Stream,
  { port, headers, setCookies, idleTimeoutMs }: GrpcExchange,
  events: ExchangeEvents,
): void {
  let isConnected = false;
  let hasBegun = false;
  let isSettled = false;
  const settle = (report: () => void): void => {
    if (isSettled) return;
    isSettled = true;
    report();
  };
  const session = http2.connect(`http://127.0.0.1:${port}`);
  const broken = (error: Error): void => {
    settle(() => (isConnected ? events.failed(502, error.message) : events.refused(error.message)));
    // What has begun to come from the target breaks off for the client too.
    if (hasBegun) stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    session.destroy();
  };
  session.on('connect', () => {
    isConnected = true;
  });
  session.on('error', broken);
  const upstream = session.request(headers);
  let trailers: http2.OutgoingHttpHeaders = {};
  upstream.setTimeout(idleTimeoutMs, () => {
    settle(() => events.failed(504, `the target sent nothing for ${idleTimeoutMs} ms of real time`));
    session.destroy();
  });
  upstream.on('error', broken);
  upstream.on('response', (response, flags) => {
    settle(() => events.responded(Number(response[':status'])));
    if (stream.destroyed) return;
    hasBegun = true;
    const passed = { ...plain(response), ...(setCookies.length === 0 ? {} : { 'set-cookie': setCookies }) };
    if ((flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0) {
      stream.respond(passed, { endStream: true });
      return;
    }
    stream.respond(passed, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    upstream.pipe(stream);
  });
  upstream.on('trailers', (given) => {
    trailers = plain(given);
  });
  stream.on('error', () => session.destroy());
  stream.on('close', () => {
    settle(() => events.abandoned());
    session.destroy();
  });
  stream.pipe(upstream);
}

const plain = (headers: http2.IncomingHttpHeaders): http2.OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers));
