import http from 'node:http';
import type { ScaledClock } from '../clock.ts';
import type { Address, HealthProbe, ProbeResult } from '../services/ports.ts';
import type { Addresses } from './addresses.ts';
import { grpcProbe } from './grpcProbe.ts';

/** Real time. No health check is stricter than this, however fast lab time runs. */
const TIMEOUT_MS_MIN = 250;

/** Health checks as real HTTP requests, each on a connection of its own; only the status line is waited for. */
export class HttpProbe implements HealthProbe {
  readonly #addresses: Addresses;
  readonly #clock: ScaledClock;

  constructor({ addresses, clock }: { addresses: Addresses; clock: ScaledClock }) {
    this.#addresses = addresses;
    this.#clock = clock;
  }

  /** `timeoutMs` is lab time, for the whole of connecting and answering; at least 250 ms of real time. Never rejects. */
  probe(target: Address, path: string, timeoutMs: number, protocolVersion = 'HTTP1'): Promise<ProbeResult> {
    const port = this.#addresses.find(target.ip, target.port);
    if (port === undefined) return Promise.resolve({ kind: 'refused' });
    const authority = `${target.ip}:${target.port}`;
    const realTimeoutMs = Math.max(TIMEOUT_MS_MIN, timeoutMs / this.#clock.scale.factor);
    if (protocolVersion === 'GRPC') return grpcProbe(port, { authority, path, timeoutMs: realTimeoutMs });
    return new Promise((resolve) => {
      const request = http.get({
        agent: false,
        host: '127.0.0.1',
        port,
        path,
        headers: { host: authority, 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' },
      });
      const timer = setTimeout(() => done({ kind: 'timeout' }), realTimeoutMs);
      const done = (result: ProbeResult) => {
        clearTimeout(timer);
        resolve(result);
        request.destroy();
      };
      request.on('response', (response) => {
        response.on('error', () => {});
        done({ kind: 'response', status: response.statusCode ?? 0 });
      });
      request.on('error', () => done({ kind: 'refused' }));
    });
  }
}
