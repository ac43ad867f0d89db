import type {
  Address,
  HealthProbe,
  ProbeResult,
  RunningTask,
  TaskEvents,
  TaskRunner,
  TaskSpec,
} from '../services/ports.ts';
import type { SimulatedTasks } from './simulatedTasks.ts';

/**
 * Real and simulated tasks in one lab, since a machine carries few processes: who starts a task is decided once, when it starts, and a
 * health check goes to whoever runs the task that has the address.
 */
export class MixedTasks implements TaskRunner, HealthProbe {
  readonly #real: TaskRunner;
  readonly #realProbe: HealthProbe;
  readonly #simulated: SimulatedTasks;
  readonly #isSimulated: (task: TaskSpec) => boolean;

  constructor(options: {
    real: TaskRunner;
    realProbe: HealthProbe;
    simulated: SimulatedTasks;
    isSimulated: (task: TaskSpec) => boolean;
  }) {
    this.#real = options.real;
    this.#realProbe = options.realProbe;
    this.#simulated = options.simulated;
    this.#isSimulated = options.isSimulated;
  }

  start(task: TaskSpec, events: TaskEvents): RunningTask {
    return (this.#isSimulated(task) ? this.#simulated : this.#real).start(task, events);
  }

  async probe(target: Address, path: string, timeoutMs: number, protocolVersion: string): Promise<ProbeResult> {
    const simulated = this.#simulated.probe(target);
    if (simulated.kind !== 'refused') return simulated;
    return this.#realProbe.probe(target, path, timeoutMs, protocolVersion);
  }
}
