import type { Agent, IncomingMessage, ServerResponse } from 'node:http';
import http from 'node:http';
import type { Http2Session } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { ScaledClock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { Elbv2Service, ServedListener } from '../services/elbv2/elbv2Service.ts';
import type { RequestMetrics } from '../services/elbv2/requestMetrics.ts';
import type { RouteDecision } from '../services/elbv2/routing.ts';
import type { Addresses } from './addresses.ts';
import { answer, answerError } from './albAnswers.ts';
import { exchange } from './albExchange.ts';
import { parseCookies, requestHeaders } from './albHeaders.ts';
import { createHttp2Side, type ListenerRequest } from './albHttp2.ts';
import { byPreface } from './byPreface.ts';
import type { DataPlaneLog } from './log.ts';
import { tunnel } from './task/tunnel.ts';

/** Real time. Longer than clients keep a connection, so that it is the client who closes. */
const CLIENT_IDLE_MS = 75_000;
/** Real time; a timeout of the lab's that the factor makes shorter than this would measure the machine. */
const TIMEOUT_MS_MIN = 8_000;
const UNPRIVILEGED_PORT_MIN = 1024;

export interface AlbParts {
  elbv2: Elbv2Service;
  clock: ScaledClock;
  random: Random;
  addresses: Addresses;
  requestMetrics: RequestMetrics;
  agent: Agent;
  log: DataPlaneLog;
}

/**
 * One listener as an HTTP server on 127.0.0.1. An HTTPS listener speaks plain HTTP too, and says `X-Forwarded-Proto: https`:
 * the lab ends TLS in name only, towards targets as well. There HTTP/2 is taken with prior knowledge, for gRPC target groups alone (row
 * L35). Authentication actions let everybody through. Each client connection belongs to one node of the load balancer.
 */
export class AlbListener {
  readonly served: ServedListener;
  readonly #parts: AlbParts;
  readonly #server: http.Server;
  /** Takes the connections: the server itself, or what stands before it and a server of HTTP/2. */
  readonly #front: Server;
  readonly #sessions = new Map<Http2Session, number>();
  readonly #sockets = new Set<Socket>();
  readonly #nodes = new WeakMap<Socket, number>();
  readonly #upgraded = new Set<Socket>();

  constructor(served: ServedListener, parts: AlbParts) {
    this.served = served;
    this.#parts = parts;
    this.#server = http.createServer((request, response) => this.#serve(request, response, this.#decide(request)));
    this.#server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
    this.#server.keepAliveTimeout = CLIENT_IDLE_MS;
    this.#server.requestTimeout = 0;
    this.#server.on('connection', (socket) => {
      this.#nodes.set(socket, parts.random.below(parts.elbv2.nodeCount));
    });
    this.#front = served.protocol === 'HTTPS' ? this.#behindFront() : this.#server;
  }

  #behindFront(): Server {
    const { elbv2, random } = this.#parts;
    const http2 = createHttp2Side(
      {
        ...this.#parts,
        served: this.served,
        drawNode: () => random.below(elbv2.nodeCount),
        route: (node, request) => this.#route(node, request),
        forwardedBy: (socket) => this.#forwardedBy(socket),
        idleTimeoutMs: () => this.#idleTimeoutMs(),
        noteFailure: (status, why) => this.#noteFailure(status, why),
      },
      this.#sessions,
    );
    const front = byPreface({ http1: this.#server, http2 });
    front.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    return front;
  }

  /** On the listener's own port if it is free and unprivileged, else on any. */
  async open(): Promise<void> {
    const { port } = this.served;
    if (port >= UNPRIVILEGED_PORT_MIN && (await this.#listen(port))) return;
    await this.#listen(0);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#front.address() as AddressInfo).port}`;
  }

  /** Takes no further connection. With `now` requests in flight end too, otherwise they finish. */
  close(now: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#front.close(() => resolve());
      if (now) {
        this.#server.closeAllConnections();
        for (const socket of [...this.#upgraded, ...this.#sockets]) socket.destroy();
      } else {
        this.#server.closeIdleConnections();
        for (const session of this.#sessions.keys()) session.close();
        resolve();
      }
    });
  }

  #listen(port: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) => {
        this.#front.off('listening', listening);
        if (port !== 0 && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) resolve(false);
        else reject(error);
      };
      const listening = () => {
        this.#front.off('error', failed);
        resolve(true);
      };
      this.#front.once('error', failed);
      this.#front.once('listening', listening);
      this.#front.listen(port, '127.0.0.1');
    });
  }

  #decide(request: IncomingMessage): RouteDecision {
    return this.#route(this.#nodes.get(request.socket) ?? 0, {
      method: request.method ?? 'GET',
      host: request.headers.host ?? '',
      url: request.url ?? '/',
      headers: request.headers,
      sourceIp: request.socket.remoteAddress ?? '',
    });
  }

  #route(node: number, { method, host, url, headers, sourceIp }: ListenerRequest): RouteDecision {
    const questionMark = url.indexOf('?');
    return this.#parts.elbv2.route(
      this.served.listenerArn,
      node,
      {
        method,
        host,
        path: questionMark === -1 ? url : url.slice(0, questionMark),
        query: questionMark === -1 ? '' : url.slice(questionMark + 1),
        headers,
        cookies: parseCookies(headers.cookie),
        sourceIp,
      },
      this.#parts.random,
    );
  }

  /** A WebSocket goes to the target that its handshake was sent to for as long as it lasts, whatever becomes of the rule. */
  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const decision = this.#decide(request);
    const { addresses, requestMetrics } = this.#parts;
    const response = new http.ServerResponse(request);
    response.assignSocket(socket);
    response.shouldKeepAlive = false;
    response.on('finish', () => socket.end());
    if (decision.kind !== 'forward' || decision.protocolVersion !== 'HTTP1') {
      this.#serve(request, response, decision);
      return;
    }
    const { targetGroupArn, target, targetCount, setCookies } = decision;
    const where = { loadBalancerArn: this.served.loadBalancerArn, targetGroupArn };
    requestMetrics.forwarded(where, targetCount);
    const port = addresses.find(target.ip, target.port);
    const failed = (why: string) => this.#fail(request, response, 502, `target ${target.ip}:${target.port}: ${why}`);
    if (port === undefined) {
      requestMetrics.connectionFailed(where);
      failed('nobody listens there');
      return;
    }
    this.#upgraded.add(socket);
    socket.on('close', () => this.#upgraded.delete(socket));
    const startedMs = performance.now();
    const headers = requestHeaders(request, this.#forwardedBy(request.socket));
    tunnel(
      request,
      socket,
      head,
      { agent: false, port, headers, setCookies },
      {
        responded: (status) => requestMetrics.responded(where, status, (performance.now() - startedMs) / 1000),
        failed,
      },
    );
  }

  #serve(request: IncomingMessage, response: ServerResponse, decision: RouteDecision): void {
    const { requestMetrics } = this.#parts;
    const { loadBalancerArn } = this.served;
    switch (decision.kind) {
      case 'forward':
        this.#forward(request, response, decision);
        return;
      case 'fixedResponse':
        requestMetrics.answered(loadBalancerArn, 'fixedResponse', decision.status);
        answer(request, response, {
          status: decision.status,
          headers: { 'Content-Type': decision.contentType },
          body: decision.body,
        });
        return;
      case 'redirect':
        requestMetrics.answered(loadBalancerArn, 'redirect', decision.status);
        answer(request, response, { status: decision.status, headers: { Location: decision.location }, body: '' });
        return;
      case 'unavailable':
        this.#fail(request, response, 503, decision.why);
    }
  }

  #forward(request: IncomingMessage, response: ServerResponse, decision: RouteDecision & { kind: 'forward' }): void {
    const { addresses, agent, requestMetrics } = this.#parts;
    const { targetGroupArn, target } = decision;
    const where = { loadBalancerArn: this.served.loadBalancerArn, targetGroupArn };
    if (decision.protocolVersion !== 'HTTP1') {
      this.#fail(request, response, 464, `target group ${targetGroupArn} wants ${decision.protocolVersion}`);
      return;
    }
    requestMetrics.forwarded(where, decision.targetCount);
    const name = `target ${target.ip}:${target.port}`;
    const refused = (why: string) => {
      requestMetrics.connectionFailed(where);
      this.#fail(request, response, 502, `${name}: ${why}`);
    };
    const port = addresses.find(target.ip, target.port);
    if (port === undefined) {
      refused('nobody listens there');
      return;
    }
    const startedMs = performance.now();
    exchange(
      request,
      response,
      {
        agent,
        port,
        headers: requestHeaders(request, this.#forwardedBy(request.socket)),
        setCookies: decision.setCookies,
        idleTimeoutMs: this.#idleTimeoutMs(),
      },
      {
        responded: (status) => requestMetrics.responded(where, status, (performance.now() - startedMs) / 1000),
        refused,
        failed: (status, why) => this.#fail(request, response, status, `${name}: ${why}`),
        abandoned: () => requestMetrics.answered(where.loadBalancerArn, 'error', 460),
      },
    );
  }

  #fail(request: IncomingMessage, response: ServerResponse, status: number, why: string): void {
    this.#noteFailure(status, why);
    answerError(request, response, status);
  }

  #noteFailure(status: number, why: string): void {
    const { log, requestMetrics } = this.#parts;
    const { loadBalancerArn, loadBalancerName } = this.served;
    requestMetrics.answered(loadBalancerArn, 'error', status);
    // A user saw this fail, and no target knows of it.
    log.warn({ loadBalancer: loadBalancerName, status, why }, 'load balancer answered');
  }

  #idleTimeoutMs(): number {
    const { clock } = this.#parts;
    const seconds = Number(this.#attribute('idle_timeout.timeout_seconds'));
    // A busy machine is not a silent target: scaled time never takes more than this from a person's patience.
    const floorMs = Math.min(seconds * 1000, TIMEOUT_MS_MIN);
    return Math.max(floorMs, (seconds * 1000) / clock.scale.factor);
  }

  #forwardedBy(socket: Pick<Socket, 'remoteAddress' | 'remotePort'> | undefined) {
    const { clock, random } = this.#parts;
    const seconds = Math.floor(clock.now() / 1000).toString(16);
    const mode = this.#attribute('routing.http.xff_header_processing.mode');
    return {
      port: this.served.port,
      protocol: this.served.protocol,
      clientIp: socket?.remoteAddress ?? '',
      clientPort: socket?.remotePort ?? 0,
      mode: mode === 'preserve' || mode === 'remove' ? mode : 'append',
      withClientPort: this.#attribute('routing.http.xff_client_port.enabled') === 'true',
      traceId: `1-${seconds.padStart(8, '0')}-${random.hex(24)}`,
    } as const;
  }

  /** Empty once the load balancer has been deleted under a request. */
  #attribute(key: string): string {
    return this.#parts.elbv2.loadBalancerAttribute(this.served.loadBalancerArn, key) ?? '';
  }
}
