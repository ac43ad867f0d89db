import type { Clock } from '../../clock.ts';
import type { Random } from '../../random.ts';
import type { Arns } from './arns.ts';
import type { Events } from './events.ts';
import { type DeploymentRecord, HISTORY_MAX, primaryOf, type Revision, type ServiceRecord } from './records.ts';
import type { CheckedServiceConnect, ServiceConnect } from './serviceConnect.ts';

/** Deployments of services: how they begin, complete, fail and go (rows E42, E43). */
export class Deployments {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #arns: Arns;
  readonly #events: Events;
  readonly #serviceConnect: ServiceConnect;
  readonly #findService: (serviceArn: string) => ServiceRecord | undefined;

  constructor(parts: {
    clock: Clock;
    random: Random;
    arns: Arns;
    events: Events;
    serviceConnect: ServiceConnect;
    findService: (serviceArn: string) => ServiceRecord | undefined;
  }) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#arns = parts.arns;
    this.#events = parts.events;
    this.#serviceConnect = parts.serviceConnect;
    this.#findService = parts.findService;
  }

  /** A new PRIMARY deployment; what was PRIMARY becomes ACTIVE. The endpoint list is frozen here (row S10). */
  begin(service: ServiceRecord, revision: Revision, checked: CheckedServiceConnect | undefined): DeploymentRecord {
    const published = checked === undefined ? undefined : this.#serviceConnect.publish(checked);
    const id = `ecs-svc/${this.#digits(19)}`;
    const nowMs = this.#clock.now();
    const deployment: DeploymentRecord = {
      id,
      serviceDeploymentArn: this.#arns.serviceDeployment(service.clusterName, service.name, this.#random.hex(21)),
      serviceRevisionArn: this.#arns.serviceRevision(service.clusterName, service.name, this.#digits(19)),
      status: 'PRIMARY',
      revision,
      launchType: service.launchType,
      capacityProviderStrategy: service.capacityProviderStrategy,
      serviceConnect: published?.mesh,
      serviceConnectResources: published?.resources ?? [],
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: `ECS deployment ${id} in progress.`,
      completedOnce: false,
      failedTasks: 0,
      startFailures: 0,
      nextStartAtMs: 0,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      finishedAtMs: undefined,
      rollbackOf: undefined,
    };
    for (const older of service.deployments) older.status = 'ACTIVE';
    service.deployments = [deployment, ...service.deployments];
    service.steady = false;
    return deployment;
  }

  complete(service: ServiceRecord, deployment: DeploymentRecord): void {
    deployment.rolloutState = 'COMPLETED';
    deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
    deployment.completedOnce = true;
    deployment.updatedAtMs = this.#clock.now();
    deployment.finishedAtMs = deployment.updatedAtMs;
    this.#events.add(service, `(deployment ${deployment.id}) deployment completed.`);
  }

  /**
   * A task of the deployment never ran, or failed its health checks: the circuit breaker's count. With rollback the last
   * completed deployment comes back; without, or where there was none, the deployment stays PRIMARY and FAILED, starts nothing
   * more, and the older tasks stay. Without a circuit breaker it goes on IN_PROGRESS for ever (row E42).
   */
  noteFailedTask(service: ServiceRecord, deployment: DeploymentRecord, what: 'start' | 'health'): void {
    deployment.failedTasks += 1;
    deployment.updatedAtMs = this.#clock.now();
    const breaker = service.deploymentConfiguration.deploymentCircuitBreaker;
    const current = deployment === primaryOf(service) && deployment.rolloutState === 'IN_PROGRESS';
    if (breaker?.enable !== true || !current || deployment.failedTasks < thresholdOf(service)) return;
    const why = what === 'start' ? 'tasks failed to start.' : 'tasks failed health checks.';
    deployment.rolloutState = 'FAILED';
    deployment.rolloutStateReason = `ECS deployment circuit breaker: ${why}`;
    deployment.finishedAtMs = this.#clock.now();
    this.#events.add(service, `(deployment ${deployment.id}) deployment failed: ${why}`);
    if (breaker.rollback === true && deployment.rollbackOf === undefined) this.#rollBack(service, deployment);
  }

  /** The deployment has no task left: it turns INACTIVE and leaves the service's list. */
  retire(service: ServiceRecord, deployment: DeploymentRecord): void {
    deployment.status = 'INACTIVE';
    deployment.finishedAtMs ??= this.#clock.now();
    service.deployments = service.deployments.filter((other) => other !== deployment);
    service.history = [deployment, ...service.history].slice(0, HISTORY_MAX);
    this.releaseNames(service);
  }

  /** Gives up the discovery names that no deployment of the service serves any more. */
  releaseNames(service: ServiceRecord): void {
    // A deleted service may have been made anew meanwhile, with the same ARN (row E3) and the same names.
    const current = this.#findService(service.arn);
    const serving = current === undefined || current.status === 'INACTIVE' ? [] : current.deployments;
    const served = serving.flatMap(({ serviceConnectResources }) =>
      serviceConnectResources.map(({ discoveryArn }) => discoveryArn ?? ''),
    );
    this.#serviceConnect.release(service.arn, new Set(served));
  }

  #rollBack(service: ServiceRecord, failed: DeploymentRecord): void {
    const standing = service.deployments.find((other) => other !== failed && other.completedOnce);
    if (standing === undefined) return;
    // Its tasks still run, so the same deployment is promoted again instead of being deployed anew.
    failed.status = 'ACTIVE';
    standing.status = 'PRIMARY';
    standing.rolloutState = 'IN_PROGRESS';
    standing.rolloutStateReason = `ECS deployment circuit breaker: rolling back to deploymentId ${standing.id}.`;
    standing.rollbackOf = failed;
    standing.failedTasks = 0;
    standing.updatedAtMs = this.#clock.now();
    service.deployments = [standing, ...service.deployments.filter((other) => other !== standing)];
    service.steady = false;
    this.#events.add(service, `(deployment ${failed.id}) rolling back to deployment ${standing.id}.`);
  }

  #digits(length: number): string {
    return Array.from({ length }, (_, index) =>
      String(index === 0 ? 1 + this.#random.below(9) : this.#random.below(10)),
    ).join('');
  }
}

/** Row E43: half of the desired count, at least 3 and at most 200, unless the service says otherwise. */
export function thresholdOf(service: ServiceRecord): number {
  const given = service.deploymentConfiguration.deploymentCircuitBreaker?.thresholdConfiguration;
  const value = given?.value ?? 50;
  if (given?.type === 'COUNT') return Math.max(1, value);
  const share = Math.ceil((service.desiredCount * value) / 100);
  return given?.type === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(200, Math.max(3, share));
}
