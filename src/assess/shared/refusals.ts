import type { BlueService, Estate } from '../../estate/model.ts';
import type { MigrationPlan } from '../../plan/model.ts';
import { takesTurns } from '../../plan/turns.ts';
import type { Alias } from '../aliases.ts';
import { makerOf } from '../maker.ts';
import type { Refusal } from '../model.ts';
import { isEntry, retainedBlue } from '../retained.ts';
import { endpointOf, foundGreen, sharedNames, sharedServices } from './shared.ts';

const PLACE = 'spec.target.shared';

const OWN_GREEN =
  'or take it out of the list, with another spec.target.nameSuffix and spec.target.serviceConnect.namespace, and the plan makes a green of its own';

/** Why the plan cannot use the green that it wants to share. Whether that green's plan has succeeded only the table knows. */
export function sharedRefusals(
  plan: MigrationPlan,
  estate: Estate,
  services: readonly BlueService[],
  aliases: readonly Alias[],
): Refusal[] {
  const moving = new Set(services.map(({ name }) => name));
  const notMoving = plan.spec.target.shared
    .filter((name) => !moving.has(name))
    .map(
      (name): Refusal => ({
        reason: 'SharedNotCalled',
        place: PLACE,
        message: `Nothing that the plan moves calls ${name}, so it has no use for its green. Take it out, or correct the name.`,
      }),
    );
  const shared = sharedServices(plan, estate.edges);
  return [
    ...notMoving,
    ...services
      .filter(({ name }) => shared.has(name))
      .flatMap((blue) => refusalsOf(plan, estate, services, aliases, blue)),
  ];
}

const refused = (reason: string, message: string): Refusal => ({ reason, place: PLACE, message });

function refusalsOf(
  plan: MigrationPlan,
  estate: Estate,
  services: readonly BlueService[],
  aliases: readonly Alias[],
  blue: BlueService,
): Refusal[] {
  const { name } = blue;
  const green = foundGreen(plan, estate, name);
  const greenName = sharedNames(plan).service(name);
  if (isEntry(plan, name)) {
    return [
      refused(
        'SharedEntry',
        `${name} is an entry of this plan, and the requests of an entry go to a green of the plan's own. ${sentence(OWN_GREEN)}`,
      ),
    ];
  }
  if (takesTurns(plan.spec, name)) {
    const message = `The sides of ${name} take turns (spec.services.${name}.cutover), and a green that is shared runs already. Leave out one of the two.`;
    return [refused('SharedTakesTurns', message)];
  }
  if (green === undefined) {
    return [
      refused(
        'SharedGreenNotFound',
        `The cluster ${estate.cluster.name} has no service ${greenName}, which would be the green of ${name}. ` +
          `Correct spec.target.nameSuffix; ${OWN_GREEN}.`,
      ),
    ];
  }
  if (makerOf(green.service.tags) === undefined) {
    return [
      refused(
        'SharedGreenNotMeshlifts',
        `${greenName} was not made by Meshlift, so it is no green. ${sentence(OWN_GREEN)}`,
      ),
    ];
  }
  const unanswered = aliases.filter((alias) => alias.service === name && endpointOf(green, alias) === undefined);
  return [
    ...unanswered.map(({ dnsName, port }) =>
      refused(
        'SharedGreenWithoutName',
        `${greenName} does not answer to ${dnsName}:${port} in Service Connect, as this plan's services call ${name}: the plan that made it ` +
          `had no caller by that name. Deploy it with that client alias; ${OWN_GREEN}.`,
      ),
    ),
    ...registryRefusals(plan, estate, services, blue, green).map((message) => refused('SharedGreenRegisters', message)),
  ];
}

/** The names that blue leaves are handed to a green that has none yet: of two plans' names nobody could say whose is whose. */
function registryRefusals(
  plan: MigrationPlan,
  estate: Estate,
  services: readonly BlueService[],
  { name, service }: BlueService,
  green: BlueService,
): string[] {
  const stays = retainedBlue(plan, estate, services).some((one) => one.service === name);
  if (stays || plan.spec.retire.registries === 'leave' || (service.serviceRegistries ?? []).length === 0) return [];
  if ((green.service.serviceRegistries ?? []).length === 0) return [];
  return [
    `${green.name} registers in Cloud Map already, and blue ${name} leaves names there that it would take over beside: not yet possible. ` +
      `Take it out of its own, or leave blue's names with spec.retire.registries: leave; ${OWN_GREEN}.`,
  ];
}

const sentence = (words: string): string => `${words.replace(/^or t/, 'T')}.`;
