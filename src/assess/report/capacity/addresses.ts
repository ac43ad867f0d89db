import type { Estate } from '../../../estate/model.ts';
import { by, byText } from '../../../estate/order.ts';
import { type Moving, type Row, total } from './row.ts';

interface Group {
  subnets: Set<string>;
  tasks: number;
}

/** Services that share a subnet, directly or by a third, are one group. */
function groupsOf(moving: readonly Moving[]): Group[] {
  const groups: Group[] = [];
  for (const { blue, tasks } of moving) {
    const own = blue.service.networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
    if (own.length === 0) continue;
    const merged = { subnets: new Set(own), tasks };
    for (const group of groups.filter((one) => own.some((subnet) => one.subnets.has(subnet)))) {
      for (const subnet of group.subnets) merged.subnets.add(subnet);
      merged.tasks += group.tasks;
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(merged);
  }
  return groups;
}

const EACH = "one for each of green's tasks";

/** One row for subnets that services share: each of green's tasks takes an address in one of them. */
export function addressRows({ room }: Estate, moving: readonly Moving[]): Row[] {
  return groupsOf(moving)
    .map(({ subnets, tasks }): Row => {
      const ids = [...subnets].sort(byText);
      const row = { what: `addresses in ${ids.join(', ')}`, need: tasks, unit: 'addresses' };
      const free = ids.flatMap((id) => {
        const addresses = room?.freeAddresses?.[id];
        return addresses === undefined ? [] : [{ id, addresses }];
      });
      if (free.length < ids.length) {
        const missing = ids.filter((id) => !free.some((one) => one.id === id));
        const unread = free.length === 0 ? 'free addresses of subnets' : `those that are free in ${missing.join(', ')}`;
        return { ...row, have: undefined, source: `${EACH}; ${unread} were not read` };
      }
      return { ...row, have: total(free, (one) => one.addresses), source: `${EACH}; ${spread(free)}` };
    })
    .sort(by((row) => row.what));
}

/** The scheduler spreads tasks over zones, whatever is free in each. */
function spread(free: readonly { id: string; addresses: number }[]): string {
  const [first, ...others] = free.toSorted((left, right) => left.addresses - right.addresses);
  if (first === undefined || others.length === 0) return 'free in the subnet now';
  return `free now in all of them, the least in ${first.id} (${first.addresses}); ECS spreads tasks over zones`;
}
