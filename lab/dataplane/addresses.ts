/**
 * The lab's network: virtual addresses, such as 172.31.16.10:8080, and the ports on 127.0.0.1 where they really listen. Whoever runs a task
 * writes; whoever connects (load balancer, health checks, mesh proxies) reads at every connection, so that an address that
 * has gone is refused like one where nobody listens.
 */
export class Addresses {
  readonly #portsByIp = new Map<string, Map<number, number>>();
  #version = 0;

  set(ip: string, port: number, loopbackPort: number): void {
    const ports = this.#portsByIp.get(ip) ?? new Map<number, number>();
    this.#portsByIp.set(ip, ports.set(port, loopbackPort));
    this.#version += 1;
  }

  /** Forgets every port of `ip`. */
  delete(ip: string): void {
    if (this.#portsByIp.delete(ip)) this.#version += 1;
  }

  /** The port on 127.0.0.1 that answers for `ip:port`, or `undefined` where nobody listens. */
  find(ip: string, port: number): number | undefined {
    return this.#portsByIp.get(ip)?.get(port);
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }
}
