import type { Clock } from '../../clock.ts';
import type { MetricSink } from '../ports.ts';
import type { Clusters } from './clusters.ts';
import type { ServiceStore } from './serviceStore.ts';
import { isPending, isRunning } from './serviceStore.ts';

const PERIOD_MS = 60_000;

/**
 * What ECS itself counts, published each minute as `ECS/ContainerInsights` {ClusterName, ServiceName} for clusters that have
 * Container Insights switched on. CPU and memory are not published: the lab does not measure them.
 */
export class ContainerInsights {
  readonly #parts: { clock: Clock; metrics: MetricSink; clusters: Clusters; store: ServiceStore };

  constructor(parts: { clock: Clock; metrics: MetricSink; clusters: Clusters; store: ServiceStore }) {
    this.#parts = parts;
  }

  start(): void {
    this.#parts.clock.after(PERIOD_MS, () => {
      this.#publish();
      this.start();
    });
  }

  #publish(): void {
    const { clock, metrics, clusters, store } = this.#parts;
    for (const cluster of clusters.all()) {
      const setting = cluster.settings.find(({ name }) => name === 'containerInsights')?.value ?? 'disabled';
      if (setting === 'disabled' || cluster.status !== 'ACTIVE') continue;
      for (const service of store.services(cluster.name)) {
        if (service.status !== 'ACTIVE') continue;
        const tasks = [...service.tasks];
        const values = {
          DesiredTaskCount: service.desiredCount,
          RunningTaskCount: tasks.filter(isRunning).length,
          PendingTaskCount: tasks.filter(isPending).length,
          DeploymentCount: service.deployments.length,
        };
        for (const [name, value] of Object.entries(values)) {
          metrics.record({
            namespace: 'ECS/ContainerInsights',
            name,
            dimensions: { ClusterName: cluster.name, ServiceName: service.name },
            value,
            atMs: clock.now(),
          });
        }
      }
    }
  }
}
