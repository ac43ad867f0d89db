import { Agent, get } from 'node:http';

/** What a user saw of one request. */
export interface Outcome {
  /** Real time of its start, `Date.now()`. */
  at: number;
  ok: boolean;
  /** HTTP status, or the network error's code. */
  result: string;
  /** `x-served-by` of the entry service: `<service>/<task>`; `undefined` where nobody answered. */
  servedBy: string | undefined;
  ms: number;
}

export interface LoadOptions {
  url: string;
  /** Requests per second, sent whether or not earlier ones were answered. */
  rate: number;
  onOutcome: (outcome: Outcome) => void;
}

const TICK_MS = 5;
/** A user's patience. A request without an answer by then has failed. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Steady load from outside: an open loop, so that a slow answer does not hide the requests that would have come next. */
export class Load {
  readonly #options: LoadOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 128, timeout: 30_000 });
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #sent = 0;
  #pending = new Set<Promise<void>>();

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  get sent(): number {
    return this.#sent;
  }

  /** Requests without an answer yet. */
  get pending(): number {
    return this.#pending.size;
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - this.#startedAt) / 1000) * this.#options.rate);
      for (; this.#sent < due; this.#sent += 1) this.#send();
    }, TICK_MS);
  }

  /** Sends no more, and waits for the answers that are due. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
    this.#agent.destroy();
  }

  #send(): void {
    const at = Date.now();
    const startedAt = performance.now();
    const request = new Promise<void>((resolve) => {
      let servedBy: string | undefined;
      let ended = false;
      const end = (ok: boolean, result: string) => {
        if (ended) return;
        ended = true;
        this.#options.onOutcome({ at, ok, result, servedBy, ms: performance.now() - startedAt });
        resolve();
      };
      const outgoing = get(this.#options.url, { agent: this.#agent, timeout: REQUEST_TIMEOUT_MS }, (response) => {
        const header = response.headers['x-served-by'];
        servedBy = typeof header === 'string' ? header : undefined;
        const status = response.statusCode ?? 0;
        response.on('end', () => end(status >= 200 && status < 400, String(status)));
        response.on('error', (error) => end(false, error.message));
        response.on('aborted', () => end(false, 'aborted'));
        response.resume();
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
      outgoing.on('error', (error: NodeJS.ErrnoException) => end(false, error.code ?? error.message));
    });
    this.#pending.add(request);
    void request.then(() => this.#pending.delete(request));
  }
}
