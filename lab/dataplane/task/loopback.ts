import http from 'node:http';
import net from 'node:net';

/** `net` as it was before the task's network took it over: the proxy's own connections go this way. */
// oxlint-disable-next-line typescript/unbound-method -- Applied with the socket as `this`.
export const originalConnect = net.Socket.prototype.connect;
// oxlint-disable-next-line typescript/unbound-method -- Applied with the server as `this`.
export const originalListen = net.Server.prototype.listen;

/** How long a server keeps an idle connection: longer than any agent does, so that the client is the one who closes. */
const SERVER_IDLE_MS = 75_000;
const AGENT_IDLE_MS = 30_000;

/** A pool of kept-alive connections to real ports on 127.0.0.1. */
export class LoopbackAgent extends http.Agent {
  constructor() {
    super({ keepAlive: true, timeout: AGENT_IDLE_MS, scheduling: 'lifo' });
  }

  override createConnection(options: { port?: number | string | null }): net.Socket {
    const socket = new net.Socket();
    socket.setNoDelay(true);
    Reflect.apply(originalConnect, socket, [{ host: '127.0.0.1', port: Number(options.port) }]);
    return socket;
  }
}

/** Starts a proxy's server on a free port of 127.0.0.1 and answers the port. It never keeps the process alive. */
export function listenOnLoopback(server: http.Server): Promise<number> {
  server.keepAliveTimeout = SERVER_IDLE_MS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.unref();
      resolve((server.address() as net.AddressInfo).port);
    });
    Reflect.apply(originalListen, server, [0, '127.0.0.1']);
  });
}
