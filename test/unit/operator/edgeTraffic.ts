import type { Clock } from '../../../lab/clock.ts';
import { Random } from '../../../lab/random.ts';
import { RequestMetrics } from '../../../lab/services/elbv2/requestMetrics.ts';
import type { TaskMesh } from '../../../lab/services/ports.ts';
import type { SimulatedAws } from '../../../lab/simulated/simulatedAws.ts';

const PERIOD_MS = 1_000;

/** What became of users' requests since the world began. */
export interface Tally {
  blue: number;
  green: number;
  failed: string[];
}

/**
 * Users: one request a second, by turns to each node of the load balancer, routed as the load balancer would route it at that
 * moment, and counted in CloudWatch as AWS counts it. A request that reaches no running task has failed.
 */
export class EdgeTraffic {
  readonly tally: Tally = { blue: 0, green: 0, failed: [] };
  /** The status that green answers users with; 200 unless a test says otherwise. */
  greenStatus = 200;
  /** Every so-manieth request of a side is answered 500; 0 fails none. */
  readonly failEvery = { blue: 0, green: 0 };
  /** How long each side takes to answer. */
  readonly seconds = { blue: 0.02, green: 0.02 };
  /** What others answer green's frontend, by the class of the status. */
  insideStatus: '2XX' | '5XX' = '2XX';
  /** Nobody asks. */
  isQuiet = false;
  /** Whether CloudWatch gets to hear of what is served; true unless a test says otherwise. */
  isCounted = true;
  readonly #clock: Clock;
  readonly #simulated: SimulatedAws;
  readonly #listenerArn: string;
  readonly #loadBalancerArn: string;
  readonly #blueTargetGroupArn: string;
  readonly #metrics: RequestMetrics;
  readonly #random = new Random(7);
  #turn = 0;

  constructor(options: {
    clock: Clock;
    simulated: SimulatedAws;
    listenerArn: string;
    loadBalancerArn: string;
    blueTargetGroupArn: string;
  }) {
    this.#clock = options.clock;
    this.#simulated = options.simulated;
    this.#listenerArn = options.listenerArn;
    this.#loadBalancerArn = options.loadBalancerArn;
    this.#blueTargetGroupArn = options.blueTargetGroupArn;
    this.#metrics = new RequestMetrics({ clock: options.clock, metrics: options.simulated.aws.services.cloudwatch });
    this.#schedule();
  }

  #schedule(): void {
    this.#clock.after(PERIOD_MS, () => {
      if (!this.isQuiet) this.#request();
      this.#schedule();
    });
  }

  #request(): void {
    const elbv2 = this.#simulated.aws.services['elastic-load-balancing-v2'];
    const decision = elbv2.route(
      this.#listenerArn,
      this.#turn++ % elbv2.nodeCount,
      { method: 'GET', host: 'shop', path: '/', query: '', headers: {}, cookies: {}, sourceIp: '192.0.2.1' },
      this.#random,
    );
    const at = new Date(this.#clock.now()).toISOString();
    if (decision.kind !== 'forward') {
      this.tally.failed.push(`${at} ${JSON.stringify(decision)}`);
      return;
    }
    const { targetGroupArn, target, targetCount } = decision;
    const where = { loadBalancerArn: this.#loadBalancerArn, targetGroupArn };
    if (this.isCounted) this.#metrics.forwarded(where, targetCount);
    const task = this.#simulated.tasks.tasks().find(({ spec }) => spec.ip === target.ip);
    if (task?.state !== 'running') {
      if (this.isCounted) this.#metrics.connectionFailed(where);
      this.tally.failed.push(`${at} ${targetGroupArn} ${target.ip} is ${task?.state ?? 'gone'}`);
      return;
    }
    const side = targetGroupArn === this.#blueTargetGroupArn ? 'blue' : 'green';
    this.tally[side] += 1;
    if (this.isCounted) this.#metrics.responded(where, this.#statusOf(side), this.seconds[side]);
    const { mesh } = task.spec;
    if (this.isCounted && mesh.kind === 'serviceConnect') this.#callOthers(mesh);
  }

  #statusOf(side: 'blue' | 'green'): number {
    const isToFail = this.failEvery[side] > 0 && this.tally[side] % this.failEvery[side] === 0;
    if (isToFail) return 500;
    return side === 'blue' ? 200 : this.greenStatus;
  }

  /** The sample application calls each of the others once a request; counted as the client's proxy counts it. */
  #callOthers({ clusterName, serviceName, endpoints }: Extract<TaskMesh, { kind: 'serviceConnect' }>): void {
    for (const { discoveryName } of endpoints) {
      this.#simulated.aws.services.cloudwatch.record({
        namespace: 'AWS/ECS',
        name: `HTTPCode_Target_${this.insideStatus}_Count`,
        dimensions: { TargetDiscoveryName: discoveryName, ServiceName: serviceName, ClusterName: clusterName },
        value: 1,
        atMs: this.#clock.now(),
      });
    }
  }
}
