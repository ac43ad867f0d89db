import { parseCidr, sizeOf } from '../cidr.ts';

/** AWS keeps the first four addresses of a subnet, and the last. */
const FIRST = 4;

/**
 * The private addresses of the subnets. Each task has its own until it has stopped, and an address comes back only when its whole
 * subnet has been given out, so that a stale registration seldom points at somebody else's task.
 */
export class TaskIps {
  readonly #given = new Map<string, number>();
  readonly #held = new Set<string>();

  /** The next free address of a subnet's block, such as `172.31.16.0/20`. Throws where none is left. */
  take(cidr: string): string {
    const block = parseCidr(cidr);
    if (block === undefined) throw new Error(`${cidr} is no block of addresses`);
    const count = sizeOf(block.prefix) - FIRST - 1;
    for (let tried = 0; tried < count; tried += 1) {
      const given = this.#given.get(cidr) ?? 0;
      this.#given.set(cidr, given + 1);
      const address = block.base + FIRST + (given % count);
      const ip = [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
      if (this.#held.has(ip)) continue;
      this.#held.add(ip);
      return ip;
    }
    throw new Error(`${cidr} has no address left`);
  }

  giveBack(ip: string): void {
    this.#held.delete(ip);
  }
}
