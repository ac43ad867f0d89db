import { Unknown } from '../shapes/shape.ts';
import { type Manifest, membersOf, textOf } from './manifests.ts';
import { selects } from './selectors.ts';

export const APP_MESH_VERSION = 'appmesh.k8s.aws/v1beta2';

/** Kinds of the App Mesh controller that stand for a resource of App Mesh. */
export type MeshKind =
  | 'VirtualNode'
  | 'VirtualService'
  | 'VirtualRouter'
  | 'VirtualGateway'
  | 'GatewayRoute'
  | 'BackendGroup';

/** All objects that are read together, and how they find each other. */
export class Cluster {
  readonly #manifests: readonly Manifest[];
  readonly #meshes: readonly Manifest[];

  constructor(manifests: readonly Manifest[]) {
    this.#manifests = manifests;
    this.#meshes = this.ofController('Mesh');
  }

  ofController(kind: MeshKind | 'Mesh'): Manifest[] {
    return this.#manifests.filter((one) => one.kind === kind && one.apiVersion === APP_MESH_VERSION);
  }

  /** Labels of a namespace; each carries its own name. */
  #labelsOf(namespace: string): Record<string, string> {
    const found = this.#manifests.find((one) => one.kind === 'Namespace' && one.name === namespace);
    return { 'kubernetes.io/metadata.name': namespace, ...found?.labels };
  }

  /**
   * The mesh that an object belongs to: the one that the controller wrote into it, else the one whose selector selects its
   * namespace, else the only one there is.
   */
  meshOf(object: Manifest): Manifest | Unknown {
    const written = textOf(membersOf(object.spec['meshRef'])['name']);
    if (written !== undefined) {
      return (
        this.#meshes.find((mesh) => mesh.name === written) ??
        new Unknown(`The Mesh ${written} is not among the manifests.`, written)
      );
    }
    const labels = this.#labelsOf(object.namespace);
    const selecting = this.#meshes.filter((mesh) => selects(mesh.spec['namespaceSelector'], labels));
    const [only, ...others] = selecting.length > 0 ? selecting : this.#meshes;
    if (only !== undefined && others.length === 0) return only;
    const why =
      only === undefined
        ? 'There is no Mesh among the manifests.'
        : `Several meshes could hold the namespace ${object.namespace}; its Namespace object with its labels would tell which.`;
    return new Unknown(why, '');
  }

  /** The gateway of a route, found in the same way, among the gateways of its mesh. */
  gatewayOf(route: Manifest): Manifest | Unknown {
    const written = membersOf(route.spec['virtualGatewayRef']);
    if (textOf(written['name']) !== undefined) return this.referred('VirtualGateway', written, route);
    const mesh = this.meshOf(route);
    const gateways = this.ofController('VirtualGateway').filter((one) => this.meshOf(one) === mesh);
    const labels = this.#labelsOf(route.namespace);
    const selecting = gateways.filter(
      ({ spec }) =>
        selects(spec['namespaceSelector'], labels) &&
        (spec['gatewayRouteSelector'] === undefined || selects(spec['gatewayRouteSelector'], route.labels)),
    );
    const [only, ...others] = selecting.length > 0 ? selecting : gateways;
    if (only !== undefined && others.length === 0) return only;
    const why =
      only === undefined
        ? 'There is no VirtualGateway of its mesh among the manifests.'
        : 'Several gateways could hold it; the labels of its Namespace object would tell which.';
    return new Unknown(why, '');
  }

  /** The object that a reference names, in the namespace of the object that refers unless it names another. */
  referred(kind: MeshKind, reference: Manifest['spec'], from: Manifest): Manifest | Unknown {
    const name = textOf(reference['name']) ?? '';
    const namespace = textOf(reference['namespace']) ?? from.namespace;
    return (
      this.ofController(kind).find((one) => one.name === name && one.namespace === namespace) ??
      new Unknown(`The ${kind} ${namespace}/${name} is not among the manifests.`, `${namespace}/${name}`)
    );
  }

  others(kinds: readonly string[]): Manifest[] {
    return this.#manifests.filter((one) => kinds.includes(one.kind) && one.apiVersion !== APP_MESH_VERSION);
  }
}

/** The name in App Mesh: `awsName`, else what the controller makes of name and namespace. */
export function awsNameOf(object: Manifest): string {
  const given = textOf(object.spec['awsName']);
  if (given !== undefined && given !== '') return given;
  if (object.kind === 'Mesh') return object.name;
  return `${object.name}${object.kind === 'VirtualService' ? '.' : '_'}${object.namespace}`;
}
