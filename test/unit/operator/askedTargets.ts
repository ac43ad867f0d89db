import { Random } from '../../../lab/random.ts';
import type { SimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import type { Ask } from '../../../src/aws/probes/ask.ts';
import type { ProbeAnswer } from '../../../src/machines/gates/probeAnswer.ts';

/** One side's answer to whoever asks. */
export interface TargetAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A probe as it came to a target. */
export interface AskedRequest {
  side: 'blue' | 'green';
  /** Of the listener by which it came. */
  port: number;
  host: string;
  /** With the service whose health is asked for. */
  path: string;
}

/** Answers probes as the load balancer and the tasks behind it would at that moment. */
export class AskedTargets {
  /** What each side answers; a test says otherwise. */
  readonly answers: Record<'blue' | 'green', TargetAnswer> = { blue: healthy(), green: healthy() };
  /** What each side answers to the question for gRPC health. */
  readonly health: Record<'blue' | 'green', ProbeAnswer> = { blue: SERVING, green: SERVING };
  /** Why nobody reaches the load balancer; `undefined` where everybody does. */
  unreachable: string | undefined;
  readonly asked: AskedRequest[] = [];
  readonly #simulated: SimulatedAws;
  readonly #edge: { targetGroupArn: string };
  readonly #random = new Random(11);

  constructor(simulated: SimulatedAws, edge: { targetGroupArn: string }) {
    this.#simulated = simulated;
    this.#edge = edge;
  }

  readonly ask: Ask = async (url, { host, path, headers, grpcService }) => {
    if (this.unreachable !== undefined) return { kind: 'notReached', why: this.unreachable };
    const [bare = '', query = ''] = path.split('?');
    const elbv2 = this.#simulated.aws.services['elastic-load-balancing-v2'];
    const { protocol, port, hostname } = new URL(url);
    const wanted = Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port);
    const listener = elbv2.listeners().find((one) => one.port === wanted);
    if (listener === undefined) return { kind: 'notReached', why: `nobody listens at ${url}` };
    const decision = elbv2.route(
      listener.listenerArn,
      0,
      {
        method: grpcService === undefined ? 'GET' : 'POST',
        host: host ?? hostname,
        path: bare,
        query,
        headers: { ...headers },
        cookies: {},
        sourceIp: '192.0.2.9',
      },
      this.#random,
    );
    if (decision.kind !== 'forward') {
      return { kind: 'answered', status: 503, headers: {}, body: JSON.stringify(decision), isWhole: true };
    }
    const { target, targetGroupArn } = decision;
    const task = this.#simulated.tasks.tasks().find(({ spec }) => spec.ip === target.ip);
    if (task?.state !== 'running') return { kind: 'answered', status: 502, headers: {}, body: '', isWhole: true };
    const isGrpc = grpcService !== undefined;
    if (isGrpc !== (decision.protocolVersion === 'GRPC') || (isGrpc && protocol !== 'https:')) {
      return { kind: 'answered', status: 464, headers: {}, body: '', isWhole: true };
    }
    const side = targetGroupArn === this.#edge.targetGroupArn ? 'blue' : 'green';
    this.asked.push({ side, port: wanted, host: host ?? '', path: isGrpc ? `${path} ${grpcService}`.trimEnd() : path });
    if (isGrpc) return this.health[side];
    return { kind: 'answered', ...this.answers[side], isWhole: true };
  };
}

const SERVING: ProbeAnswer = { kind: 'health', status: 1 };

const healthy = (): TargetAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ status: 'ok', checks: [{ name: 'table', up: true }] }),
});
