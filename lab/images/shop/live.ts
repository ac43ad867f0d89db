import { createHash } from 'node:crypto';
import type http from 'node:http';
import type { Duplex } from 'node:stream';

/** What RFC 6455 has a server add to the client's key. */
const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TELL_MS = 100;
const TEXT = 0x81;
const CLOSE_GOING_AWAY = Buffer.from([0x88, 0x02, 0x03, 0xe9]);

const open = new Set<Duplex>();

/** Answers a WebSocket's handshake, and then says ten times a second who serves it. What the client says is not listened to. */
export function live(request: http.IncomingMessage, socket: Duplex, name: string): void {
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key'] ?? ''}${KEY_SUFFIX}`)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  const text = Buffer.from(name);
  const timer = setInterval(() => socket.write(Buffer.concat([Buffer.from([TEXT, text.length]), text])), TELL_MS);
  open.add(socket);
  socket.resume();
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.on('close', () => {
    clearInterval(timer);
    open.delete(socket);
  });
}

/** Tells every open WebSocket that the server goes away (1001), and ends it. */
export function closeLive(): void {
  for (const socket of open) socket.end(CLOSE_GOING_AWAY);
}
