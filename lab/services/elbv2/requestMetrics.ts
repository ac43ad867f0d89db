import type { Clock, Timer } from '../../clock.ts';
import type { MetricSample, MetricSink } from '../ports.ts';
import { loadBalancerDimension, targetGroupDimension } from './context.ts';

const NAMESPACE = 'AWS/ApplicationELB';
const MINUTE_MS = 60_000;
/** How long counts are gathered before they are published; lab time. */
const FLUSH_MS = 5_000;

/** Where a forwarded request went. */
export interface Forwarded {
  loadBalancerArn: string;
  targetGroupArn: string;
}

/**
 * Counts requests as an Application Load Balancer does (§8.3): sparse, so that nothing is published without traffic and no counter
 * that is zero; each count a value of 1, so that Minimum, Maximum and Average of a counter are 1. Equal values are gathered for
 * a few seconds and published as one sample with a `count`, never across a minute's end.
 */
export class RequestMetrics {
  readonly #clock: Clock;
  readonly #metrics: MetricSink;
  readonly #pending = new Map<string, MetricSample & { count: number }>();
  #timer: Timer | undefined;
  #minute = 0;

  constructor({ clock, metrics }: { clock: Clock; metrics: MetricSink }) {
    this.#clock = clock;
    this.#metrics = metrics;
  }

  /** A target was chosen among `targetCount`: what RequestCount counts. A request without a target is not in it. */
  forwarded(where: Forwarded, targetCount: number): void {
    this.#count('RequestCount', where.loadBalancerArn);
    this.#count('RequestCount', where.loadBalancerArn, where.targetGroupArn);
    const share = 1 / targetCount;
    this.#count('RequestCountPerTarget', undefined, where.targetGroupArn, share);
    this.#count('RequestCountPerTarget', where.loadBalancerArn, where.targetGroupArn, share);
  }

  /** The target's answer began after `seconds`, in the time of whoever serves: no clock makes a request faster. */
  responded(where: Forwarded, status: number, seconds: number): void {
    const name = `HTTPCode_Target_${Math.floor(status / 100)}XX_Count`;
    const rounded = Number(seconds.toPrecision(3));
    for (const loadBalancerOnly of [true, false]) {
      const group = loadBalancerOnly ? undefined : where.targetGroupArn;
      if (status >= 200) this.#count(name, where.loadBalancerArn, group);
      this.#count('TargetResponseTime', where.loadBalancerArn, group, rounded);
    }
  }

  /** No connection to the target, or it broke before the answer began. */
  connectionFailed(where: Forwarded): void {
    this.#count('TargetConnectionErrorCount', where.loadBalancerArn);
    this.#count('TargetConnectionErrorCount', where.loadBalancerArn, where.targetGroupArn);
  }

  /** The load balancer made the answer itself: an error of its own, a redirect, or a fixed response. */
  answered(loadBalancerArn: string, kind: 'error' | 'redirect' | 'fixedResponse', status: number): void {
    switch (kind) {
      case 'error':
        this.#count(`HTTPCode_ELB_${Math.floor(status / 100)}XX_Count`, loadBalancerArn);
        if (status >= 500) this.#count(`HTTPCode_ELB_${status}_Count`, loadBalancerArn);
        return;
      case 'redirect':
        this.#count('HTTP_Redirect_Count', loadBalancerArn);
        return;
      case 'fixedResponse':
        this.#count('HTTP_Fixed_Response_Count', loadBalancerArn);
    }
  }

  /** Publishes what has been gathered. Runs by itself; call it before reading the metrics in a test. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const sample of this.#pending.values()) this.#metrics.record(sample);
    this.#pending.clear();
  }

  #count(name: string, loadBalancerArn: string | undefined, targetGroupArn?: string, value = 1): void {
    const atMs = this.#clock.now();
    const minute = Math.floor(atMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.flush();
      this.#minute = minute;
    }
    const key = `${name} ${loadBalancerArn ?? ''} ${targetGroupArn ?? ''} ${value}`;
    const present = this.#pending.get(key);
    if (present !== undefined) {
      present.count += 1;
      return;
    }
    this.#pending.set(key, {
      namespace: NAMESPACE,
      name,
      dimensions: {
        ...(loadBalancerArn === undefined ? {} : { LoadBalancer: loadBalancerDimension(loadBalancerArn) }),
        ...(targetGroupArn === undefined ? {} : { TargetGroup: targetGroupDimension(targetGroupArn) }),
      },
      value,
      atMs,
      count: 1,
    });
    this.#timer ??= this.#clock.after(FLUSH_MS, () => this.flush());
  }
}
