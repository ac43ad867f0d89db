import { closedSubgraph } from '../../assess/graph.ts';
import type { BlueService } from '../../estate/model.ts';
import { loadOf, type Loads, risenLoad, type ServiceLoad } from '../../machines/load.ts';
import type { ServiceHealth } from '../../machines/readings.ts';
import { greenShareOf } from '../routes.ts';
import { greenServicesOf, rulesOf, type Groundwork, type Run } from '../run.ts';
import { servingServices } from '../turns.ts';
import type { Observation } from './observation.ts';

/** What load has grown to by this look, of every service that requests need. What could not be read leaves things as they were. */
export function loadsOf(run: Run, groundwork: Groundwork, observation: Observation): Loads {
  const before = run.status.machine.context.load ?? {};
  const shares = sharesOf(groundwork, observation.routes);
  const loads = new Map<string, ServiceLoad>(Object.entries(before));
  for (const service of servingServices(run.spec, groundwork)) {
    const { name } = service;
    const share = shares.get(name);
    const blue = observation.blue.find((one) => one.service === name);
    const greenName = greenServicesOf(groundwork.stack).find((one) => one.blueService === name)?.name;
    const green = observation.green.find((one) => one.service === greenName);
    // A daemon has as many tasks as the cluster has instances, whatever its load.
    const isDaemon = service.service.schedulingStrategy === 'DAEMON';
    if (share === undefined || blue === undefined || green === undefined || isDaemon) continue;
    const reading = { start: startOf(service), green: serving(green), blue: serving(blue), share };
    const risen = risenLoad(loadOf(before, name), service.service.desiredCount ?? 0, reading);
    if (risen !== undefined) loads.set(name, risen);
  }
  return Object.fromEntries(loads);
}

/** In the middle of a deployment there are more for a while. */
const serving = ({ checked, desired, healthy }: ServiceHealth): number => (checked ? Math.min(desired, healthy) : 0);

/** What green was made with, and what a schedule that it has from blue may have set it to. */
const startOf = ({ service, scaling }: BlueService): number =>
  Math.max(
    service.desiredCount ?? 0,
    ...(scaling?.scheduledActions ?? []).map(({ ScalableTargetAction }) => ScalableTargetAction?.MinCapacity ?? 0),
  );

/** Green's share of each service's traffic, percent: the greatest of the entries that lead there; absent where one of them was not read. */
function sharesOf({ stack, assessment }: Groundwork, routes: Observation['routes']): Map<string, number> {
  const shares = new Map<string, number>();
  const unread = new Set<string>();
  for (const rule of rulesOf(stack)) {
    const route = routes.get(rule.id);
    const share = route === undefined ? null : greenShareOf(route);
    for (const service of closedSubgraph([rule.entry.service], assessment.edges)) {
      if (share === null) unread.add(service);
      else shares.set(service, Math.max(shares.get(service) ?? 0, share));
    }
  }
  for (const service of unread) shares.delete(service);
  return shares;
}
