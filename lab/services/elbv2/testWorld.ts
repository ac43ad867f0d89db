import type {
  Action,
  CreateTargetGroupInput,
  Rule,
  RuleCondition,
  TargetHealth,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { SimulatedClock } from '../../clock.ts';
import type { Delays } from '../../delays.ts';
import { NO_DELAYS } from '../../delays.ts';
import { Random } from '../../random.ts';
import type { Address, HealthProbe, MetricSample, ProbeResult } from '../ports.ts';
import { testNetwork } from '../testNetwork.ts';
import { Elbv2Service } from './elbv2Service.ts';
import type { RouteDecision } from './routing.ts';
import type { RoutedRequest } from './routingTable.ts';

/** Targets answer 200 until told otherwise. */
class FakeProbe implements HealthProbe {
  readonly results = new Map<string, ProbeResult | 'broken'>();
  readonly seen: { target: Address; path: string; timeoutMs: number; atMs: number }[] = [];
  readonly #clock: SimulatedClock;

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  async probe(target: Address, path: string, timeoutMs: number): Promise<ProbeResult> {
    this.seen.push({ target, path, timeoutMs, atMs: this.#clock.now() });
    const result = this.results.get(target.ip) ?? { kind: 'response', status: 200 };
    if (result === 'broken') throw new Error('no probe');
    return result;
  }
}

/** An ELBv2 in simulated time; what it throws is thrown. */
export class TestWorld {
  readonly clock = new SimulatedClock();
  readonly probe = new FakeProbe(this.clock);
  readonly samples: MetricSample[] = [];
  readonly elbv2: Elbv2Service;
  readonly random = new Random(7);

  constructor(delays: Partial<Delays> = {}) {
    this.elbv2 = new Elbv2Service({
      clock: this.clock,
      random: new Random(1),
      account: { id: '111122223333', region: 'eu-west-1' },
      delays: { ...NO_DELAYS, ...delays },
      probe: this.probe,
      metrics: { record: (sample) => void this.samples.push(sample) },
      network: testNetwork('eu-west-1'),
    });
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- A test looks into whatever the operation answers.
  call(operation: string, input: object = {}): any {
    const run = this.elbv2.operations[operation];
    if (run === undefined) throw new Error(`no operation ${operation}`);
    return run(input, { requestId: 'test', accessKeyId: 'test' });
  }

  loadBalancer(name = 'shop'): string {
    const answer = this.call('CreateLoadBalancer', { Name: name, Subnets: ['subnet-a', 'subnet-b'] });
    return answer.LoadBalancers[0].LoadBalancerArn;
  }

  group(name: string, settings: Partial<CreateTargetGroupInput> = {}): string {
    const answer = this.call('CreateTargetGroup', {
      Name: name,
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      ...settings,
    });
    return answer.TargetGroups[0].TargetGroupArn;
  }

  listener(loadBalancerArn: string, actions: Action[] = [NOT_FOUND], port = 80): string {
    return this.call('CreateListener', {
      LoadBalancerArn: loadBalancerArn,
      Protocol: 'HTTP',
      Port: port,
      DefaultActions: actions,
    }).Listeners[0].ListenerArn;
  }

  httpsListener(loadBalancerArn: string, actions: Action[]): string {
    return this.call('CreateListener', {
      LoadBalancerArn: loadBalancerArn,
      Protocol: 'HTTPS',
      Port: 443,
      Certificates: [{ CertificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1' }],
      DefaultActions: actions,
    }).Listeners[0].ListenerArn;
  }

  rule(listenerArn: string, actions: Action[], priority = 10, conditions: RuleCondition[] = [path('/*')]): string {
    return this.call('CreateRule', {
      ListenerArn: listenerArn,
      Priority: priority,
      Conditions: conditions,
      Actions: actions,
    }).Rules[0].RuleArn;
  }

  register(targetGroupArn: string, ...ips: string[]): void {
    for (const ip of ips) this.elbv2.register(targetGroupArn, { ip, port: 8080 });
  }

  health(targetGroupArn: string): Record<string, TargetHealth> {
    const answer = this.call('DescribeTargetHealth', { TargetGroupArn: targetGroupArn });
    // oxlint-disable-next-line typescript/no-explicit-any -- As above.
    return Object.fromEntries(answer.TargetHealthDescriptions.map((each: any) => [each.Target.Id, each.TargetHealth]));
  }

  describeRule(ruleArn: string): Rule {
    return this.call('DescribeRules', { RuleArns: [ruleArn] }).Rules[0];
  }

  route(listenerArn: string, request: Partial<RoutedRequest> = {}, node = 0): RouteDecision {
    return this.elbv2.route(
      listenerArn,
      node,
      {
        method: 'GET',
        host: 'shop.example.com',
        path: '/',
        query: '',
        headers: {},
        cookies: {},
        sourceIp: '127.0.0.1',
        ...request,
      },
      this.random,
    );
  }

  /** How many of `count` requests each target group got; those that got none are under their decision's kind. */
  share(listenerArn: string, count = 1000, node = 0): Record<string, number> {
    const shares: Record<string, number> = {};
    for (let index = 0; index < count; index += 1) {
      const decision = this.route(listenerArn, {}, node);
      const key = decision.kind === 'forward' ? decision.targetGroupArn : decision.kind;
      shares[key] = (shares[key] ?? 0) + 1;
    }
    return shares;
  }
}

export const NOT_FOUND: Action = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } };

export function path(...values: string[]): RuleCondition {
  return { Field: 'path-pattern', PathPatternConfig: { Values: values } };
}

export function weighted(weights: Record<string, number | undefined>, stickySeconds?: number): Action {
  return {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
      ...(stickySeconds === undefined
        ? {}
        : { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: stickySeconds } }),
    },
  };
}

/** The cookies that a browser would send back after this decision. */
export function cookiesOf(decision: RouteDecision): Record<string, string> {
  if (decision.kind !== 'forward') return {};
  return Object.fromEntries(
    decision.setCookies.map((cookie) => {
      const [pair = ''] = cookie.split(';');
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
