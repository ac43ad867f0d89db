import http from 'node:http';
import { Balancer, key } from './balancer.ts';
import { forward } from './forward.ts';
import type { LoopbackAgent } from './loopback.ts';
import { listenOnLoopback } from './loopback.ts';
import type { Endpoint, ProxyConfiguration, ProxyState, Route } from './protocol.ts';
import type { ProxyMetrics } from './proxyMetrics.ts';
import { METADATA_HOST, taskMetadata } from './taskMetadata.ts';
import { realTimeoutMs } from './timeouts.ts';

/** Retries of a request that found no connection: fixed in Service Connect (`mesh-mapping.md` 0.9), App Mesh's default (S12). */
const RETRIES = 2;
/** How long an answer of private DNS is believed, lab time. */
const DNS_TTL_MS = 10_000;

export type Resolve = (host: string, port: number) => Promise<Endpoint[]>;

/**
 * The way out: every connection of the application to a host that is not itself comes here. The name and port that were
 * called stand in the Host header, as for an Envoy. A name that the mesh knows goes by the mesh; any other falls through to
 * private DNS (`mesh-mapping.md` 0.5).
 */
export class OutboundProxy {
  readonly #configuration: ProxyConfiguration;
  readonly #metrics: ProxyMetrics;
  readonly #agent: LoopbackAgent;
  readonly #balancer: Balancer;
  readonly #resolve: Resolve;
  readonly #now: () => number;
  readonly #resolved = new Map<string, { untilMs: number; endpoints: Endpoint[] }>();
  readonly #server = http.createServer((request, response) => void this.#serve(request, response));
  #routes = new Map<string, Route>();
  #hosts = new Set<string>();

  constructor(options: {
    configuration: ProxyConfiguration;
    agent: LoopbackAgent;
    metrics: ProxyMetrics;
    resolve: Resolve;
    now: () => number;
  }) {
    this.#configuration = options.configuration;
    this.#metrics = options.metrics;
    this.#agent = options.agent;
    this.#resolve = options.resolve;
    this.#now = options.now;
    this.#balancer = new Balancer({
      now: options.now,
      ejects: options.configuration.kind === 'serviceConnect',
      offset: Buffer.from(options.configuration.taskArn).reduce((sum, byte) => sum + byte, 0),
    });
    // The application's end of the connection says whether the process has to live.
    this.#server.on('connection', (socket) => socket.unref());
  }

  listen(): Promise<number> {
    return listenOnLoopback(this.#server);
  }

  setState(state: ProxyState): void {
    this.#routes = new Map(state.routes.map((route) => [`${route.host}:${route.port}`, route]));
    this.#hosts = new Set(state.routes.map((route) => route.host));
  }

  /** How a connection to this name is made, asked before it is opened. */
  async connects(host: string, port: number): Promise<boolean> {
    if (this.#hosts.has(host) || host === METADATA_HOST) return true;
    return (await this.#lookup(host, port)).length > 0;
  }

  /** A route whose bytes the proxy does not read: the loopback port to connect to, or `refused`. */
  byteStream(host: string, port: number): number | 'refused' | undefined {
    const route = this.#routes.get(`${host}:${port}`);
    if (route === undefined || route.protocol === 'http') return undefined;
    return this.#balancer.next(route)?.loopbackPort ?? 'refused';
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { host, port } = authority(request.headers.host ?? '');
    if (host === METADATA_HOST) {
      taskMetadata(this.#configuration, request, response);
      return;
    }
    const route = this.#routes.get(`${host}:${port}`);
    if (route !== undefined) {
      this.#forward(request, response, route);
      return;
    }
    // An alias is a line in the hosts file: at another port nobody listens, and private DNS is never asked (0.4).
    const shadowed = this.#configuration.kind === 'serviceConnect' && this.#hosts.has(host);
    const endpoints = shadowed ? [] : await this.#lookup(host, port);
    this.#forward(request, response, {
      host,
      port,
      protocol: 'http',
      perRequestTimeoutMs: 0,
      targets: [{ weight: 1, endpoints }],
    });
  }

  #forward(request: http.IncomingMessage, response: http.ServerResponse, route: Route): void {
    const tried = new Set<string>();
    const dimensions = this.#clientDimensions(route);
    forward(request, response, {
      agent: this.#agent,
      retries: this.#configuration.kind === 'none' ? 0 : RETRIES,
      retryOn503: this.#configuration.kind === 'appMesh',
      timeoutMs: realTimeoutMs(route.perRequestTimeoutMs, this.#configuration.scale.factor),
      spoilt: false,
      heldMs: 0,
      closing: () => false,
      next: () => {
        const endpoint = this.#balancer.next(route, tried);
        if (endpoint === undefined) return undefined;
        tried.add(key(endpoint));
        return {
          port: endpoint.loopbackPort,
          failed: () => {
            this.#resolved.delete(`${route.host}:${route.port}`);
            this.#balancer.failed(endpoint);
          },
          answered: () => this.#balancer.answered(endpoint),
        };
      },
      done: ({ status, from, durationMs, upstreamBytes }) => {
        if (dimensions === undefined) return;
        const targets = route.targets.reduce((sum, target) => sum + target.endpoints.length, 0);
        this.#metrics.count('RequestCountPerTarget', dimensions, 1 / Math.max(1, targets));
        this.#metrics.count('TargetProcessedBytes', dimensions, upstreamBytes);
        if (from !== 'upstream') return;
        this.#metrics.count(`HTTPCode_Target_${Math.floor(status / 100)}XX_Count`, dimensions);
        this.#metrics.observe('TargetResponseTime', dimensions, durationMs);
      },
    });
  }

  /**
   * {TargetDiscoveryName} and {TargetDiscoveryName, ServiceName, ClusterName}, where ServiceName is the *calling* service
   * (§8.3). Calls that fell through to DNS are nobody's.
   */
  #clientDimensions(route: Route): Record<string, string>[] | undefined {
    const { kind, serviceName, clusterName } = this.#configuration;
    if (kind !== 'serviceConnect' || route.discoveryName === undefined || serviceName === undefined) return undefined;
    const TargetDiscoveryName = route.discoveryName;
    return [{ TargetDiscoveryName }, { TargetDiscoveryName, ServiceName: serviceName, ClusterName: clusterName }];
  }

  async #lookup(host: string, port: number): Promise<Endpoint[]> {
    const name = `${host}:${port}`;
    const known = this.#resolved.get(name);
    if (known !== undefined && known.untilMs > this.#now()) return known.endpoints;
    const endpoints = await this.#resolve(host, port);
    if (endpoints.length > 0) this.#resolved.set(name, { untilMs: this.#now() + DNS_TTL_MS, endpoints });
    return endpoints;
  }
}

/** The called name, lower case, and port (80 where none is given) of a Host header. */
function authority(header: string): { host: string; port: number } {
  const colon = header.lastIndexOf(':');
  const host = colon === -1 ? header : header.slice(0, colon);
  return { host: host.toLowerCase(), port: colon === -1 ? 80 : Number(header.slice(colon + 1)) };
}
