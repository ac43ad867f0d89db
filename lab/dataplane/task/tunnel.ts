import http from 'node:http';
import type { Duplex } from 'node:stream';

/** How a request for another protocol went; each happens at most once, and one of them does. */
export interface TunnelEvents {
  /** The upstream's status has come: 101, or why it does not change the protocol. */
  responded(status: number): void;
  /** There was no answer. Nothing has been said to the client. */
  failed(why: string): void;
}

/**
 * Passes a request on that asks for another protocol, such as WebSocket, and then every byte in both directions until one side
 * ends. `headers` and `setCookies` are what the upstream and the client are told beside the upgrade itself.
 */
export function tunnel(
  request: http.IncomingMessage,
  client: Duplex,
  head: Buffer,
  upstream: { agent: http.Agent | false; port: number; headers: readonly string[]; setCookies: readonly string[] },
  events: TunnelEvents,
): void {
  const outgoing = http.request({
    agent: upstream.agent,
    host: '127.0.0.1',
    port: upstream.port,
    method: request.method,
    path: request.url,
    headers: [...upstream.headers, 'Connection', 'Upgrade', 'Upgrade', request.headers.upgrade ?? ''],
  });
  client.on('error', () => outgoing.destroy());
  client.on('close', () => outgoing.destroy());
  outgoing.on('error', (error) => events.failed(error.message));
  outgoing.on('upgrade', (response, socket, rest) => {
    events.responded(101);
    client.write(headOf(response, upstream.setCookies));
    client.write(rest);
    socket.write(head);
    socket.on('error', () => client.destroy());
    socket.on('close', () => client.destroy());
    client.on('close', () => socket.destroy());
    socket.pipe(client).pipe(socket);
  });
  outgoing.on('response', (response) => {
    events.responded(response.statusCode ?? 502);
    client.write(headOf(response, upstream.setCookies));
    response.pipe(client);
  });
  outgoing.end();
}

function headOf(response: http.IncomingMessage, setCookies: readonly string[]): string {
  const lines = [`HTTP/1.1 ${response.statusCode} ${response.statusMessage}`];
  for (let index = 0; index + 1 < response.rawHeaders.length; index += 2) {
    lines.push(`${response.rawHeaders[index]}: ${response.rawHeaders[index + 1]}`);
  }
  for (const cookie of setCookies) lines.push(`Set-Cookie: ${cookie}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
