import type { BlueService, Edge } from '../../estate/model.ts';
import { by } from '../../estate/order.ts';
import { closedSubgraph } from '../graph.ts';
import { shortHash } from '../names.ts';
import type { ProposedPlan } from '../report.ts';

/** Length of a DNS label, which a plan's name is. */
const LABEL_LENGTH = 63;

/** A DNS label made of a service's name; a hash keeps apart what would read the same. */
export function planName(service: string): string {
  const label = service
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (label === service && label.length <= LABEL_LENGTH) return label;
  return `${label === '' ? 'plan' : label.slice(0, 56).replace(/-+$/, '')}-${shortHash(service)}`;
}

/**
 * What can move on its own: for each service with a way in, it and everything that it calls. Entries that need the same services
 * are one plan.
 *
 * The order is that of a careful team: the plan of the fewest services first, since it teaches most for the least at stake, and so
 * a plan always comes before one that holds all of its services and more; among plans of one size, the one that shares the fewest
 * services with others, then by name. A service that two plans share gets its green with the first of them, and loses its blue
 * with the last. Proposed is one plan of them all, and `together` names them: one that goes first by itself has to retain blue of what it
 * shares (`OPS_CALLER_LEFT_BEHIND`).
 *
 * @param services the ECS services of the mesh; what else `edges` lead to is missing
 * @param entries names of those among them that a rule or a listener leads to
 */
export function proposedPlans(
  services: readonly BlueService[],
  edges: readonly Edge[],
  entries: readonly string[],
): ProposedPlan[] {
  const known = new Map(services.map((service) => [service.name, service]));
  const inside = edges.filter((edge) => known.has(edge.from) && known.has(edge.to));
  const byClosure = new Map<string, { entries: string[]; services: string[] }>();
  for (const entry of entries) {
    const closure = closedSubgraph([entry], inside);
    const key = closure.join(' ');
    const same = byClosure.get(key);
    if (same === undefined) byClosure.set(key, { entries: [entry], services: closure });
    else same.entries.push(entry);
  }
  const plans = [...byClosure.values()].map((plan) => ({ ...plan, name: planName(plan.entries[0] ?? '') }));
  const users = plansByService(plans);
  const groups = sharers(users);
  return plans
    .map((plan): ProposedPlan => {
      const shared = plan.services.filter((service) => (users.get(service)?.length ?? 0) > 1);
      const missing = [
        ...plan.services.flatMap((name) =>
          (known.get(name)?.outsideCalls ?? []).flatMap((call) => (call.leadsTo === 'host' ? [] : call.virtualService)),
        ),
        ...edges
          .filter((edge) => plan.services.includes(edge.from) && !known.has(edge.to))
          .map((edge) => edge.virtualService),
      ];
      const together = (groups.get(plan.name) ?? []).filter((name) => name !== plan.name);
      return {
        ...plan,
        shared,
        ...(together.length === 0 ? {} : { together }),
        missing: [...new Set(missing)].sort(),
      };
    })
    .sort(
      by(
        (plan) => plan.services.length,
        (plan) => plan.shared.length,
        (plan) => plan.name,
      ),
    );
}

/** For each service the names of the plans that move it, in the order of the plans. */
export function plansByService(plans: readonly Pick<ProposedPlan, 'name' | 'services'>[]): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { name, services } of plans) {
    for (const service of services) {
      const known = users.get(service);
      if (known === undefined) users.set(service, [name]);
      else known.push(name);
    }
  }
  return users;
}

/** The entries of a plan that runs: the proposal's own, and those of the proposals that it cannot be run without. */
export const entriesToRun = (
  { entries, together = [] }: ProposedPlan,
  proposals: readonly ProposedPlan[],
): string[] => [
  ...entries,
  ...proposals.filter((other) => together.includes(other.name)).flatMap((other) => other.entries),
];

/** For each plan itself and all that share a service with it, directly or by a third. Ordered by name. */
function sharers(users: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, Set<string>>();
  for (const names of users.values()) {
    const known = new Set(names.flatMap((name) => groups.get(name) ?? []));
    const [merged = new Set<string>(), ...others] = [...known].toSorted((left, right) => right.size - left.size);
    for (const name of [...names, ...others.flatMap((other) => [...other])]) {
      merged.add(name);
      groups.set(name, merged);
    }
  }
  return new Map([...groups].map(([name, group]) => [name, [...group].sort()]));
}
