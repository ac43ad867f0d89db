import http from 'node:http';
import { pipeline } from 'node:stream';
import type { LoopbackAgent } from './loopback.ts';

/** One upstream to try. */
export interface Upstream {
  /** On 127.0.0.1; `undefined` where nobody listens: counts as a refused connection. */
  port: number | undefined;
  /** The connection was refused, or reset before an answer. */
  failed(): void;
  answered(): void;
}

export interface ForwardOptions {
  agent: LoopbackAgent;
  /** Chooses the upstream of each attempt; `undefined` when there is none at all. */
  next(): Upstream | undefined;
  /** Attempts after the first. */
  retries: number;
  retryOn503: boolean;
  /** Real time for the whole request, retries included; 0 is none. */
  timeoutMs: number;
  /** Real time for which the upstream's answer is kept back. */
  heldMs: number;
  /** Whether the upstream's answer goes on as a 500, whatever it was. */
  spoilt: boolean;
  /** Whether the connection is to be closed after this answer. */
  closing(): boolean;
  /** Runs once. `upstream` says whether the status came from the upstream or from the proxy itself. */
  done(outcome: { status: number; from: 'upstream' | 'proxy'; durationMs: number; upstreamBytes: number }): void;
}

/** A body up to this size is kept, so that the request can be sent again. */
const REPLAY_BYTES_MAX = 64 * 1024;

const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

function endToEnd(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  const kept: http.OutgoingHttpHeaders = { ...headers };
  for (const name of HOP_BY_HOP) delete kept[name];
  return kept;
}

/** Forwards one HTTP request as Envoy does: its statuses and texts for what goes wrong between it and the upstream. */
export function forward(request: http.IncomingMessage, response: http.ServerResponse, options: ForwardOptions): void {
  const startedMs = performance.now();
  let attempts = 0;
  let settled = false;
  let current: http.ClientRequest | undefined;

  const settle = (status: number, from: 'upstream' | 'proxy', upstreamBytes: number) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    options.done({ status, from, durationMs: performance.now() - startedMs, upstreamBytes });
  };
  const answer = (status: number, text: string) => {
    if (settled) return;
    const headers: http.OutgoingHttpHeaders = {
      'content-type': 'text/plain',
      'content-length': Buffer.byteLength(text),
    };
    if (options.closing()) headers['connection'] = 'close';
    request.resume();
    response.writeHead(status, headers).end(text);
    settle(status, 'proxy', 0);
  };
  const timer =
    options.timeoutMs === 0
      ? undefined
      : setTimeout(() => {
          if (response.headersSent) response.destroy();
          else answer(504, 'upstream request timeout');
          current?.destroy();
        }, options.timeoutMs);

  const relay = (incoming: http.IncomingMessage, status: number) => {
    if (settled) {
      incoming.resume();
      return;
    }
    const headers = endToEnd(incoming.headers);
    if (options.closing()) headers['connection'] = 'close';
    response.writeHead(status, headers);
    pipeline(incoming, response, (error) => {
      settle(status, 'upstream', error ? 0 : Number(incoming.headers['content-length'] ?? 0));
    });
  };
  const attempt = (body: Buffer | http.IncomingMessage | undefined) => {
    const mayRetry = () => !settled && attempts <= options.retries && !(body instanceof http.IncomingMessage);
    const upstream = options.next();
    attempts += 1;
    if (upstream === undefined) {
      answer(503, 'no healthy upstream');
      return;
    }
    const failed = (reason: string) => {
      upstream.failed();
      if (mayRetry()) attempt(body);
      else answer(503, `upstream connect error or disconnect/reset before headers. reset reason: ${reason}`);
    };
    if (upstream.port === undefined) {
      failed('connection failure');
      return;
    }
    const headers = endToEnd(request.headers);
    const outgoing = http.request({
      host: '127.0.0.1',
      port: upstream.port,
      method: request.method,
      path: request.url,
      headers,
      agent: options.agent,
    });
    current = outgoing;
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (settled || current !== outgoing) return;
      if (response.headersSent) {
        response.destroy();
        settle(response.statusCode, 'upstream', 0);
      } else failed(error.code === 'ECONNREFUSED' ? 'connection failure' : 'connection termination');
    });
    outgoing.on('response', (incoming) => {
      if (settled) {
        incoming.resume();
        return;
      }
      upstream.answered();
      const status = options.spoilt ? 500 : (incoming.statusCode ?? 502);
      if (status === 503 && options.retryOn503 && mayRetry()) {
        incoming.resume();
        attempt(body);
        return;
      }
      if (options.heldMs === 0) relay(incoming, status);
      else setTimeout(() => relay(incoming, status), options.heldMs);
    });
    if (body instanceof http.IncomingMessage) body.pipe(outgoing);
    else outgoing.end(body);
  };

  response.on('close', () => {
    if (response.writableFinished) return;
    settle(499, 'proxy', 0);
    current?.destroy();
  });

  const length = Number(request.headers['content-length'] ?? 0);
  if (length === 0 && request.headers['transfer-encoding'] === undefined) attempt(undefined);
  else if (request.headers['transfer-encoding'] !== undefined || length > REPLAY_BYTES_MAX) attempt(request);
  else {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => attempt(Buffer.concat(chunks)));
  }
}
