import type { ScaledClock } from '../clock.ts';
import type { Image, Registry } from '../images/images.ts';
import type { ContainerCheck, RunningTask, TaskContainer, TaskEvents, TaskSpec } from '../services/ports.ts';
import type { Addresses } from './addresses.ts';
import { ContainerProcess } from './containerProcess.ts';
import { runHealthCommand } from './healthCommand.ts';
import type { DataPlaneLog } from './log.ts';
import { interceptsOf, placed } from './routing.ts';
import type { Endpoint, FromTask, MetricBatch, ProxyConfiguration, ProxyState, Route } from './task/protocol.ts';
import { metadataPath, METADATA_HOST } from './task/taskMetadata.ts';

/** A stop timeout never gets less real time than this, however fast the clock. */
const STOP_REAL_FLOOR_MS = 2_000;
/**
 * How long (real time) a started application may take to listen on its ports before the task counts as running all the same.
 * Without the wait a process's start, which a fast clock does not make faster, would look like minutes of a task that is
 * RUNNING and deaf.
 */
const LISTEN_REAL_MS = 5_000;
/** Nor does a health check, most of whose time is the start of its process. */
const CHECK_REAL_FLOOR_MS = 5_000;
/** Envoy's health check of AWS's samples gives up about this long after the start; lab time. */
const ENVOY_START_MS = 60_000;

/** What a task needs from the place where it runs. */
export interface TaskSurroundings {
  clock: ScaledClock;
  addresses: Addresses;
  log: DataPlaneLog;
  /** Whether the task's Envoy, if it has one, would get its configuration now. */
  envoyServed(task: TaskSpec): boolean;
  /** What the task's proxy knows now. */
  routes(task: TaskSpec): Route[];
  faults(task: TaskSpec): { errors: boolean; slow: boolean };
  resolve(host: string, port: number): Endpoint[];
  images: Registry;
  /** What its processes find in their environment to get at AWS, and at the credentials of its role. */
  environment(task: TaskSpec): Record<string, string>;
  /** A line that a container wrote. */
  wrote(task: TaskSpec, container: TaskContainer, line: string): void;
  publish(batches: MetricBatch[]): void;
  gone(task: ProcessTask): void;
}

/** An ECS task as child processes, one a container. */
export class ProcessTask implements RunningTask {
  readonly spec: TaskSpec;
  readonly #surroundings: TaskSurroundings;
  readonly #events: TaskEvents;
  readonly #startedAtMs: number;
  readonly #images = new Map<TaskContainer, Image>();
  readonly #started = new Set<ContainerProcess>();
  readonly #siblings: Record<string, number> = {};
  /** What ends the health checks that are under way. */
  readonly #checks = new Set<() => void>();
  #processes: ContainerProcess[] = [];
  #phase: 'waitingForEnvoy' | 'starting' | 'running' | 'stopping' | 'stopped' = 'waitingForEnvoy';
  #reason: { exitCode: number | undefined; message: string } | undefined;
  #pushed = '';

  constructor(spec: TaskSpec, events: TaskEvents, surroundings: TaskSurroundings) {
    this.spec = spec;
    this.#events = events;
    this.#surroundings = surroundings;
    this.#startedAtMs = surroundings.clock.now();
    for (const container of spec.containers) {
      const image = surroundings.images(container.image);
      if (image === undefined) {
        this.#reason = { exitCode: undefined, message: cannotPull(container.image) };
        setImmediate(() => this.#stopped());
        return;
      }
      this.#images.set(container, image);
    }
    this.refresh();
  }

  get pids(): number[] {
    return this.#processes.flatMap((process) => (process.exited || process.pid === undefined ? [] : [process.pid]));
  }

  /** Starts what waits for its Envoy; brings the proxies up to date where something has changed. */
  refresh(): void {
    if (this.#reason !== undefined) return;
    if (this.#phase === 'waitingForEnvoy') {
      if (this.#surroundings.envoyServed(this.spec)) this.#spawn();
      else if (this.#surroundings.clock.now() - this.#startedAtMs > ENVOY_START_MS) {
        const message =
          'Task failed to start: container envoy is UNHEALTHY, it never got its configuration from App Mesh';
        this.#reason = { exitCode: undefined, message };
        setImmediate(() => this.#stopped());
      }
    } else if (this.#phase !== 'stopped') {
      const state = this.#state();
      const text = JSON.stringify(state);
      if (text === this.#pushed) return;
      this.#pushed = text;
      for (const process of this.#processes) process.send({ kind: 'state', state });
    }
  }

  check({ container, command, timeoutMs }: ContainerCheck, heard: (isHealthy: boolean) => void): void {
    const { clock } = this.#surroundings;
    const process = this.#processes.find((candidate) => candidate.container.name === container);
    if (process === undefined) return;
    const end = runHealthCommand({
      command,
      environment: process.environment,
      confinement: process.confinement,
      configuration: this.#configurationOf(process.container),
      state: this.#state(),
      resolve: (host, port) => this.#surroundings.resolve(host, port),
      timeoutRealMs: Math.max(CHECK_REAL_FLOOR_MS, timeoutMs / clock.scale.factor),
      ended: (isHealthy) => {
        this.#checks.delete(end);
        if (this.#phase !== 'stopped') heard(isHealthy);
      },
    });
    this.#checks.add(end);
  }

  stop(): void {
    if (this.#phase === 'stopping' || this.#phase === 'stopped') return;
    this.#reason ??= { exitCode: undefined, message: 'Task stopped' };
    this.#end();
  }

  kill(): void {
    this.#reason ??= { exitCode: undefined, message: 'Task stopped' };
    if (this.#processes.length === 0) this.#stopped();
    for (const process of this.#processes) process.kill();
  }

  #spawn(): void {
    this.#phase = 'starting';
    const { clock, log } = this.#surroundings;
    const environment = this.#surroundings.environment(this.spec);
    const { taskArn, ip, containers } = this.spec;
    const state = this.#state();
    this.#pushed = JSON.stringify(state);
    this.#processes = containers.map((container) => {
      const process: ContainerProcess = new ContainerProcess({
        container,
        image: this.#images.get(container) as Image,
        taskArn,
        log,
        killAfterRealMs: Math.max(STOP_REAL_FLOOR_MS, container.stopTimeoutMs / clock.scale.factor),
        environment: {
          ...environment,
          HOSTNAME: `ip-${ip.replaceAll('.', '-')}`,
          ECS_CONTAINER_METADATA_URI_V4: `http://${METADATA_HOST}${metadataPath(taskArn, container.name)}`,
        },
        wrote: (line) => this.#surroundings.wrote(this.spec, container, line),
        events: {
          message: (message) => this.#heard(process, message),
          exited: ({ exitCode, startError }) => this.#exited(process, exitCode, startError),
        },
      });
      process.send({ kind: 'configure', state, configuration: this.#configurationOf(container) });
      return process;
    });
  }

  #configurationOf({ name, image }: TaskContainer): ProxyConfiguration {
    const { taskArn, ip, clusterName, serviceName, mesh, containers } = this.spec;
    const ports = containers.flatMap((container) => container.containerPorts);
    return {
      kind: mesh.kind,
      scale: this.#surroundings.clock.scale,
      taskArn,
      clusterName,
      serviceName,
      ip,
      container: { name, image },
      intercepts: interceptsOf(mesh, ports),
    };
  }

  #state(): ProxyState {
    const { addresses } = this.#surroundings;
    return {
      routes: placed(this.#surroundings.routes(this.spec), addresses),
      siblings: this.#siblings,
      ...this.#surroundings.faults(this.spec),
    };
  }

  #heard(process: ContainerProcess, message: FromTask): void {
    switch (message.kind) {
      case 'started':
        this.#started.add(process);
        if (this.#started.size === this.#processes.length) {
          setTimeout(() => this.#running(), LISTEN_REAL_MS).unref();
          this.#runningIfListening();
        }
        break;
      case 'listening':
        if (this.#phase === 'stopping' || process.exited) break;
        this.#siblings[message.containerPort] = message.applicationPort;
        this.#surroundings.addresses.set(this.spec.ip, message.containerPort, message.port);
        if (this.#processes.length > 1) this.refresh();
        this.#runningIfListening();
        break;
      case 'closed':
        delete this.#siblings[message.containerPort];
        break;
      case 'resolve': {
        const endpoints = this.#surroundings.resolve(message.host, message.port);
        process.send({ kind: 'resolved', id: message.id, endpoints });
        break;
      }
      case 'metrics':
        this.#surroundings.publish(message.batches);
        break;
      case 'draining':
      case 'drained':
        break;
    }
  }

  #runningIfListening(): void {
    const ports = this.spec.containers.flatMap((container) => container.containerPorts);
    const listens = ports.every((port) => this.#siblings[port] !== undefined);
    if (listens && this.#started.size === this.#processes.length) this.#running();
  }

  #running(): void {
    if (this.#phase !== 'starting' || this.#reason !== undefined) return;
    this.#phase = 'running';
    this.#events.running();
  }

  #exited(process: ContainerProcess, exitCode: number, startError: string | undefined): void {
    if (startError !== undefined) {
      this.#reason ??= { exitCode: undefined, message: `CannotStartContainerError: ${startError}` };
    } else if (process.container.essential) {
      this.#reason ??= { exitCode, message: 'Essential container in task exited' };
      this.#reason.exitCode ??= exitCode;
    }
    if (this.#processes.every((candidate) => candidate.exited)) {
      this.#reason ??= { exitCode, message: 'Every container in task exited' };
      this.#stopped();
    } else if (this.#reason !== undefined) this.#end();
  }

  /** Ends what still runs; nobody connects to the task from here on. */
  #end(): void {
    this.#surroundings.addresses.delete(this.spec.ip);
    if (this.#processes.length === 0) {
      setImmediate(() => this.#stopped());
      return;
    }
    this.#phase = 'stopping';
    for (const process of this.#processes) process.stop();
  }

  #stopped(): void {
    if (this.#phase === 'stopped') return;
    this.#phase = 'stopped';
    for (const end of this.#checks) end();
    this.#surroundings.addresses.delete(this.spec.ip);
    this.#surroundings.gone(this);
    this.#events.stopped(this.#reason ?? { exitCode: undefined, message: 'Task stopped' });
  }
}

function cannotPull(image: string): string {
  return `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: ${image}: not found`;
}
