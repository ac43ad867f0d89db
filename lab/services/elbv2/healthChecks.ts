import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clock } from '../../clock.ts';
import type { HealthProbe, ProbeResult } from '../ports.ts';
import { matchesCode } from './matcher.ts';
import type { TargetGroupRecord, TargetRecord } from './store.ts';

/** From registration to the first health check; lab time. */
const REGISTRATION_MS = 1_000;

/**
 * Probes the targets of every group in use, each every `HealthCheckIntervalSeconds`, and moves their state (row L21). Where a probe
 * takes longer than the interval the next one follows it at once; a target never has two under way.
 */
export class HealthChecks {
  readonly #clock: Clock;
  readonly #probe: HealthProbe;

  constructor({ clock, probe }: { clock: Clock; probe: HealthProbe }) {
    this.#clock = clock;
    this.#probe = probe;
  }

  /** Begins anew: `initial`, whatever the target was before. A draining target is left alone. */
  start(group: TargetGroupRecord, target: TargetRecord): void {
    if (target.state === 'draining') return;
    this.stop(target);
    become(target, 'initial', 'Elb.RegistrationInProgress', 'Target registration is in progress');
    target.successes = 0;
    target.failures = 0;
    target.timer = this.#clock.after(REGISTRATION_MS, () => {
      become(target, 'initial', 'Elb.InitialHealthChecking', 'Initial health checks in progress');
      this.#check(group, target, target.run);
    });
  }

  /** No further check; an answer that is still under way is dropped. The end of a drain is not touched. */
  stop(target: TargetRecord): void {
    if (target.state === 'draining') return;
    target.timer?.cancel();
    target.timer = undefined;
    target.run = {};
  }

  #check(group: TargetGroupRecord, target: TargetRecord, run: object): void {
    const settings = group.healthCheck;
    const startedMs = this.#clock.now();
    const address = {
      ip: target.ip,
      port: settings.HealthCheckPort === 'traffic-port' ? target.port : Number(settings.HealthCheckPort),
    };
    const done = (result: ProbeResult | { kind: 'broken' }) => {
      if (target.run !== run) return;
      observe(group, target, result);
      const nextMs = startedMs + settings.HealthCheckIntervalSeconds * 1000 - this.#clock.now();
      target.timer = this.#clock.after(Math.max(0, nextMs), () => this.#check(group, target, run));
    };
    this.#probe
      .probe(address, settings.HealthCheckPath, settings.HealthCheckTimeoutSeconds * 1000, group.protocolVersion)
      .then(done, () => done({ kind: 'broken' }));
  }
}

/** One passing check makes a new target healthy; thresholds count from then on (row L21). */
function observe(group: TargetGroupRecord, target: TargetRecord, result: ProbeResult | { kind: 'broken' }): void {
  const failure = failureOf(group, result);
  if (failure === undefined) {
    target.successes += 1;
    target.failures = 0;
    const needed = target.state === 'initial' ? 1 : group.healthCheck.HealthyThresholdCount;
    if (target.successes >= needed) become(target, 'healthy');
    return;
  }
  target.failures += 1;
  target.successes = 0;
  if (target.state === 'unhealthy' || target.failures >= group.healthCheck.UnhealthyThresholdCount) {
    become(target, 'unhealthy', failure.Reason, failure.Description);
  }
}

function failureOf(
  group: TargetGroupRecord,
  result: ProbeResult | { kind: 'broken' },
): Pick<TargetHealth, 'Reason' | 'Description'> | undefined {
  const { HttpCode = '200', GrpcCode = '12' } = group.healthCheck.Matcher;
  switch (result.kind) {
    case 'response':
      return matchesCode(HttpCode, result.status) ? undefined : mismatch(result.status);
    case 'grpc':
      return matchesCode(GrpcCode, result.code) ? undefined : mismatch(result.code);
    case 'timeout':
      return { Reason: 'Target.Timeout', Description: 'Request timed out' };
    case 'refused':
      return { Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' };
    case 'broken':
      return { Reason: 'Elb.InternalError', Description: 'Health checks failed due to an internal error' };
  }
}

const mismatch = (code: number): Pick<TargetHealth, 'Reason' | 'Description'> => ({
  Reason: 'Target.ResponseCodeMismatch',
  Description: `Health checks failed with these codes: [${code}]`,
});

function become(
  target: TargetRecord,
  state: TargetRecord['state'],
  reason?: TargetRecord['reason'],
  description?: string,
): void {
  target.state = state;
  target.reason = reason;
  target.description = description;
}
