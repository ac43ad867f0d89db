import http from 'node:http';
import type net from 'node:net';
import { forward } from './forward.ts';
import type { LoopbackAgent } from './loopback.ts';
import { listenOnLoopback } from './loopback.ts';
import type { Intercept, ProxyConfiguration, ProxyState } from './protocol.ts';
import type { ProxyMetrics } from './proxyMetrics.ts';
import { realTimeoutMs } from './timeouts.ts';
import { tunnel } from './tunnel.ts';

/** What `green-slow` adds to each request; real time, as every response time is. */
const SLOW_MS = 1_000;
/** `green-errors` fails every fourth request. */
const ERROR_EVERY = 4;

/**
 * The way in: what the load balancer and other tasks connect to instead of the application's own port (mesh-mapping 0.6,
 * row S11). The application sees 127.0.0.1.
 */
export class InboundProxy {
  readonly #server: http.Server;
  readonly #inFlight = new Set<http.ServerResponse>();
  #draining = false;
  #requests = 0;
  #idle: (() => void) | undefined;

  constructor(options: {
    configuration: ProxyConfiguration;
    intercept: Intercept;
    applicationPort: number;
    agent: LoopbackAgent;
    state: () => ProxyState;
    metrics: ProxyMetrics;
  }) {
    const { configuration, intercept, agent, applicationPort, metrics } = options;
    const { factor } = configuration.scale;
    const dimensions = serverDimensions(configuration, intercept);
    const upstream = { port: applicationPort, failed: () => {}, answered: () => {} };
    this.#server = http.createServer((request, response) => {
      this.#track(request, response);
      if (dimensions !== undefined) metrics.count('RequestCount', dimensions);
      const state = options.state();
      const counts = state.errors && !isHealthCheck(request);
      if (counts) this.#requests += 1;
      forward(request, response, {
        agent,
        next: () => upstream,
        retries: 2,
        retryOn503: false,
        timeoutMs: realTimeoutMs(intercept.perRequestTimeoutMs, factor),
        spoilt: counts && this.#requests % ERROR_EVERY === 0,
        heldMs: state.slow && !isHealthCheck(request) ? SLOW_MS : 0,
        closing: () => this.#draining,
        done: () => {},
      });
    });
    if (dimensions !== undefined) {
      const connections = new Set<net.Socket>();
      this.#server.on('connection', (socket) => {
        metrics.count('NewConnectionCount', dimensions);
        connections.add(socket);
        metrics.observe('ActiveConnectionCount', dimensions, connections.size);
        socket.on('close', () => {
          connections.delete(socket);
          metrics.count(
            'ProcessedBytes',
            dimensions,
            socket.bytesRead + socket.bytesWritten - (counted.get(socket) ?? 0),
          );
        });
      });
      const counted = new WeakMap<net.Socket, number>();
      this.#server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
        const { socket } = request;
        response.on('finish', () => {
          const bytes = socket.bytesRead + socket.bytesWritten;
          metrics.count('ProcessedBytes', dimensions, bytes - (counted.get(socket) ?? 0));
          counted.set(socket, bytes);
        });
      });
    }
    // That Service Connect lets WebSockets through an http port is nobody's promise yet.
    this.#server.on('upgrade', (request: http.IncomingMessage, socket, head: Buffer) => {
      if (dimensions !== undefined) metrics.count('RequestCount', dimensions);
      const headers = request.rawHeaders.filter(
        (_, index, all) => !/^(connection|upgrade)$/i.test(all[index & ~1] ?? ''),
      );
      tunnel(
        request,
        socket,
        head,
        { agent, port: applicationPort, headers, setCookies: [] },
        {
          responded: () => {},
          failed: () => void socket.destroy(),
        },
      );
    });
    // An idle connection must not keep a process alive whose application has ended.
    this.#server.on('connection', (socket) => socket.unref());
  }

  /** The port on 127.0.0.1 where others connect. */
  listen(): Promise<number> {
    return listenOnLoopback(this.#server);
  }

  /** Takes no new connection, closes the idle ones, and resolves when nothing is in flight. */
  drain(): Promise<void> {
    this.#draining = true;
    this.#server.close();
    if (this.#inFlight.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  #track(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.#inFlight.add(response);
    request.socket.ref();
    response.on('close', () => {
      this.#inFlight.delete(response);
      request.socket.unref();
      if (this.#inFlight.size === 0) this.#idle?.();
    });
  }
}

/** {DiscoveryName} and {DiscoveryName, ServiceName, ClusterName}, where ServiceName is the server (§8.3). */
function serverDimensions(
  configuration: ProxyConfiguration,
  intercept: Intercept,
): Record<string, string>[] | undefined {
  if (intercept.discoveryName === undefined || configuration.serviceName === undefined) return undefined;
  const DiscoveryName = intercept.discoveryName;
  return [
    { DiscoveryName },
    { DiscoveryName, ServiceName: configuration.serviceName, ClusterName: configuration.clusterName },
  ];
}

/** The faults are those that health checks do not see: otherwise it would be a green that is never healthy. */
function isHealthCheck(request: http.IncomingMessage): boolean {
  return request.headers['user-agent']?.startsWith('ELB-HealthChecker') === true;
}
