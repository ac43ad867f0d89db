import type { RegistryHandOver, ScalingResource, ServiceResource } from '../../assess/model.ts';
import type { BlueService, MeshResource } from '../../estate/model.ts';
import type { TurnReading } from '../../machines/gates/turns.ts';
import type { Verdict } from '../../plan/verdict.ts';
import type { Owner } from './resources.ts';

/** Blue's side in retire. */
export interface BlueRetirement {
  /** Suspends scaling and lowers the minimum to 0 in one call (row P2), then sets the desired count to 0. */
  scaleDown(service: BlueService): Promise<void>;
  /** `pass` when the service runs nothing. */
  scaledDown(service: BlueService): Promise<Verdict>;
  /** Takes the scalable target and the service away. */
  remove(service: BlueService): Promise<void>;
  removed(service: BlueService): Promise<Verdict>;
  /** Deletes one App Mesh resource; one that is already gone counts as deleted. */
  removeMesh(resource: MeshResource): Promise<void>;
  meshRemoved(resources: readonly MeshResource[]): Promise<Verdict>;
  /** Sets the desired count back to the recorded one. */
  revive(service: BlueService): Promise<void>;
}

/** Green's services in blue's Cloud Map services, for callers that resolve those names. They throw only {@link AwsCallError}. */
export interface GreenRegistries {
  /**
   * Has green's service register there too, which deploys it anew, with new tasks before old ones stop; once that is over a deployment
   * configuration that allows less is put back. `unchanged` where there is nothing to do, or nothing yet.
   */
  register(handOver: RegistryHandOver, owner: Owner): Promise<'registered' | 'restored' | 'unchanged'>;
  /** `pass` when the deployment is over and every task of green is an instance there. */
  registered(handOver: RegistryHandOver): Promise<Verdict>;
  /** Takes green's service out again. False where it is out already, or is not ours. */
  withdraw(handOver: RegistryHandOver, owner: Owner): Promise<boolean>;
  /** `pass` when green's service registers there no more and is deployed by its own bounds, or is not ours. */
  withdrawn(handOver: RegistryHandOver, owner: Owner): Promise<Verdict>;
}

/** The two sides of a service that never run both. Each may run twice, and may be cut at any point. */
export interface TurnTaking {
  /** @param owner whose it must be: another's counts as not there; `undefined` for blue, which is the user's */
  read(clusterArn: string, service: string, owner: Owner | undefined): Promise<TurnReading>;
  /** Sets green's count, and then wakes its scaling. */
  startGreen(resource: ServiceResource, count: number, scaling: ScalingResource | undefined): Promise<void>;
  /** Puts green's scaling to sleep, and then sets its count to 0. */
  stopGreen(resource: ServiceResource, scaling: ScalingResource | undefined): Promise<void>;
  /** Sets blue's count back to the recorded one, and then its scaling, but for its scale-in, which stays suspended. */
  restartBlue(service: BlueService): Promise<void>;
}
