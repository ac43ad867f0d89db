import type { Agent, IncomingMessage, ServerResponse } from 'node:http';
import http from 'node:http';
import { responseHeaders } from './albHeaders.ts';

export interface Exchange {
  agent: Agent;
  /** Where the target listens on 127.0.0.1. */
  port: number;
  /** Flat list of names and values. */
  headers: string[];
  setCookies: string[];
  /** Real time without a byte from the target. */
  idleTimeoutMs: number;
}

/** How an exchange went; each happens at most once, and of the last three at most one. */
export interface ExchangeEvents {
  /** The target's status and headers have come. */
  responded(status: number): void;
  /** There was no connection to the target. Nothing has been answered. */
  refused(why: string): void;
  /** The target broke the connection or was silent for too long. Nothing has been answered. */
  failed(status: 502 | 504, why: string): void;
  /** The client went away before the target had answered. */
  abandoned(): void;
}

/**
 * Sends a request to one target and streams the answer back. A load balancer does not retry, with one exception: a kept-alive
 * connection that the target closed at the very moment it was reused, when the request has no body and no byte of an answer
 * has come. AWS keeps its connections healthy; this stands for that. An answer that breaks off midway breaks off for the client.
 */
export function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  options: Exchange,
  events: ExchangeEvents,
): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || (request.headers['content-length'] ?? '0') !== '0';
  let current: http.ClientRequest | undefined;
  let isSettled = false;
  const settle = (report: () => void) => {
    if (isSettled) return;
    isSettled = true;
    report();
  };

  response.on('close', () => {
    if (response.writableFinished) return;
    settle(() => events.abandoned());
    current?.destroy();
  });

  const send = (isRetry: boolean) => {
    const upstream = http.request({
      // A retry takes a new connection: the target may have closed every idle one.
      agent: isRetry ? false : options.agent,
      host: '127.0.0.1',
      port: options.port,
      method: request.method,
      path: request.url,
      headers: options.headers,
    });
    current = upstream;
    upstream.setTimeout(options.idleTimeoutMs, () => {
      settle(() => events.failed(504, `the target sent nothing for ${options.idleTimeoutMs} ms of real time`));
      if (response.headersSent && !response.writableEnded) response.destroy();
      upstream.destroy();
    });
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      if (isSettled) return;
      const wasClosedIdle = upstream.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (wasClosedIdle && !hasBody && !isRetry) send(true);
      else if (error.syscall === 'connect') settle(() => events.refused(error.message));
      else settle(() => events.failed(502, error.message));
    });
    upstream.on('response', (targetResponse) => {
      const status = targetResponse.statusCode ?? 502;
      settle(() => events.responded(status));
      targetResponse.on('error', () => response.destroy());
      if (response.destroyed) {
        upstream.destroy();
        return;
      }
      response.writeHead(status, targetResponse.statusMessage, responseHeaders(targetResponse, options.setCookies));
      targetResponse.pipe(response);
    });
    if (hasBody) request.pipe(upstream);
    else upstream.end();
  };
  send(false);
}
