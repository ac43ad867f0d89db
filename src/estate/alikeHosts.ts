import { urlHosts } from './environment.ts';
import type { BlueService } from './model.ts';

/** What a service is known as: its own name, its family's, and its virtual node's. */
const namesOf = (service: BlueService): string[] =>
  [service.name, service.taskDefinition.family, service.virtualNode?.name].flatMap((one) => one?.toLowerCase() ?? []);

/**
 * The hosts in the services' URLs that are called like one service alone, where no Cloud Map tells whose they are:
 * `http://user.shop.local` is taken for the service `user`, else for the only one whose name, or whose virtual node's, begins with
 * `user-`. A guess, and to be marked as one; a host that is like two is like none.
 */
export function alikeHosts(services: readonly BlueService[]): Map<string, BlueService> {
  const found = new Map<string, BlueService>();
  for (const host of new Set(services.flatMap((one) => urlHosts(one.taskDefinition)))) {
    const [label = ''] = host.split('.');
    if (label === '') continue;
    const same = services.filter((one) => namesOf(one).includes(label));
    const begun = services.filter((one) => namesOf(one).some((name) => name.startsWith(`${label}-`)));
    const [only, ...others] = same.length > 0 ? same : begun;
    if (only !== undefined && others.length === 0) found.set(host, only);
  }
  return found;
}
