import { registryHost } from '../../estate/cloudMap.ts';
import { environmentHosts } from '../../estate/environment.ts';
import { inShort } from '../inShort.ts';
import { managedBy } from '../managedBy.ts';
import { byText } from '../../estate/order.ts';
import { connectAliases } from './connectAliases.ts';
import { alarmNotes } from './alarms.ts';
import { isMeshed } from '../meshed.ts';
import type { Note, Operations, Proposals } from './note.ts';

/** What names blue outside the mesh. */
export const referenceNotes = (operations: Operations): Note[] => [
  ...ownerNotes(operations),
  ...alarmNotes(operations),
  ...callerNotes(operations),
  ...scalingNotes(operations),
];

const ownerNotes = ({ services }: Operations): Note[] =>
  services.flatMap((blue): Note[] => {
    const owner = managedBy(blue);
    if (owner === undefined) return [];
    const detail = owner.address.startsWith('tag ') ? `Its ${owner.address} says so.` : `It is ${owner.address} there.`;
    switch (owner.tool) {
      case 'terraform':
        return [{ code: 'OPS_UNDER_TERRAFORM', service: blue.name, detail }];
      case 'cloudFormation':
        return [{ code: 'OPS_UNDER_CLOUDFORMATION', service: blue.name, detail }];
    }
  });

/**
 * Services and tasks outside the mesh whose environment names a Cloud Map name that a service of the mesh registers under. One that Service
 * Connect answers by that name, green of an earlier plan for one, does not ask Cloud Map.
 */
function callerNotes({ estate, services }: Operations): Note[] {
  const owners = new Map(
    services.flatMap((blue) => blue.registries.map((registry) => [registryHost(registry), blue.name] as const)),
  );
  const known = new Set(owners.keys());
  const ofCluster = estate.services
    .filter((caller) => !isMeshed(caller, estate.mesh))
    .flatMap((caller) => {
      const aliases = connectAliases(estate, caller);
      return environmentHosts(caller.taskDefinition, known)
        .filter(({ host }) => !aliases.has(host.toLowerCase()))
        .map(({ host, variable }) => ({ caller: caller.name, host, variable }));
    });
  return [...ofCluster, ...(estate.callersOutside ?? [])].flatMap(({ caller, host, variable }): Note[] => {
    const service = owners.get(host);
    return service === undefined || service === caller
      ? []
      : [{ code: 'OPS_CALLER_OUTSIDE_MESH', service, detail: `${caller} calls ${host} (${variable}).` }];
  });
}

/** Target tracking makes its own alarms, green's too; step scaling is driven by those that a person made. */
const scalingNotes = ({ services }: Operations): Note[] =>
  services.flatMap((blue) =>
    (blue.scaling?.policies ?? [])
      .filter((policy) => policy.PolicyType === 'StepScaling')
      .map((policy): Note => {
        const alarms = (policy.Alarms ?? []).flatMap((alarm) => alarm.AlarmName ?? []);
        const by = alarms.length === 0 ? 'no alarm is told' : `by ${alarms.join(', ')}`;
        return { code: 'OPS_SCALING_ALARMS', service: blue.name, detail: `Policy ${policy.PolicyName ?? ''}: ${by}.` };
      }),
  );

/** What no proposed plan moves, what several of them move, and what stands where green would. */
export function proposalNotes({ estate, services, proposals, greenName, tooLong }: Proposals): Note[] {
  const ofEcs = estate.services.filter((service) => service.kubernetes === undefined);
  const names = new Set(ofEcs.map((service) => service.name));
  const planned = new Set(proposals.flatMap((plan) => plan.services));
  const plansOf = new Map<string, string[]>();
  for (const plan of proposals) {
    for (const service of plan.services) plansOf.set(service, [...(plansOf.get(service) ?? []), plan.name]);
  }
  const calls = Map.groupBy(
    estate.edges.filter((edge) => planned.has(edge.to)),
    (edge) => edge.from,
  );
  return services.flatMap((blue): Note[] => {
    const { name } = blue;
    const plans = plansOf.get(name) ?? [];
    const held = [...new Set(calls.get(name)?.map((edge) => edge.to))].sort(byText).join(', ');
    return [
      ...(planned.has(name)
        ? []
        : [
            {
              code: 'OPS_IN_NO_PLAN' as const,
              service: name,
              ...(held === ''
                ? {}
                : { detail: `It calls ${held}, and a plan that moves what it calls is refused meanwhile.` }),
            },
          ]),
      ...(plans.length < 2
        ? []
        : [
            {
              code: 'OPS_SHARED_SERVICE' as const,
              service: name,
              detail: `They are ${inShort(plans.toSorted(byText))}.`,
            },
          ]),
      ...tooLong(blue).map((long) => ({
        code: 'OPS_NAME_TOO_LONG' as const,
        service: name,
        detail: `It would be ${long}: ${long.length} characters.`,
      })),
      ...(names.has(greenName(name))
        ? [{ code: 'OPS_NAME_TAKEN' as const, service: name, detail: `It is ${greenName(name)}.` }]
        : []),
    ];
  });
}
