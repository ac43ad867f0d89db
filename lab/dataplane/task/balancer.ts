import type { Endpoint, Route } from './protocol.ts';

/** Service Connect's fixed outlier detection (`mesh-mapping.md` 0.9). Lab time. */
const FAILURES_MAX = 5;
const FAILURE_WINDOW_MS = 30_000;
const EJECTION_MS = 30_000;
const EJECTION_MS_MAX = 300_000;

interface EndpointRecord {
  failures: number;
  windowStartMs: number;
  ejectedUntilMs: number;
  ejections: number;
}

/**
 * Chooses endpoints: smooth weighted round robin between a route's targets, plain round robin within one. What it knows
 * about an endpoint outlives changes of the routes.
 */
export class Balancer {
  readonly #now: () => number;
  readonly #ejects: boolean;
  readonly #cursors = new Map<string, number>();
  readonly #weights = new Map<string, number[]>();
  readonly #records = new Map<string, EndpointRecord>();
  readonly #offset: number;

  /** `offset` spreads the first choices of many proxies; `ejects` turns outlier detection on. */
  constructor(options: { now: () => number; ejects: boolean; offset: number }) {
    this.#now = options.now;
    this.#ejects = options.ejects;
    this.#offset = options.offset;
  }

  /** The next endpoint for a request, one not in `tried` where there is one. `undefined` when the chosen target has none. */
  next(route: Route, tried: ReadonlySet<string> = new Set()): Endpoint | undefined {
    const index = this.#nextTarget(route);
    const endpoints = route.targets[index]?.endpoints ?? [];
    const untried = endpoints.filter((endpoint) => !tried.has(key(endpoint)));
    const candidates = untried.length > 0 ? untried : endpoints;
    const admitted = candidates.filter((endpoint) => !this.#isEjected(endpoint));
    const chosen = admitted.length > 0 ? admitted : candidates;
    const name = `${route.host}:${route.port}#${index}`;
    const cursor = this.#cursors.get(name) ?? this.#offset;
    this.#cursors.set(name, cursor + 1);
    return chosen[cursor % chosen.length];
  }

  failed(endpoint: Endpoint): void {
    if (!this.#ejects) return;
    const now = this.#now();
    const record = this.#records.get(key(endpoint)) ?? {
      failures: 0,
      windowStartMs: now,
      ejectedUntilMs: 0,
      ejections: 0,
    };
    if (now - record.windowStartMs > FAILURE_WINDOW_MS) {
      record.failures = 0;
      record.windowStartMs = now;
    }
    record.failures += 1;
    if (record.failures >= FAILURES_MAX) {
      record.ejections += 1;
      record.ejectedUntilMs = now + Math.min(EJECTION_MS * record.ejections, EJECTION_MS_MAX);
      record.failures = 0;
    }
    this.#records.set(key(endpoint), record);
  }

  answered(endpoint: Endpoint): void {
    const record = this.#records.get(key(endpoint));
    if (record !== undefined) record.failures = 0;
  }

  #isEjected(endpoint: Endpoint): boolean {
    return (this.#records.get(key(endpoint))?.ejectedUntilMs ?? 0) > this.#now();
  }

  #nextTarget(route: Route): number {
    if (route.targets.length === 1) return 0;
    const name = `${route.host}:${route.port}`;
    const known = this.#weights.get(name);
    const current = known?.length === route.targets.length ? known : route.targets.map(() => 0);
    let total = 0;
    let best = -1;
    for (const [index, target] of route.targets.entries()) {
      if (target.weight === 0) continue;
      total += target.weight;
      current[index] = (current[index] ?? 0) + target.weight;
      if (best === -1 || (current[index] ?? 0) > (current[best] ?? 0)) best = index;
    }
    if (best !== -1) current[best] = (current[best] ?? 0) - total;
    this.#weights.set(name, current);
    return best;
  }
}

export function key(endpoint: Endpoint): string {
  return `${endpoint.ip}:${endpoint.port}`;
}
