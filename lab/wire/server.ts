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

async function answer(dispatch: Dispatch, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const wireRequest = await read(request).catch(() => undefined);
  // The client went away in the middle of its request.
  if (wireRequest === undefined) return;
  try {
    const { status, headers, body } = await dispatch(wireRequest);
    response.writeHead(status, { ...headers, 'content-length': body.byteLength });
    response.end(body);
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    request.socket.destroy();
  }
}

async function read(request: IncomingMessage): Promise<WireRequest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const [path = '/', query = ''] = (request.url ?? '/').split('?');
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers,
    body: Buffer.concat(chunks),
  };
}
