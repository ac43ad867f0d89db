import type http from 'node:http';
import type http2 from 'node:http2';
import net from 'node:net';

/** What a client that speaks HTTP/2 with prior knowledge sends first (RFC 9113, section 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** One port for two protocols: each connection is given to the server whose protocol it begins with. */
export function byPreface(servers: { http1: http.Server; http2: http2.Http2Server }): net.Server {
  return net.createServer((socket) => {
    let begun = Buffer.alloc(0);
    const forget = (): void => void socket.destroy();
    const look = (chunk: Buffer): void => {
      begun = Buffer.concat([begun, chunk]);
      const length = Math.min(begun.length, PREFACE.length);
      const isHttp2 = begun.subarray(0, length).equals(PREFACE.subarray(0, length));
      if (isHttp2 && length < PREFACE.length) return;
      socket.off('data', look);
      socket.off('error', forget);
      socket.pause();
      socket.unshift(begun);
      if (isHttp2) {
        servers.http2.emit('connection', socket);
      } else {
        servers.http1.emit('connection', socket);
        socket.resume();
      }
    };
    socket.on('error', forget);
    socket.on('data', look);
  });
}
