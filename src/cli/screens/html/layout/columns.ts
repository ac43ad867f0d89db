import { type Call, waves } from '../../../../assess/graph.ts';

export interface Column {
  /** What stands in it, in a word: `entry points`, `wave 2`, `hosts outside`. */
  heading: string;
  members: string[];
}

/**
 * Where services stand from left to right, so that every call leads to the right, those of a cycle apart: the entries that no other
 * service calls, then the waves backwards, so that the servers that are deployed first stand at the right, then hosts outside.
 */
export function columnsOf(
  services: readonly { name: string; entry: boolean }[],
  hosts: readonly string[],
  calls: readonly Call[],
): Column[] {
  const names = services.map(({ name }) => name);
  const called = new Set(calls.filter(({ from, to }) => from !== to).map(({ to }) => to));
  const entries = new Set(services.filter(({ name, entry }) => entry && !called.has(name)).map(({ name }) => name));
  const ordered = waves(names, calls).map((members, index) => ({
    heading: `wave ${index + 1}`,
    members: members.filter((name) => !entries.has(name)),
  }));
  return [
    { heading: 'entry points', members: names.filter((name) => entries.has(name)) },
    ...ordered.reverse(),
    { heading: 'hosts outside', members: [...hosts] },
  ].filter(({ members }) => members.length > 0);
}
