import type { Json } from '../../estate/export.ts';
import type { BlueService, Edge, Estate } from '../../estate/model.ts';
import type { MigrationPlan } from '../../plan/model.ts';
import type { Alias } from '../aliases.ts';
import { closedSubgraph } from '../graph.ts';
import { greenDeployment } from '../greenService.ts';
import { makerOf } from '../maker.ts';
import type { SharedNamespaceResource, SharedServiceResource, Stack, StackResource } from '../model.ts';
import { greenNames } from '../names.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

/**
 * Names of the blue services that the plan uses an earlier plan's green of: those that it lists, and all that they call, for that green
 * calls green.
 */
export const sharedServices = ({ spec }: MigrationPlan, edges: readonly Edge[]): ReadonlySet<string> =>
  new Set(closedSubgraph(spec.target.shared, edges));

/** Shared green bears the names of a first attempt, whatever the attempt of the plan that uses it. */
export const sharedNames = (plan: MigrationPlan) => greenNames(plan, 1);

/** Green of a shared service as it was found; `undefined` where the cluster has none of that name. */
export const foundGreen = (plan: MigrationPlan, estate: Estate, blue: string): BlueService | undefined =>
  estate.services.find(({ name }) => name === sharedNames(plan).service(blue));

/** The Service Connect configuration that is in force (row E20). */
export const connectOf = ({ service }: BlueService): Json<Ecs.ServiceConnectConfiguration> | undefined => {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  const connect = primary?.serviceConnectConfiguration;
  return connect?.enabled === true ? connect : undefined;
};

/** What green answers the alias by; `undefined` where it does not answer to it. */
export const endpointOf = (green: BlueService, alias: Alias): Json<Ecs.ServiceConnectService> | undefined =>
  connectOf(green)?.services?.find(({ clientAliases = [] }) =>
    clientAliases.some(({ dnsName, port }) => dnsName === alias.dnsName && port === alias.port),
  );

/**
 * The shared green of the plan's services, by blue's name, and their namespace; `undefined` where nothing is shared. Pure. Meaningful only
 * where the assessment refuses nothing.
 */
export function sharedResources(
  plan: MigrationPlan,
  estate: Estate,
  services: readonly BlueService[],
  aliases: readonly Alias[],
): { namespace: SharedNamespaceResource; services: ReadonlyMap<string, SharedServiceResource> } | undefined {
  const shared = sharedServices(plan, estate.edges);
  const name = sharedNames(plan).namespace;
  const namespaceId = `namespace/${name}`;
  const found = services.flatMap((blue) => {
    const green = shared.has(blue.name) ? foundGreen(plan, estate, blue.name) : undefined;
    return green === undefined ? [] : [{ blue, green }];
  });
  const [first] = found;
  if (first === undefined) return undefined;
  return {
    namespace: {
      kind: 'sharedNamespace',
      id: namespaceId,
      dependsOn: [],
      blueService: undefined,
      name,
      arn: connectOf(first.green)?.namespace ?? '',
    },
    services: new Map(
      found.map(({ blue, green }) => [blue.name, resourceOf(blue, green, estate.cluster.arn, namespaceId, aliases)]),
    ),
  };
}

function resourceOf(
  blue: BlueService,
  green: BlueService,
  clusterArn: string,
  namespaceId: string,
  aliases: readonly Alias[],
): SharedServiceResource {
  const own = aliases.filter(({ service }) => service === blue.name);
  const { MinCapacity = 0, MaxCapacity = 0 } = green.scaling?.target ?? {};
  return {
    kind: 'sharedService',
    id: `service/${green.name}`,
    dependsOn: [namespaceId],
    blueService: blue.name,
    name: green.name,
    arn: green.arn,
    clusterArn,
    maker: makerOf(green.service.tags) ?? { plan: '', uid: '' },
    serviceConnect: {
      namespace: { ref: namespaceId },
      services: [...new Set(own.flatMap((alias) => endpointOf(green, alias) ?? []))],
    },
    deployment: greenDeployment(green.service),
    tasks: { green: green.service.desiredCount ?? 0, blue: blue.service.desiredCount ?? 0 },
    ...(green.scaling === undefined ? {} : { scaling: { min: MinCapacity, max: MaxCapacity } }),
  };
}

/** What the plan refers to and does not own. */
export const isShared = (resource: StackResource): resource is SharedServiceResource | SharedNamespaceResource =>
  resource.kind === 'sharedService' || resource.kind === 'sharedNamespace';

export const sharedGreenOf = ({ resources }: Pick<Stack, 'resources'>): SharedServiceResource[] =>
  resources.filter((resource): resource is SharedServiceResource => resource.kind === 'sharedService');

/** `stock-api-sc (of plan shop)`. */
export const sharedInWords = (shared: readonly SharedServiceResource[]): string =>
  shared.map(({ name, maker }) => `${name} (of plan ${maker.plan})`).join(', ');
