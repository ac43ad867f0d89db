import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ScaledClock } from '../clock.ts';
import { NO_DELAYS } from '../delays.ts';
import { Random } from '../random.ts';
import { Elbv2Service } from '../services/elbv2/elbv2Service.ts';
import { testNetwork } from '../services/testNetwork.ts';
import type { MetricSample } from '../services/ports.ts';
import { Addresses } from './addresses.ts';
import { AlbPlane, type AlbUrl } from './albPlane.ts';
import { HttpProbe } from './httpProbe.ts';

/** A server behind the load balancer. */
export interface TestTarget {
  ip: string;
  seen: http.IncomingMessage[];
  sockets: Set<Socket>;
  /** What it answers to anything but `/health`. */
  handler: http.RequestListener;
  /** The status of `/health`. */
  health: number;
  server: http.Server;
}

export interface TestAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

/** A load balancer with real sockets on both sides; close it. Lab time runs 30 times as fast. */
export class AlbTestWorld {
  readonly clock = new ScaledClock({ labOriginMs: Date.now(), realOriginMs: Date.now(), factor: 30 });
  readonly addresses = new Addresses();
  readonly probe = new HttpProbe({ addresses: this.addresses, clock: this.clock });
  readonly samples: MetricSample[] = [];
  /** What the plane told of, in order. */
  readonly listening: AlbUrl[] = [];
  readonly elbv2: Elbv2Service;
  readonly plane: AlbPlane;
  readonly loadBalancerArn: string;
  readonly agent = new http.Agent({ keepAlive: true });
  #targets: TestTarget[] = [];

  constructor() {
    const metrics = { record: (sample: MetricSample) => void this.samples.push(sample) };
    const { clock, probe, addresses } = this;
    this.elbv2 = new Elbv2Service({
      clock,
      random: new Random(1),
      account: { id: '111122223333', region: 'eu-west-1' },
      delays: NO_DELAYS,
      probe,
      metrics,
      network: testNetwork('eu-west-1'),
    });
    this.plane = new AlbPlane({
      elbv2: this.elbv2,
      clock,
      random: new Random(2),
      addresses,
      metrics,
      log: { debug: () => {}, warn: () => {} },
      onListening: (listener) => void this.listening.push(listener),
    });
    this.loadBalancerArn = this.call('CreateLoadBalancer', {
      Name: 'shop',
      Subnets: ['subnet-a', 'subnet-b'],
    }).LoadBalancers[0].LoadBalancerArn;
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- A test looks into whatever the operation answers.
  call(operation: string, input: object): any {
    return this.elbv2.operations[operation]?.(input, { requestId: 'test', accessKeyId: 'test' });
  }

  group(name: string, settings: object = {}): string {
    return this.call('CreateTargetGroup', {
      Name: name,
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      ...settings,
    }).TargetGroups[0].TargetGroupArn;
  }

  /** Resolves to the listener's ARN once it takes connections. */
  async listener(action: Action, port = 80, protocol: 'HTTP' | 'HTTPS' = 'HTTP'): Promise<string> {
    const answer = this.call('CreateListener', {
      LoadBalancerArn: this.loadBalancerArn,
      Protocol: protocol,
      ...(protocol === 'HTTPS' ? { Certificates: [{ CertificateArn: 'arn:aws:acm:eu-west-1:1:certificate/1' }] } : {}),
      Port: port,
      DefaultActions: [action],
    });
    await this.plane.settled();
    return answer.Listeners[0].ListenerArn;
  }

  shift(listenerArn: string, action: Action): void {
    this.call('ModifyListener', { ListenerArn: listenerArn, DefaultActions: [action] });
  }

  idleTimeout(seconds: number): void {
    this.call('ModifyLoadBalancerAttributes', {
      LoadBalancerArn: this.loadBalancerArn,
      Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: String(seconds) }],
    });
  }

  /** Starts a target that answers 200 with its own IP. Registered where a group is given. */
  async target(ip: string, targetGroupArn?: string): Promise<TestTarget> {
    const target: TestTarget = {
      ip,
      seen: [],
      sockets: new Set(),
      handler: (_request, response) => void response.end(ip),
      health: 200,
      server: http.createServer((request, response) => {
        if (request.url === '/health') {
          response.writeHead(target.health).end();
          return;
        }
        target.seen.push(request);
        target.handler(request, response);
      }),
    };
    target.server.on('connection', (socket) => {
      target.sockets.add(socket);
      socket.on('close', () => target.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => target.server.listen(0, '127.0.0.1', resolve));
    this.addresses.set(ip, 8080, (target.server.address() as AddressInfo).port);
    this.#targets.push(target);
    if (targetGroupArn !== undefined) this.elbv2.register(targetGroupArn, { ip, port: 8080 });
    return target;
  }

  url(listenerArn: string): string {
    const found = this.plane.urls().find((each) => each.listenerArn === listenerArn);
    if (found === undefined) throw new Error(`nothing serves ${listenerArn}`);
    return found.url;
  }

  /** Begins a request, whose body the caller ends; `fetch` would hide what happens to the connection. */
  begin(
    listenerArn: string,
    options: http.RequestOptions = {},
  ): { request: http.ClientRequest; answer: Promise<TestAnswer> } {
    const request = http.request(this.url(listenerArn), { agent: this.agent, ...options });
    const answer = new Promise<TestAnswer>((resolve, reject) => {
      request.on('error', reject);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
    });
    return { request, answer };
  }

  get(listenerArn: string, path = '/', headers: http.OutgoingHttpHeaders = {}): Promise<TestAnswer> {
    const { request, answer } = this.begin(listenerArn, { path, headers });
    request.end();
    return answer;
  }

  /** How often each text was answered. */
  async share(listenerArn: string, count: number): Promise<Record<string, number>> {
    const shares: Record<string, number> = {};
    for (let index = 0; index < count; index += 1) {
      const { text, status } = await this.get(listenerArn);
      const key = status === 200 ? text : String(status);
      shares[key] = (shares[key] ?? 0) + 1;
    }
    return shares;
  }

  health(targetGroupArn: string, target: Pick<TestTarget, 'ip'>): string {
    return this.elbv2.health(targetGroupArn, { ip: target.ip, port: 8080 });
  }

  /** The sum of a metric over every dimension set that names exactly these dimensions. */
  sum(name: string, ...dimensionNames: string[]): number {
    this.plane.flushMetrics();
    return this.samples
      .filter((sample) => sample.name === name && Object.keys(sample.dimensions).join() === dimensionNames.join())
      .reduce((total, sample) => total + sample.value * (sample.count ?? 1), 0);
  }

  async close(): Promise<void> {
    this.agent.destroy();
    await this.plane.close();
    for (const { server } of this.#targets) {
      server.close();
      server.closeAllConnections();
    }
  }
}

export function weights(tuples: Record<string, number>, stickySeconds?: number): Action {
  return {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: Object.entries(tuples).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
      ...(stickySeconds === undefined
        ? {}
        : { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: stickySeconds } }),
    },
  };
}
