import type { Edge } from '../estate/model.ts';
import { byText } from '../estate/order.ts';

/** Calls between two services: all that the order of deployment depends on. */
export type Call = Pick<Edge, 'from' | 'to'>;

/** The entries and every service that they call, directly or not. Ordered by name. */
export function closedSubgraph(entries: readonly string[], edges: readonly Call[]): string[] {
  const callees = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const known = callees.get(from);
    if (known === undefined) callees.set(from, [to]);
    else known.push(to);
  }
  const reached = new Set(entries);
  // A set is walked in the order of its insertions, those made meanwhile as well.
  for (const from of reached) for (const to of callees.get(from) ?? []) reached.add(to);
  return [...reached].sort(byText);
}

/** Strongly connected components (Tarjan), callees before their callers. A component of several members is a cycle. */
function components(services: readonly string[], edges: readonly Call[]): string[][] {
  const callees = calleesOf(services, edges);
  const found: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();

  function visit(service: string): void {
    const order = index.size;
    index.set(service, order);
    low.set(service, order);
    stack.push(service);
    onStack.add(service);
    for (const callee of callees.get(service) ?? []) {
      if (!index.has(callee)) visit(callee);
      else if (!onStack.has(callee)) continue;
      low.set(service, Math.min(low.get(service) ?? order, low.get(callee) ?? order));
    }
    if (low.get(service) !== order) return;
    const members: string[] = [];
    for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
      onStack.delete(member);
      members.push(member);
      if (member === service) break;
    }
    found.push(members.sort(byText));
  }

  for (const service of [...services].sort(byText)) if (!index.has(service)) visit(service);
  return found;
}

/** The members of every cycle, each cycle once. A service that calls itself needs no order and is none. */
export const cycles = (services: readonly string[], edges: readonly Call[]): string[][] =>
  components(services, edges).filter((members) => members.length > 1);

/**
 * Servers first: a service stands in the first wave in which all that it calls has been deployed (row S10: a client knows only
 * the endpoints that existed when its deployment was made). Members of a cycle share a wave. Ordered by name within a wave.
 */
export function waves(services: readonly string[], edges: readonly Call[]): string[][] {
  const callees = calleesOf(services, edges);
  const waveOf = new Map<string, number>();
  const ordered: string[][] = [];
  for (const members of components(services, edges)) {
    const below = members.flatMap((member) =>
      (callees.get(member) ?? [])
        .filter((callee) => !members.includes(callee))
        .map((callee) => waveOf.get(callee) ?? 0),
    );
    const wave = below.length === 0 ? 0 : Math.max(...below) + 1;
    for (const member of members) {
      waveOf.set(member, wave);
      (ordered[wave] ??= []).push(member);
    }
  }
  return ordered.map((wave) => wave.sort(byText));
}

function calleesOf(services: readonly string[], edges: readonly Call[]): Map<string, string[]> {
  const callees = new Map(services.map((service) => [service, new Set<string>()]));
  for (const { from, to } of edges) if (from !== to && callees.has(to)) callees.get(from)?.add(to);
  return new Map([...callees].map(([service, set]) => [service, [...set].sort(byText)]));
}
