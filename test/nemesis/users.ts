import type { Estate } from '../../lab/estates/estate.ts';
import type { Lab } from '../../lab/lab.ts';
import { Random } from '../../lab/random.ts';
import { RequestMetrics } from '../../lab/services/elbv2/requestMetrics.ts';
import { Load } from '../../src/cli/demo/load.ts';
import { type History, nowMs, type Side } from './history.ts';

/** Users of one estate, who never stop asking. */
export interface Users {
  /** Resolves when the last answer is in. */
  stop(): Promise<void>;
}

const sideOfService = (service: string): Side => (/-sc\d*$/.test(service) ? 'green' : 'blue');

/** Real requests over HTTP, so many a second; who serves them says so itself. */
export function realUsers(history: History, plan: string, url: string, rate: number): Users {
  const load = new Load({
    url,
    rate,
    onOutcome: ({ ok, result, servedBy, ms }) => {
      const service = servedBy?.split('/')[0];
      const side = service === undefined ? 'nobody' : sideOfService(service);
      history.write({ kind: 'request', at: nowMs() - ms, ms, plan, side, ok, result });
    },
  });
  load.start();
  return { stop: () => load.stop() };
}

/** Lab time between two requests of simulated users. */
const PERIOD_MS = 3_000;

/**
 * Requests of nobody to tasks that are no processes: each is routed as the load balancer would route it at that moment, and counted in
 * CloudWatch as AWS counts it. One that reaches no running task has failed.
 */
export class SimulatedUsers implements Users {
  readonly #lab: Lab;
  readonly #history: History;
  readonly #plan: string;
  readonly #estate: Omit<Estate, 'url'>;
  readonly #isSick: () => boolean;
  readonly #metrics: RequestMetrics;
  readonly #random: Random;
  #turn = 0;
  #isStopped = false;

  /** `isSick`: whether green answers 500. */
  constructor(options: {
    lab: Lab;
    history: History;
    plan: string;
    estate: Omit<Estate, 'url'>;
    isSick: () => boolean;
    seed: number;
  }) {
    this.#lab = options.lab;
    this.#history = options.history;
    this.#plan = options.plan;
    this.#estate = options.estate;
    this.#isSick = options.isSick;
    this.#random = new Random(options.seed);
    this.#metrics = new RequestMetrics({ clock: this.#lab.clock, metrics: this.#lab.aws.services.cloudwatch });
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
  }

  #schedule(): void {
    this.#lab.clock.after(PERIOD_MS, () => {
      if (this.#isStopped) return;
      this.#ask();
      this.#schedule();
    });
  }

  #ask(): void {
    const elbv2 = this.#lab.aws.services['elastic-load-balancing-v2'];
    const decision = elbv2.route(
      this.#estate.listenerArn,
      this.#turn++ % elbv2.nodeCount,
      { method: 'GET', host: this.#plan, path: '/', query: '', headers: {}, cookies: {}, sourceIp: '192.0.2.1' },
      this.#random,
    );
    if (decision.kind !== 'forward') {
      this.#note('nobody', false, decision.kind);
      return;
    }
    const { targetGroupArn, target, targetCount } = decision;
    const where = { loadBalancerArn: this.#estate.loadBalancerArn, targetGroupArn };
    const side = targetGroupArn === this.#estate.targetGroupArn ? 'blue' : 'green';
    this.#metrics.forwarded(where, targetCount);
    const task = this.#lab.simulatedTasks.tasks().find(({ spec }) => spec.ip === target.ip);
    if (task?.state !== 'running') {
      this.#metrics.connectionFailed(where);
      this.#note('nobody', false, `the task of ${side} is ${task?.state ?? 'gone'}`);
      return;
    }
    const status = side === 'green' && this.#isSick() ? 500 : 200;
    this.#metrics.responded(where, status, 0.02);
    this.#note(side, status === 200, String(status));
  }

  #note(side: Side, ok: boolean, result: string): void {
    this.#history.write({ kind: 'request', at: nowMs(), ms: 0, plan: this.#plan, side, ok, result });
  }
}
