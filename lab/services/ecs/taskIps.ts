/**
 * The private addresses of the lab's VPC, 10.0.0.0/16, a /20 for each subnet. Each task has its own, and an address comes back only
 * when its whole range has been given out, so that a stale registration never points at somebody else's task.
 */
export class TaskIps {
  readonly #given = new Map<number, number>();

  /** The next address of the subnet with that number, counted from 0. */
  next(subnet: number): string {
    const zone = subnet % 16;
    const host = this.#given.get(zone) ?? 0;
    this.#given.set(zone, (host + 1) % (16 * 240));
    return `10.0.${zone * 16 + Math.floor(host / 240)}.${10 + (host % 240)}`;
  }
}
