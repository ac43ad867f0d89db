import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ConnectionLost, type Dispatch, type WireRequest } from './message.ts';

export interface WireServer {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  endpoint: string;
  /** Drops every connection and frees the port. */
  close(): Promise<void>;
}

/** Serves `dispatch` over HTTP on loopback, never elsewhere. Port 0 takes a free one. */
export async function startWireServer(options: {
  dispatch: Dispatch;
  port?: number;
  log: (message: string) => void;
}): Promise<WireServer> {
  const server = createServer((request, response) => {
    void answer(options.dispatch, request, response).catch((error: unknown) => {
      options.log(`lab: fault: ${error instanceof Error ? error.stack : String(error)}`);
      request.socket.destroy();
    });
  });
  // Clients keep connections; closing an idle one just as a client uses it would look like a fault of AWS.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the lab’s server has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** DynamoDB takes requests of 16 MiB, and nobody takes larger ones. */
const BODY_MAX_BYTES = 16 * 2 ** 20;

async function answer(dispatch: Dispatch, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const wireRequest = await read(request).catch((error: unknown) => (error instanceof TooLarge ? error : undefined));
  // The client went away in the middle of its request.
  if (wireRequest === undefined) return;
  if (wireRequest instanceof TooLarge) {
    response.writeHead(413, { connection: 'close', 'content-type': 'application/json' });
    response.end(JSON.stringify({ __type: 'RequestEntityTooLargeException', message: wireRequest.message }));
    return;
  }
  try {
    const { status, headers, body } = await dispatch(wireRequest);
    response.writeHead(status, { ...headers, 'content-length': body.byteLength });
    response.end(body);
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    request.socket.destroy();
  }
}

class TooLarge extends Error {
  constructor() {
    super(`lab: the request has more than ${BODY_MAX_BYTES} bytes; nothing was done.`);
  }
}

async function read(request: IncomingMessage): Promise<WireRequest> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.byteLength;
    if (bytes > BODY_MAX_BYTES) throw new TooLarge();
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const url = request.url ?? '/';
  const end = url.includes('?') ? url.indexOf('?') : url.length;
  return {
    method: request.method ?? 'GET',
    path: url.slice(0, end),
    query: new URLSearchParams(url.slice(end + 1)),
    headers,
    body: Buffer.concat(chunks),
  };
}
