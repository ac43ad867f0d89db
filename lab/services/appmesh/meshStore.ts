import type {
  GatewayRouteSpec,
  MeshSpec,
  RouteSpec,
  VirtualGatewaySpec,
  VirtualNodeSpec,
  VirtualRouterSpec,
  VirtualServiceSpec,
} from '@aws-sdk/client-app-mesh';
import type { Kind } from './kinds.ts';

export interface Specs {
  mesh: MeshSpec;
  virtualNode: VirtualNodeSpec;
  virtualService: VirtualServiceSpec;
  virtualRouter: VirtualRouterSpec;
  route: RouteSpec;
  virtualGateway: VirtualGatewaySpec;
  gatewayRoute: GatewayRouteSpec;
}

export interface Resource<K extends Kind = Kind> {
  kind: K;
  meshName: string;
  /** The virtual router of a route, the virtual gateway of a gateway route. */
  parentName: string | undefined;
  /** Of a mesh, the mesh's own name. */
  name: string;
  spec: Specs[K];
  arn: string;
  uid: string;
  version: number;
  createdMs: number;
  updatedMs: number;
  /** The place in the order of creation; page tokens are made of it. */
  sequence: number;
  tags: Map<string, string>;
}

/** All resources of all meshes. */
export class MeshStore {
  readonly #resources = new Map<string, Resource>();
  #sequence = 0;

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  put(resource: Resource): void {
    this.#resources.set(resource.arn, resource);
  }

  delete(resource: Resource): void {
    this.#resources.delete(resource.arn);
  }

  byArn(arn: string): Resource | undefined {
    return this.#resources.get(arn);
  }

  find<K extends Kind>(kind: K, meshName: string, name: string, parentName?: string): Resource<K> | undefined {
    return this.list(kind, meshName, parentName).find((resource) => resource.name === name);
  }

  /** In the order of creation. Without `parentName` those of all parents, without `meshName` those of all meshes. */
  list<K extends Kind>(kind: K, meshName?: string, parentName?: string): Resource<K>[] {
    return [...this.#resources.values()].filter(
      (resource): resource is Resource<K> =>
        resource.kind === kind &&
        (meshName === undefined || resource.meshName === meshName) &&
        (parentName === undefined || resource.parentName === parentName),
    );
  }
}
