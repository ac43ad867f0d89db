import http2 from 'node:http2';
import type { ProbeResult } from '../services/ports.ts';

/** An empty message, framed: what a health check of a gRPC target group calls any method with. */
const EMPTY_MESSAGE = Buffer.alloc(5);

/** A health check of a gRPC target group (row L35), over a connection of its own; the code that ends the call counts. Never rejects. */
export function grpcProbe(
  port: number,
  { authority, path, timeoutMs }: { authority: string; path: string; timeoutMs: number },
): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const session = http2.connect(`http://127.0.0.1:${port}`);
    const timer = setTimeout(() => done({ kind: 'timeout' }), timeoutMs);
    const done = (result: ProbeResult): void => {
      clearTimeout(timer);
      resolve(result);
      session.destroy();
    };
    const end = (headers: http2.IncomingHttpHeaders): void => {
      const code = headers['grpc-status'];
      if (code !== undefined) done({ kind: 'grpc', code: Number(code) });
    };
    session.on('error', () => done({ kind: 'refused' }));
    const call = session.request({
      ':method': 'POST',
      ':path': path,
      ':authority': authority,
      'content-type': 'application/grpc',
      'user-agent': 'ELB-HealthChecker/2.0',
      te: 'trailers',
    });
    call.on('response', end);
    call.on('trailers', end);
    call.on('error', () => done({ kind: 'refused' }));
    // An answer without a code is none of gRPC's.
    call.on('close', () => done({ kind: 'refused' }));
    call.resume();
    call.end(EMPTY_MESSAGE);
  });
}
