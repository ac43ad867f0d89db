import type { ReadFrom } from '../../export.ts';
import { keyOf, objectsOf, placeOf } from '../../identity.ts';
import { type Draft, emptyExport } from '../draft.ts';
import { SourceError, type SourceReading, type Unresolved } from '../reading.ts';
import * as shapes from '../shapes/appMesh.ts';
import { APP_MESH_VERSION, awsNameOf, Cluster } from './cluster.ts';
import { Describer } from './describe.ts';
import { type Manifest, type ManifestFile, membersOf, readManifests, textOf, textsOf } from './manifests.ts';
import { membersIn } from './workloads.ts';

export interface ManifestOptions {
  /** Where the controller runs. Default: what the objects' own ARNs tell, which the controller writes into their `status`. */
  region?: string;
  account?: string;
}

export interface KubernetesReading extends SourceReading {
  source: 'kubernetes';
}

const ARN = /^arn:[\w-]+:appmesh:/;

/** ARNs that the controller wrote into the status of its objects. */
const writtenArns = (manifests: readonly Manifest[]): string[] =>
  manifests
    .flatMap(({ status }) => [...Object.values(textsOf(status)), ...Object.values(textsOf(status['routeARNs']))])
    .filter((text) => ARN.test(text));

/** Fills the draft, and gives the manifest that each of its objects stands in. */
function describe(cluster: Cluster, describer: Describer, { appMesh }: Draft): Map<object, Manifest> {
  const madeBy = new Map<object, Manifest>();
  const add = (list: object[], object: Manifest, described: object): void => {
    list.push(described);
    madeBy.set(described, object);
  };
  const meshName = (object: Manifest): string | undefined => describer.nameOf(cluster.meshOf(object), object);

  for (const object of cluster.ofController('Mesh')) {
    const metadata = describer.metadata(object, '', object.status['meshARN']);
    add(appMesh.meshes, object, {
      meshName: awsNameOf(object),
      spec: describer.spec(object, shapes.MESH_SPEC),
      metadata,
    });
  }
  for (const object of cluster.ofController('VirtualNode')) {
    const virtualNodeName = awsNameOf(object);
    const path = `/virtualNode/${virtualNodeName}`;
    const metadata = describer.metadata(object, path, object.status['virtualNodeARN']);
    const spec = describer.nodeSpec(object);
    add(appMesh.virtualNodes, object, { meshName: meshName(object), virtualNodeName, spec, metadata });
  }
  for (const object of cluster.ofController('VirtualService')) {
    const virtualServiceName = awsNameOf(object);
    const path = `/virtualService/${virtualServiceName}`;
    const metadata = describer.metadata(object, path, object.status['virtualServiceARN']);
    const spec = describer.spec(object, shapes.VIRTUAL_SERVICE_SPEC);
    add(appMesh.virtualServices, object, { meshName: meshName(object), virtualServiceName, spec, metadata });
  }
  for (const object of cluster.ofController('VirtualRouter')) {
    const names = { meshName: meshName(object), virtualRouterName: awsNameOf(object) };
    const path = `/virtualRouter/${names.virtualRouterName}`;
    const metadata = describer.metadata(object, path, object.status['virtualRouterARN']);
    add(appMesh.virtualRouters, object, {
      ...names,
      spec: describer.spec(object, shapes.VIRTUAL_ROUTER_SPEC),
      metadata,
    });
    const routes = object.spec['routes'];
    for (const [index, route] of (Array.isArray(routes) ? routes : []).entries()) {
      const routeName = textOf(membersOf(route)['name']);
      const arn = membersOf(object.status['routeARNs'])[routeName ?? ''];
      const spec = describer.spec(object, shapes.ROUTE_SPEC, route, `spec.routes[${index}]`);
      const ofRoute = describer.metadata(object, `${path}/route/${routeName}`, arn);
      add(appMesh.routes, object, { ...names, routeName, spec, metadata: ofRoute });
    }
  }
  for (const object of cluster.ofController('VirtualGateway')) {
    const virtualGatewayName = awsNameOf(object);
    const path = `/virtualGateway/${virtualGatewayName}`;
    const metadata = describer.metadata(object, path, object.status['virtualGatewayARN']);
    const spec = describer.spec(object, shapes.VIRTUAL_GATEWAY_SPEC);
    add(appMesh.virtualGateways, object, { meshName: meshName(object), virtualGatewayName, spec, metadata });
  }
  for (const object of cluster.ofController('GatewayRoute')) {
    const virtualGatewayName = describer.nameOf(cluster.gatewayOf(object), object);
    const gatewayRouteName = awsNameOf(object);
    const path = `/virtualGateway/${virtualGatewayName}/gatewayRoute/${gatewayRouteName}`;
    const metadata = describer.metadata(object, path, object.status['gatewayRouteARN']);
    const spec = describer.spec(object, shapes.GATEWAY_ROUTE_SPEC);
    const names = { meshName: meshName(object), virtualGatewayName, gatewayRouteName };
    add(appMesh.gatewayRoutes, object, { ...names, spec, metadata });
  }
  return madeBy;
}

/**
 * What manifests of the App Mesh controller for Kubernetes tell of a mesh, for an assessment alone: there is no ECS service in
 * them. Other objects are passed over, save namespaces, and what runs as a node.
 *
 * @throws {SourceError} for a file that is no manifest, and where no file holds an object of the controller
 */
export function readKubernetes(files: readonly ManifestFile[], options: ManifestOptions = {}): KubernetesReading {
  const manifests = files.flatMap(readManifests);
  const where = files.map((file) => file.where).join(', ');
  const ours = manifests.filter((one) => one.apiVersion.startsWith('appmesh.k8s.aws/'));
  if (ours.length === 0) throw new SourceError(where, '', `it holds no object of ${APP_MESH_VERSION}`);

  const unresolved: Unresolved[] = ours
    .filter((one) => one.apiVersion !== APP_MESH_VERSION)
    .map((one) => ({ place: one.address, why: `Its version is ${one.apiVersion}; ${APP_MESH_VERSION} is read.` }));
  const told = placeOf(writtenArns(ours)[0]);
  const caller = { account: options.account ?? told.account, region: options.region ?? told.region };
  const cluster = new Cluster(manifests);
  const draft = emptyExport(caller);
  const madeBy = describe(cluster, new Describer(cluster, caller, unresolved), draft);
  draft.appMeshAnswer = { state: 'read', why: `App Mesh objects of Kubernetes stand in ${where}.` };
  draft.readFrom = Object.fromEntries(
    objectsOf(draft).map((object): [string, ReadFrom] => {
      const manifest = madeBy.get(object.value);
      const address = manifest === undefined ? {} : { address: manifest.address };
      return [keyOf(object, caller), { source: 'kubernetes', where: manifest?.where ?? where, ...address }];
    }),
  );
  draft.kubernetes = { members: membersIn(cluster) };
  return { source: 'kubernetes', where, exported: draft, unresolved };
}
