import type { ScaledClock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import { labRegistry, type Registry } from '../images/images.ts';
import type {
  CloudMap,
  LogSink,
  MeshConfiguration,
  MetricSink,
  RunningTask,
  TaskEvents,
  TaskRunner,
  TaskSpec,
} from '../services/ports.ts';
import { taskStream } from '../services/logs/taskStream.ts';
import type { Addresses } from './addresses.ts';
import type { DataPlaneLog } from './log.ts';
import type { TaskCredentials } from './taskCredentials.ts';
import type { TaskSurroundings } from './processTask.ts';
import { ProcessTask } from './processTask.ts';
import { resolved, routesOf } from './routing.ts';
import type { MetricBatch, Route } from './task/protocol.ts';

/** How often the proxies' knowledge is compared with the world; real time. */
const REFRESH_REAL_MS = 100;

export interface ProcessTasksOptions {
  clock: ScaledClock;
  cloudMap: CloudMap;
  mesh: MeshConfiguration;
  metrics: MetricSink;
  faults: Faults;
  addresses: Addresses;
  log: DataPlaneLog;
  /** Where tasks get the credentials of their roles; default nowhere. */
  credentials?: TaskCredentials;
  /** Images besides the lab's own. */
  images?: Registry;
  /** Where AWS is; default nowhere. On AWS names lead there. */
  endpoint?: () => string;
  /** Takes what tasks with the log driver awslogs write; default nobody. */
  logs?: LogSink;
}

/**
 * Runs ECS tasks as child processes of this one, on 127.0.0.1 only. Each task's mesh proxy lives in its process; this class
 * is what feeds the proxies: routes and instances as they change, answers of private DNS, faults; and what takes in their
 * metrics. Should this process die, the children end themselves.
 */
export class ProcessTasks implements TaskRunner {
  readonly #options: ProcessTasksOptions;
  readonly #tasks = new Set<ProcessTask>();
  /** The last App Mesh configuration of each task: an Envoy keeps it when App Mesh is gone. */
  readonly #lastRoutes = new WeakMap<TaskSpec, Route[]>();
  readonly #surroundings: TaskSurroundings;
  readonly #refreshing: NodeJS.Timeout;
  #closed = false;
  #whenEmpty: (() => void) | undefined;

  constructor(options: ProcessTasksOptions) {
    this.#options = options;
    const { clock, addresses, log, mesh, cloudMap } = options;
    this.#surroundings = {
      clock,
      addresses,
      log,
      envoyServed: (task) => task.mesh.kind !== 'appMesh' || mesh.serves(task.mesh.meshName, task.mesh.virtualNodeName),
      routes: (task) => this.#routes(task),
      faults: (task) => this.#faults(task),
      resolve: (host, port) => resolved(host, port, cloudMap, addresses),
      images: (reference) => options.images?.(reference) ?? labRegistry(reference),
      environment: (task) => ({
        ...(options.endpoint === undefined ? {} : { AWS_ENDPOINT_URL: options.endpoint() }),
        ...options.credentials?.environmentOf(task),
      }),
      wrote: ({ taskArn }, { name, logs }, line) => {
        if (logs === undefined) return;
        options.logs?.write(logs.group, taskStream(logs.streamPrefix, name, taskArn), line);
      },
      publish: (batches) => this.#publish(batches),
      gone: (task) => {
        options.credentials?.forget(task.spec.taskArn);
        this.#tasks.delete(task);
        if (this.#tasks.size === 0) this.#whenEmpty?.();
      },
    };
    this.#refreshing = setInterval(() => this.#refresh(), REFRESH_REAL_MS);
    this.#refreshing.unref();
  }

  /** Neither event runs before this has returned. */
  start(spec: TaskSpec, events: TaskEvents): RunningTask {
    if (this.#closed) throw new Error(`${spec.taskArn} was not started: the lab's task runner is closed.`);
    const task = new ProcessTask(spec, events, this.#surroundings);
    this.#tasks.add(task);
    return {
      check: (check, heard) => task.check(check, heard),
      stop: () => {
        task.stop();
        // The others hear of it before the task hears SIGTERM.
        this.#refresh();
      },
    };
  }

  /** The process ids of a task's containers that are alive, for whoever wants to hurt it. */
  pids(taskArn: string): number[] {
    return [...this.#tasks].filter((task) => task.spec.taskArn === taskArn).flatMap((task) => task.pids);
  }

  /** Kills every child and resolves when they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#refreshing);
    const empty = new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
    for (const task of this.#tasks) task.kill();
    if (this.#tasks.size > 0) await empty;
  }

  #refresh(): void {
    for (const task of this.#tasks) task.refresh();
  }

  #routes(task: TaskSpec): Route[] {
    const { cloudMap, mesh, faults } = this.#options;
    if (task.mesh.kind !== 'appMesh') return routesOf(task.mesh, cloudMap, mesh);
    const last = this.#lastRoutes.get(task);
    if (last !== undefined && faults.has('app-mesh-gone')) return last;
    const routes = routesOf(task.mesh, cloudMap, mesh);
    this.#lastRoutes.set(task, routes);
    return routes;
  }

  #faults(task: TaskSpec): { errors: boolean; slow: boolean } {
    const { faults } = this.#options;
    const { kind } = task.mesh;
    if (kind === 'none') return { errors: false, slow: false };
    const green = kind === 'serviceConnect';
    return {
      errors: faults.has(green ? 'green-errors' : 'blue-errors'),
      slow: faults.has('all-slow') || (green && faults.has('green-slow')),
    };
  }

  #publish(batches: MetricBatch[]): void {
    for (const { name, dimensions, values, atMs } of batches) {
      for (const set of dimensions) {
        for (const value of values) {
          this.#options.metrics.record({ namespace: 'AWS/ECS', name, dimensions: set, value, atMs });
        }
      }
    }
  }
}
