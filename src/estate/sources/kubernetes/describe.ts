import type { EstateExport } from '../../export.ts';
import { partitionOf } from '../../partition.ts';
import type { Plain } from '../documents.ts';
import type { Unresolved } from '../reading.ts';
import { VIRTUAL_NODE_SPEC } from '../shapes/appMesh.ts';
import { fit, type Shape, type Spelling, Unknown } from '../shapes/shape.ts';
import { awsNameOf, type Cluster } from './cluster.ts';
import { type Manifest, textOf } from './manifests.ts';
import { groupedBackends, inAppMesh } from './specs.ts';

/** The controller spells as the SDK does; these are members that it has on top of App Mesh's. */
const SPELLING: Spelling = {
  member: (name) => name,
  own: new Set([
    'awsName',
    'backendGroups',
    'gatewayRouteSelector',
    'meshOwner',
    'meshRef',
    'name',
    'namespaceSelector',
    'podSelector',
    'routes',
    'virtualGatewayRef',
  ]),
};

/** What the API would say of an object of the controller. */
export class Describer {
  readonly #cluster: Cluster;
  readonly #caller: EstateExport['caller'];
  readonly #unresolved: Unresolved[];

  constructor(cluster: Cluster, caller: EstateExport['caller'], unresolved: Unresolved[]) {
    this.#cluster = cluster;
    this.#caller = caller;
    this.#unresolved = unresolved;
  }

  spec(object: Manifest, shape: Shape, value: Plain = object.spec, place = 'spec'): object {
    const translated = inAppMesh(this.#cluster, object, value);
    const fitted = fit(translated, shape, `${object.address}: ${place}`, this.#unresolved, SPELLING);
    return typeof fitted === 'object' && fitted !== null ? fitted : {};
  }

  /** A node's own backends, and those of its groups after them. */
  nodeSpec(object: Manifest): object {
    const spec: { backends?: unknown } = this.spec(object, VIRTUAL_NODE_SPEC);
    const place = `${object.address}: spec.backendGroups`;
    const groups = groupedBackends(this.#cluster, object);
    const grouped = fit(groups, VIRTUAL_NODE_SPEC.backends, place, this.#unresolved);
    const backends: unknown[] = [spec.backends ?? [], grouped ?? []].flat();
    return backends.length === 0 ? spec : { ...spec, backends };
  }

  /** The name of what an object belongs to; where nothing says which it is, that is told of. */
  nameOf(found: Manifest | Unknown, object: Manifest): string | undefined {
    if (!(found instanceof Unknown)) return awsNameOf(found);
    this.#unresolved.push({ place: object.address, why: found.why });
    return undefined;
  }

  /**
   * @param path what follows the mesh in the ARN
   * @param written the ARN that the controller wrote into the object, if it did
   */
  metadata(object: Manifest, path: string, written: Plain | undefined): object {
    const mesh = object.kind === 'Mesh' ? object : this.#cluster.meshOf(object);
    const { account, region } = this.#caller;
    const owner = (mesh instanceof Unknown ? undefined : textOf(mesh.spec['meshOwner'])) ?? account;
    const meshPart = `${mesh instanceof Unknown ? '' : awsNameOf(mesh)}${owner === account ? '' : `@${owner}`}`;
    return {
      arn: textOf(written) ?? `arn:${partitionOf(region)}:appmesh:${region}:${account}:mesh/${meshPart}${path}`,
      ...(owner === '' ? {} : { meshOwner: owner }),
      ...(account === '' ? {} : { resourceOwner: account }),
    };
  }
}
