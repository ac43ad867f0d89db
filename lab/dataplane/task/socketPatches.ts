import net from 'node:net';
import { originalConnect, originalListen } from './loopback.ts';

/** What the application's sockets ask of the task's network. */
export interface TaskNetwork {
  /** Where connections to other hosts go: the outbound proxy, on 127.0.0.1. */
  proxyPort: number;
  /** The real port of a container port of this task, on 127.0.0.1; `undefined` where none of its containers listens. */
  ownPort(containerPort: number): number | undefined;
  /** Whether this host has an address at all. */
  resolves(host: string, port: number): Promise<boolean>;
  /** For protocols that the proxy does not read: where to connect instead, or `refused`. */
  byteStream(host: string, port: number): number | 'refused' | undefined;
  listening(server: net.Server, containerPort: number, applicationPort: number): void;
  closed(containerPort: number): void;
}

interface ConnectOptions {
  host?: string;
  port?: number | string;
  /** Agents say `null` where there is none. */
  path?: string | null;
  lookup?: unknown;
}

/**
 * Makes 127.0.0.1 look like a task's network namespace: what listens on a container port really listens on a free port, and
 * what connects elsewhere connects to the task's proxy. Application code and libraries stay as they are on AWS.
 */
export function patchSockets(network: TaskNetwork): void {
  net.Server.prototype.listen = function listen(this: net.Server, ...parameters: unknown[]) {
    const containerPort = takePort(parameters);
    if (containerPort === undefined) return Reflect.apply(originalListen, this, parameters) as net.Server;
    if (network.ownPort(containerPort) !== undefined) {
      const error = Object.assign(new Error(`listen EADDRINUSE: address already in use 0.0.0.0:${containerPort}`), {
        code: 'EADDRINUSE',
        syscall: 'listen',
        port: containerPort,
      });
      process.nextTick(() => this.emit('error', error));
      return this;
    }
    this.once('listening', () => {
      const real = net.Server.prototype.address.call(this) as net.AddressInfo;
      this.address = () => ({ address: '0.0.0.0', family: 'IPv4', port: containerPort });
      network.listening(this, containerPort, real.port);
      this.once('close', () => network.closed(containerPort));
    });
    return Reflect.apply(originalListen, this, parameters) as net.Server;
  } as typeof originalListen;

  net.Socket.prototype.connect = function connect(this: net.Socket, ...parameters: unknown[]) {
    redirect(this, parameters, network);
    return Reflect.apply(originalConnect, this, parameters) as net.Socket;
  };
}

/** The port of `listen`'s parameters, which are changed to a free port of 127.0.0.1. `undefined` for pipes and handles. */
function takePort(parameters: unknown[]): number | undefined {
  const [first, second] = parameters;
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
    const rest = parameters.slice(typeof second === 'string' ? 2 : 1);
    parameters.splice(0, parameters.length, 0, '127.0.0.1', ...rest);
    return Number(first) === 0 ? undefined : Number(first);
  }
  if (typeof first === 'object' && first !== null && 'port' in first && first.port !== undefined) {
    const port = Number(first.port);
    parameters[0] = { ...first, port: 0, host: '127.0.0.1' };
    return port === 0 ? undefined : port;
  }
  return undefined;
}

/** Changes `connect`'s parameters (in any of their forms) so that they lead to the task's network. */
function redirect(socket: net.Socket, parameters: unknown[], network: TaskNetwork): void {
  const options = connectOptions(parameters);
  if (options === undefined || options.port === undefined || typeof options.path === 'string') return;
  const host = (options.host ?? 'localhost').toLowerCase();
  const port = Number(options.port);
  if (isLoopback(host)) {
    const own = network.ownPort(port);
    if (own !== undefined) Object.assign(options, { host: '127.0.0.1', port: own });
    return;
  }
  if ((socket as { encrypted?: boolean }).encrypted === true) {
    refuse(options, 'ENETUNREACH', `connect ENETUNREACH ${host}:${port} - the lab has no TLS between tasks`);
    return;
  }
  const stream = network.byteStream(host, port);
  if (stream === 'refused') refuse(options, 'ECONNREFUSED', `connect ECONNREFUSED ${host}:${port}`);
  else if (stream !== undefined) Object.assign(options, { host: '127.0.0.1', port: stream });
  else if (net.isIP(host) !== 0) Object.assign(options, { host: '127.0.0.1', port: network.proxyPort });
  else Object.assign(options, { port: network.proxyPort, lookup: lookupThrough(network, port) });
}

/** The options among `connect`'s parameters, as an object of our own that stands in their place. */
function connectOptions(parameters: unknown[]): ConnectOptions | undefined {
  const [first, second] = parameters;
  // `net.connect` and the agents hand over one array of normalised parameters.
  if (Array.isArray(first)) {
    first[0] = { ...(first[0] as ConnectOptions) };
    return first[0] as ConnectOptions;
  }
  if (typeof first === 'object' && first !== null) {
    parameters[0] = { ...first };
    return parameters[0] as ConnectOptions;
  }
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
    const options: ConnectOptions = { port: first, ...(typeof second === 'string' ? { host: second } : {}) };
    parameters.splice(0, typeof second === 'string' ? 2 : 1, options);
    return options;
  }
  return undefined;
}

type LookupCallback = (error: Error | null, address?: unknown, family?: number) => void;

/** A `lookup` that answers the proxy for every name that exists, and ENOTFOUND for others, as a resolver would. */
function lookupThrough(network: TaskNetwork, port: number) {
  return (host: string, options: { all?: boolean }, callback: LookupCallback): void => {
    network.resolves(host.toLowerCase(), port).then(
      (exists) => {
        if (!exists)
          callback(errno('ENOTFOUND', `getaddrinfo ENOTFOUND ${host}`, { hostname: host, syscall: 'getaddrinfo' }));
        else if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
        else callback(null, '127.0.0.1', 4);
      },
      (error: Error) => callback(error),
    );
  };
}

function refuse(options: ConnectOptions, code: string, message: string): void {
  const lookup = (_host: string, _options: unknown, callback: LookupCallback) => callback(errno(code, message));
  Object.assign(options, { host: 'refused.invalid', lookup });
}

function errno(code: string, message: string, members: Record<string, unknown> = {}): Error {
  return Object.assign(new Error(message), { code, ...members });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
