import { parseCidr, sizeOf } from '../cidr.ts';

/** Subnets give out their addresses from here on: AWS keeps the first four, the lab some more. */
const FIRST = 10;

/**
 * The private addresses of the subnets. Each task has its own, and an address comes back only when its whole subnet has been given
 * out, so that a stale registration never points at somebody else's task.
 */
export class TaskIps {
  readonly #given = new Map<string, number>();

  /** The next address of a subnet's block, such as `172.31.16.0/20`. */
  next(cidr: string): string {
    const block = parseCidr(cidr);
    if (block === undefined) throw new Error(`${cidr} is no block of addresses`);
    const given = this.#given.get(cidr) ?? 0;
    this.#given.set(cidr, given + 1);
    // The last address of a subnet is the broadcast address.
    const address = block.base + FIRST + (given % (sizeOf(block.prefix) - FIRST - 1));
    return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
  }
}
