import { envoyContainers } from '../estate/envoy.ts';
import type { BlueService, Estate } from '../estate/model.ts';
import { lastPart } from '../estate/order.ts';
import type { MigrationPlan } from '../plan/model.ts';
import { greenDeployment } from './greenService.ts';
import type { RegistryHandOver, SharedServiceResource } from './model.ts';
import { containerOfPort } from './taskDefinition.ts';

/**
 * Where green is to register before blue leaves: in whatever Cloud Map service blue's own ECS service names. Who resolves such a name
 * outside the mesh cannot be seen from here, so every one is handed over unless the plan leaves them. In the order of `retiring`.
 *
 * @param retiring names of blue's services, in the order in which they are taken away
 * @param shared green of earlier plans, by blue's name: it takes the names as a green of the plan's own does
 */
export function registriesToHandOver(
  plan: MigrationPlan,
  estate: Estate,
  retiring: readonly string[],
  greenName: (blue: string) => string,
  shared: ReadonlyMap<string, SharedServiceResource>,
): RegistryHandOver[] {
  if (plan.spec.retire.registries === 'leave') return [];
  return retiring.flatMap((name): RegistryHandOver[] => {
    const blue = estate.services.find((service) => service.name === name);
    const registries = blue?.service.serviceRegistries ?? [];
    if (blue === undefined || registries.length === 0) return [];
    const another = shared.get(name);
    return [
      {
        blue: name,
        green: greenName(name),
        ...(another === undefined ? {} : { maker: another.maker }),
        clusterArn: estate.cluster.arn,
        deployment: another?.deployment ?? greenDeployment(blue.service),
        registries: registries.map((registry) => ofGreen(blue, registry)),
      },
    ];
  });
}

type Registry = NonNullable<BlueService['service']['serviceRegistries']>[number];

/** As blue's; where its port is Envoy's, the application's container of that port stands in, since green has no Envoy. */
function ofGreen(blue: BlueService, registry: Registry): RegistryHandOver['registries'][number] {
  const cloudMapServiceId = lastPart(registry.registryArn ?? '');
  const known = blue.registries.find((one) => one.cloudMapServiceId === cloudMapServiceId);
  const { containerName, containerPort } = registry;
  const onEnvoy = envoyContainers(blue.taskDefinition).some((one) => one.name === containerName);
  const owner =
    onEnvoy && containerPort !== undefined ? containerOfPort(blue.taskDefinition, containerPort)?.name : containerName;
  return {
    cloudMapServiceId,
    name: known === undefined ? cloudMapServiceId : `${known.name}.${known.namespaceName}`,
    input: { ...registry, ...(owner === undefined ? {} : { containerName: owner }) },
  };
}
