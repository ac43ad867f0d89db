import { alarmsOfEstate } from './alarms/ofEstate.ts';
import { watchedAlarms } from './alarms/watched.ts';
import { callersOutside } from './callersOutside.ts';
import { chosenMesh, withoutNamesakes } from './chosenMesh.ts';
import { cloudMapServices } from './cloudMap.ts';
import type { EstateExport, MeshAnswer } from './export.ts';
import { listenersOf, readMesh } from './fromMesh.ts';
import { listenersFromTask, readTasks } from './fromTasks.ts';
import { hostsAndTasks } from './hostsAndTasks.ts';
import { kubernetesServices } from './kubernetesServices.ts';
import { matchService, matchWithoutMesh } from './matching.ts';
import { meshExtras } from './meshExtras.ts';
import { meshResources } from './meshOrder.ts';
import type { BlueService, Estate } from './model.ts';
import { by, lastPart } from './order.ts';
import { partitionOf } from './partition.ts';
import { withOrigins } from './origins.ts';
import { roomOf } from './room.ts';
import { findServices, type FoundService } from './services.ts';

/** An export may be from before the answer was recorded, and may be one of other meshes: then it holds the mesh or does not. */
function answerOf(exported: EstateExport, mesh: string): MeshAnswer {
  const { appMeshAnswer: answer, appMesh, errors } = exported;
  if (answer !== undefined && answer.state !== 'read') return answer;
  const { tags: _tags, ...lists } = appMesh;
  if (Object.values(lists).some((list) => list.some((one) => one.meshName === mesh))) {
    return answer ?? { state: 'read', why: `The export holds the mesh ${mesh}.` };
  }
  const failed = errors.find((one) => one.call === 'appmesh:DescribeMesh' && one.subject === `mesh/${mesh}`);
  const state = failed?.code === 'unreachable' || failed?.code === 'refused' ? failed.code : 'absent';
  return { state, why: failed?.message ?? `The export does not hold a mesh ${mesh}.` };
}

/** Where App Mesh did not answer, a file may still tell of the mesh. */
function isTold(exported: EstateExport, mesh: string, answer: MeshAnswer): boolean {
  const { virtualNodes, virtualServices } = exported.appMesh;
  const recorded = exported.readFrom !== undefined;
  return (
    answer.state === 'read' || (recorded && [...virtualNodes, ...virtualServices].some((one) => one.meshName === mesh))
  );
}

function clusterOf(exported: EstateExport, cluster: string): Estate['cluster'] {
  const found = exported.ecs.clusters.find((one) => one.clusterName === cluster || one.clusterArn === cluster);
  const name = found?.clusterName ?? lastPart(cluster);
  const { account, region } = exported.caller;
  return { arn: found?.clusterArn ?? `arn:${partitionOf(region)}:ecs:${region}:${account}:cluster/${name}`, name };
}

function withMesh(
  service: FoundService,
  exported: EstateExport,
  estate: Pick<Estate, 'cluster' | 'mesh'>,
): BlueService {
  const { name: meshName, owner } = estate.mesh;
  const role = matchService(service, exported, { name: meshName, owner }, estate.cluster.name);
  const { registriesFromInstances: _, ...rest } = service;
  const spec =
    role.virtualNode?.meshName === meshName
      ? exported.appMesh.virtualNodes.find(
          (node) => node.meshName === meshName && node.virtualNodeName === role.virtualNode?.name,
        )?.spec
      : undefined;
  const unread = role.virtualNode !== undefined && spec === undefined;
  return {
    ...rest,
    ...role,
    listeners: unread ? listenersFromTask(service.taskDefinition) : listenersOf(spec),
    ...(spec === undefined ? {} : { nodeSpec: spec }),
  };
}

function withoutMesh(service: FoundService, { name, owner }: Estate['mesh'], exported: EstateExport): BlueService {
  const role = matchWithoutMesh(service, exported, { name, owner });
  const { registriesFromInstances: _, ...rest } = service;
  return {
    ...rest,
    ...role,
    listeners: role.virtualNode === undefined ? [] : listenersFromTask(service.taskDefinition),
  };
}

/**
 * Everything that an export tells about blue, in one model. Where App Mesh answered, names and calls are its own and certain;
 * where a file tells of the mesh, they are the file's, and recorded. Where neither does, they are put together from task
 * definitions, Cloud Map and environment variables, and are guesses.
 * Pure; throws nothing: what is missing in the export is missing in the estate, and `assess` says so.
 *
 * @param cluster name of the ECS cluster
 * @param mesh name of the App Mesh mesh: of several of one name the account's own; `name@owner` is another account's
 */
export const readEstate = (exported: EstateExport, cluster: string, mesh: string): Estate =>
  readClusters(exported, mesh, clusterOf(exported, cluster), false);

/**
 * The same with every other cluster of the export, so that a mesh of several clusters or accounts is seen as a whole: their
 * services come in as far as they are meshed. One whose name is taken is called `cluster/name`. So do nodes and gateways of
 * Kubernetes manifests that no ECS service runs as. For what has no plan; a plan is of one cluster, and of ECS services.
 */
export const readWholeEstate = (exported: EstateExport, cluster: string, mesh: string): Estate =>
  readClusters(exported, mesh, clusterOf(exported, cluster), true);

function readClusters(given: EstateExport, meshText: string, cluster: Estate['cluster'], whole: boolean): Estate {
  const chosen = chosenMesh(given, meshText);
  const exported = withoutNamesakes(given, chosen);
  const mesh = chosen.name;
  const arns = exported.ecs.services
    .flatMap((service) => service.clusterArn ?? [])
    .filter((arn) => arn !== cluster.arn);
  const otherClusters = [...new Set(arns)].map((arn) => ({ arn, name: lastPart(arn) }));
  const answer = answerOf(exported, mesh);
  const found = exported.appMesh.meshes.find((one) => one.meshName === mesh);
  const read = isTold(exported, mesh, answer);
  const owner = (read ? found?.metadata?.meshOwner : undefined) ?? chosen.owner;
  const base: Pick<Estate, 'cluster' | 'mesh'> = {
    cluster,
    mesh: {
      name: mesh,
      answer,
      ...(owner === undefined ? {} : { owner }),
      ...(read && found?.spec !== undefined ? { spec: found.spec } : {}),
    },
  };
  const servicesOf = (of: Estate['cluster']): BlueService[] =>
    findServices(exported, of).map((service) =>
      read ? withMesh(service, exported, { ...base, cluster: of }) : withoutMesh(service, base.mesh, exported),
    );
  const services = servicesOf(cluster);
  const elsewhere = otherClusters.flatMap((other) =>
    servicesOf(other).map((service) => ({ cluster: other.name, service })),
  );
  const isInMesh = ({ virtualNode, virtualGateway }: BlueService): boolean =>
    virtualNode?.meshName === mesh || virtualGateway?.meshName === mesh;
  for (const { cluster: other, service } of whole ? elsewhere : []) {
    if (!isInMesh(service)) continue;
    const isTaken = services.some((one) => one.name === service.name);
    services.push(isTaken ? { ...service, name: `${other}/${service.name}` } : service);
  }
  if (read && whole) services.push(...kubernetesServices(exported, mesh, services));
  services.sort(by((service) => service.name));
  const { virtualServices, edges, outsideCalls, ...ofMesh } = read
    ? readMesh(exported, mesh, services)
    : readTasks(services, [...cloudMapServices(exported).values()], mesh);
  const callers = callersOutside(
    exported,
    services.filter(isInMesh),
    elsewhere.filter(({ service }) => !isInMesh(service)),
  );
  const { cloudWatch } = exported;
  const alarms = watchedAlarms(cloudWatch === undefined ? {} : { cloudWatch: alarmsOfEstate(exported, cloudWatch) });
  const estate: Estate = {
    caller: exported.caller,
    takenAt: exported.takenAt ?? '',
    cluster: base.cluster,
    mesh: { ...base.mesh, ...ofMesh, ...(read ? meshExtras(exported.appMesh, mesh) : {}) },
    services: services.map((service) => {
      const own = outsideCalls
        .filter((call) => call.from === service.name)
        .map((one) => {
          const { from: _from, ...call } = one;
          return call;
        });
      return own.length === 0 ? service : { ...service, outsideCalls: own };
    }),
    virtualServices,
    edges,
    listeners: exported.elbv2.listeners,
    rules: exported.elbv2.rules,
    ...(Object.keys(exported.elbv2.tags ?? {}).length === 0 ? {} : { loadBalancerTags: exported.elbv2.tags }),
    meshResources: read ? meshResources(exported.appMesh, mesh) : [],
    errors: exported.errors,
    ...(alarms === undefined ? {} : { alarms }),
    ...hostsAndTasks(
      exported,
      [cluster, ...(whole ? otherClusters : [])].map((one) => one.arn),
    ),
    ...(callers.length === 0 ? {} : { callersOutside: callers }),
    ...roomOf(exported),
  };
  return withOrigins(estate, exported);
}
