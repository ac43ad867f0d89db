import type { Clock, Timer } from '../clock.ts';
import type {
  Address,
  HealthProbe,
  MeshConfiguration,
  ProbeResult,
  RunningTask,
  TaskEvents,
  TaskRunner,
  TaskSpec,
} from '../services/ports.ts';

/** What a simulated task does when it is started. */
export interface SimulatedBehaviour {
  /** `crash`: its essential container exits with 1 in place of running. `hang`: it never comes up, nor stops by itself. */
  start: 'run' | 'crash' | 'hang';
  /** Lab time from the start of its containers until it runs or crashes; default 0. */
  startMs?: number;
  /** Lab time from SIGTERM until it is gone; default 0. */
  stopMs?: number;
  /** How it answers health checks while it runs; default a response with status 200. */
  health?: ProbeResult;
  /** Whether the health checks of its containers pass while it runs; default true. */
  passesChecks?: boolean;
}

/** A task that is simulated, until it is gone. */
export interface SimulatedTask {
  readonly spec: TaskSpec;
  readonly state: 'starting' | 'running' | 'stopping';
  /** How it answers health checks while it runs. */
  readonly health: ProbeResult;
}

interface LiveTask {
  spec: TaskSpec;
  events: TaskEvents;
  state: SimulatedTask['state'];
  health: ProbeResult;
  passesChecks: boolean;
  stopMs: number;
  timer: Timer | undefined;
}

const HEALTHY: ProbeResult = { kind: 'response', status: 200 };

/**
 * Tasks without processes. Nothing happens inside `start` or `stop` themselves: even without delay it takes one tick of the
 * clock. A task of App Mesh whose Envoy gets no configuration hangs, as it does on AWS once App Mesh is gone.
 */
export class SimulatedTasks implements TaskRunner {
  readonly #clock: Clock;
  readonly #mesh: Pick<MeshConfiguration, 'serves'>;
  readonly #live = new Map<string, LiveTask>();
  #behave: (task: TaskSpec) => SimulatedBehaviour = () => ({ start: 'run' });

  constructor(options: { clock: Clock; mesh: Pick<MeshConfiguration, 'serves'> }) {
    this.#clock = options.clock;
    this.#mesh = options.mesh;
  }

  /** Decides what tasks do that start from now on. */
  behave(decide: (task: TaskSpec) => SimulatedBehaviour): void {
    this.#behave = decide;
  }

  start(spec: TaskSpec, events: TaskEvents): RunningTask {
    const behaviour = this.#behave(spec);
    const live: LiveTask = {
      spec,
      events,
      state: 'starting',
      health: behaviour.health ?? HEALTHY,
      passesChecks: behaviour.passesChecks ?? true,
      stopMs: behaviour.stopMs ?? 0,
      timer: undefined,
    };
    this.#live.set(spec.taskArn, live);
    const { mesh } = spec;
    const configured = mesh.kind !== 'appMesh' || this.#mesh.serves(mesh.meshName, mesh.virtualNodeName);
    if (configured && behaviour.start !== 'hang') {
      live.timer = this.#clock.after(behaviour.startMs ?? 0, () => {
        if (behaviour.start === 'crash') {
          this.#end(live, { exitCode: 1, message: 'Essential container in task exited' });
        } else {
          live.state = 'running';
          events.running();
        }
      });
    }
    return {
      stop: () => this.#stop(live),
      check: (_check, heard) => {
        if (this.#live.has(spec.taskArn)) heard(live.state === 'running' && live.passesChecks);
      },
    };
  }

  /** Every task that is not gone, in the order of their start. */
  tasks(): SimulatedTask[] {
    return [...this.#live.values()].map(({ spec, state, health }) => ({ spec, state, health }));
  }

  /** The tasks of one ECS service. */
  of(serviceName: string): SimulatedTask[] {
    return this.tasks().filter(({ spec }) => spec.serviceName === serviceName);
  }

  /** The task's essential container dies at once, as by SIGKILL. Throws for a task that is gone. */
  kill(taskArn: string, exitCode = 137): void {
    this.#end(this.#get(taskArn), { exitCode, message: 'Essential container in task exited' });
  }

  /** Changes how a task answers health checks from now on. Throws for a task that is gone. */
  setHealth(taskArn: string, health: ProbeResult): void {
    this.#get(taskArn).health = health;
  }

  /** Whether the health checks of its containers pass from now on. Throws for a task that is gone. */
  setPassesChecks(taskArn: string, passesChecks: boolean): void {
    this.#get(taskArn).passesChecks = passesChecks;
  }

  /** The answer to a health check: of the running task that has the address, else a refused connection. */
  probe(target: Address): ProbeResult {
    for (const { spec, state, health } of this.#live.values()) {
      const listens = spec.containers.some(({ containerPorts }) => containerPorts.includes(target.port));
      if (spec.ip === target.ip && listens && state === 'running') return health;
    }
    return { kind: 'refused' };
  }

  #get(taskArn: string): LiveTask {
    const live = this.#live.get(taskArn);
    if (live === undefined) throw new Error(`there is no simulated task ${taskArn}`);
    return live;
  }

  #stop(live: LiveTask): void {
    if (live.state === 'stopping' || !this.#live.has(live.spec.taskArn)) return;
    live.state = 'stopping';
    live.timer?.cancel();
    live.timer = this.#clock.after(live.stopMs, () =>
      this.#end(live, { exitCode: 143, message: 'Stopped by SIGTERM' }),
    );
  }

  #end(live: LiveTask, reason: { exitCode: number; message: string }): void {
    if (!this.#live.delete(live.spec.taskArn)) return;
    live.timer?.cancel();
    live.events.stopped(reason);
  }
}

const GRPC_HEALTH = '/grpc.health.v1.Health/Check';
const OK = 0;
const UNIMPLEMENTED = 12;

/** Health checks against {@link SimulatedTasks}, answered without delay. A task that answers 200 has a health service and no other method, where it is asked by gRPC. */
export class SimulatedProbe implements HealthProbe {
  #tasks: SimulatedTasks | undefined;

  /** The load balancer is made before the tasks are; until they are attached every connection is refused. */
  attach(tasks: SimulatedTasks): void {
    this.#tasks = tasks;
  }

  async probe(target: Address, path = '/', _timeoutMs = 0, protocolVersion = 'HTTP1'): Promise<ProbeResult> {
    const result = this.#tasks?.probe(target) ?? { kind: 'refused' };
    if (protocolVersion !== 'GRPC' || result.kind !== 'response' || result.status !== 200) return result;
    return { kind: 'grpc', code: path === GRPC_HEALTH ? OK : UNIMPLEMENTED };
  }
}
