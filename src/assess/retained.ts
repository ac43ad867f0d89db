import type { BlueService, Edge, Estate } from '../estate/model.ts';
import { byText } from '../estate/order.ts';
import type { MigrationPlan } from '../plan/model.ts';
import { decidedFor } from './decisions.ts';
import { servicePlace } from './findings/scope.ts';
import { closedSubgraph } from './graph.ts';
import type { RetainedBlue } from './model.ts';
import type { Note } from './operations/note.ts';

/** Calls into the plan's services by services that do not move with it. */
export const callsFromOutside = (estate: Estate, services: readonly Pick<BlueService, 'name'>[]): Edge[] => {
  const moving = new Set(services.map(({ name }) => name));
  return estate.edges.filter((edge) => moving.has(edge.to) && !moving.has(edge.from));
};

/** A service that the plan moves by the edge: blue of it cannot stay, for its rule goes to green. */
export const isEntry = ({ spec }: Pick<MigrationPlan, 'spec'>, name: string): boolean =>
  spec.traffic.some((entry) => entry.service === name);

/** For each moved service that others call and that is no entry: who they are. A person decides that blue of it stays. */
export const callerNotes = (plan: MigrationPlan, estate: Estate, services: readonly BlueService[]): Note[] =>
  callsFromOutside(estate, services)
    .filter((edge) => !isEntry(plan, edge.to))
    .map((edge) => ({
      code: 'OPS_CALLER_LEFT_BEHIND',
      service: edge.to,
      detail: `${edge.from} calls it as ${edge.virtualService}:${edge.port}.`,
    }));

/**
 * The services whose blue stays when the plan has succeeded, each with who still calls it: those for which the plan decided so, and all
 * that they call, for a blue that stays goes on calling blue. Ordered by name. Pure.
 */
export function retainedBlue(
  plan: MigrationPlan,
  estate: Estate,
  services: readonly Pick<BlueService, 'name'>[],
): RetainedBlue[] {
  const moving = new Set(services.map(({ name }) => name));
  const decided = callsFromOutside(estate, services)
    .map(({ to }) => to)
    .filter((name) => !isEntry(plan, name))
    .filter((name) => decidedFor(plan.spec, 'OPS_CALLER_LEFT_BEHIND', servicePlace(name)).kind === 'decided');
  const retained = new Set(closedSubgraph(decided, estate.edges).filter((name) => moving.has(name)));
  return [...retained].map((service) => {
    const callers = estate.edges
      .filter(({ from, to }) => to === service && from !== service && (!moving.has(from) || retained.has(from)))
      .map(({ from }) => from);
    return { service, callers: [...new Set(callers)].sort(byText) };
  });
}

/** `stock-api (called by batch), user-api (called by batch, stock-api)`. */
export const retainedInWords = (retained: readonly RetainedBlue[]): string =>
  retained.map(({ service, callers }) => `${service} (called by ${callers.join(', ')})`).join(', ');
