import http from 'node:http';
import type { ScaledClock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { Elbv2Service, ServedListener } from '../services/elbv2/elbv2Service.ts';
import { RequestMetrics } from '../services/elbv2/requestMetrics.ts';
import type { MetricSink } from '../services/ports.ts';
import type { Addresses } from './addresses.ts';
import type { AlbParts } from './albListener.ts';
import { AlbListener } from './albListener.ts';
import type { DataPlaneLog } from './log.ts';

/**
 * Real time. Shorter than any server keeps an idle connection (Node's default is 5 s), so that a target seldom closes one at the
 * moment it is reused.
 */
const TARGET_IDLE_MS = 3_000;

/** Where a listener can be reached. */
export interface AlbUrl {
  listenerArn: string;
  loadBalancerName: string;
  /** The port that the listener was created with; the URL's may be another. */
  port: number;
  url: string;
}

/**
 * The load balancers' data plane: every listener of the service as a real HTTP proxy, from its creation to its deletion. It
 * counts the requests that it serves (§8.3). HTTP/1.1 and WebSockets, and gRPC behind HTTPS listeners; 464 for
 * what a group does not take.
 */
export class AlbPlane {
  readonly #elbv2: Elbv2Service;
  readonly #parts: AlbParts;
  readonly #log: DataPlaneLog;
  readonly #onListening: (listener: AlbUrl) => void;
  readonly #open = new Map<string, AlbListener>();
  readonly #unwatch: () => void;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: {
    elbv2: Elbv2Service;
    clock: ScaledClock;
    random: Random;
    addresses: Addresses;
    metrics: MetricSink;
    log: DataPlaneLog;
    /** Told of every listener as soon as it takes connections. */
    onListening?: (listener: AlbUrl) => void;
  }) {
    const { elbv2, clock, random, addresses, metrics, log } = options;
    this.#elbv2 = elbv2;
    this.#log = log;
    this.#onListening = options.onListening ?? (() => {});
    this.#parts = {
      elbv2,
      clock,
      random,
      addresses,
      log,
      requestMetrics: new RequestMetrics({ clock, metrics }),
      agent: new http.Agent({ keepAlive: true, timeout: TARGET_IDLE_MS, scheduling: 'lifo' }),
    };
    this.#unwatch = elbv2.watchListeners(() => this.#follow());
    this.#follow();
  }

  /** The listeners that take connections now; one that was just created may be missing until {@link settled}. */
  urls(): AlbUrl[] {
    return [...this.#open.values()].map(urlOf);
  }

  /** Resolves when every listener that exists by now takes connections. */
  settled(): Promise<void> {
    return this.#work;
  }

  /** Publishes the counts that have been gathered so far, instead of some lab seconds later. */
  flushMetrics(): void {
    this.#parts.requestMetrics.flush();
  }

  /** Ends every listener and every connection. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unwatch();
    await this.#work;
    await Promise.all([...this.#open.values()].map((listener) => listener.close(true)));
    this.#open.clear();
    this.#parts.agent.destroy();
    this.#parts.requestMetrics.flush();
  }

  /** One change at a time, so that a listener that moves away from a port has left it before another takes it. */
  #follow(): void {
    this.#work = this.#work.then(() => this.#reconcile());
  }

  async #reconcile(): Promise<void> {
    if (this.#isClosed) return;
    const wanted = new Map(this.#elbv2.listeners().map((served) => [served.listenerArn, served]));
    for (const [arn, listener] of this.#open) {
      if (isSame(wanted.get(arn), listener.served)) continue;
      this.#open.delete(arn);
      await listener.close(false);
    }
    for (const [arn, served] of wanted) {
      if (this.#open.has(arn)) continue;
      const listener = new AlbListener(served, this.#parts);
      try {
        await listener.open();
        this.#open.set(arn, listener);
        this.#onListening(urlOf(listener));
      } catch (error) {
        this.#log.warn(
          { listenerArn: arn, error: String(error) },
          'listener could not be opened; it takes no connections',
        );
      }
    }
  }
}

function urlOf({ served, url }: AlbListener): AlbUrl {
  const { listenerArn, loadBalancerName, port } = served;
  return { listenerArn, loadBalancerName, port, url };
}

function isSame(wanted: ServedListener | undefined, present: ServedListener): boolean {
  return wanted?.port === present.port && wanted.protocol === present.protocol;
}
