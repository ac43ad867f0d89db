import type { Clock } from '../../clock.ts';
import type { Faults } from '../../faults.ts';
import type { Random } from '../../random.ts';
import type { MeshConfiguration, MeshRoute } from '../ports.ts';
import type { Account, Operation, Service } from '../service.ts';
import { meshOperations } from './meshOperations.ts';
import { MeshStore } from './meshStore.ts';
import { routesOf } from './routing.ts';

/**
 * App Mesh (§6): the API, and what Envoys get from it. That the API no longer answers once App Mesh is gone is the matter of whoever
 * serves it; here a new Envoy then gets nothing, while the running ones keep what they have.
 */
export class AppMeshService implements Service, MeshConfiguration {
  readonly id = 'app-mesh';
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #store = new MeshStore();
  readonly #faults: Faults;

  constructor(options: { clock: Clock; random: Random; account: Account; faults: Faults }) {
    const { clock, random, account, faults } = options;
    this.#faults = faults;
    this.operations = meshOperations({ clock, random, account, store: this.#store });
  }

  serves(meshName: string, virtualNodeName: string): boolean {
    if (this.#faults.has('app-mesh-gone')) return false;
    return this.#store.find('virtualNode', withoutOwner(meshName), virtualNodeName) !== undefined;
  }

  routes(meshName: string, virtualNodeName: string): MeshRoute[] {
    const mesh = withoutOwner(meshName);
    const node = this.#store.find('virtualNode', mesh, virtualNodeName);
    return node === undefined ? [] : routesOf(this.#store, mesh, node);
  }
}

/** Tasks may name their mesh `NAME@OWNER` (`mesh-mapping.md` 0.13). */
function withoutOwner(meshName: string): string {
  return meshName.replace(/@\d{12}$/, '');
}
