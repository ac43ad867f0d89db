import type { Estate } from '../../../lab/estates/estate.ts';
import { Load } from '../../../src/cli/demo/load.ts';
import { type SideCounts, Tally } from '../../../src/cli/demo/tally.ts';
import { WorldView } from '../../../src/cli/demo/worldView.ts';

/** Requests per second and path. */
const RATE = 60;
const LEARN_MS = 500;

/** Who look at an account of the lab: an administrator's clients. */
interface Eyes {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/** Users of an application, who never stop asking, and what they saw. */
export class Users {
  readonly world: WorldView;
  readonly #url: string;
  readonly #paths: readonly string[];
  readonly #rate: number;
  readonly #tally: Tally;
  readonly #learning: NodeJS.Timeout;
  readonly #loads: Load[] = [];

  constructor(
    { url, clusterName }: Pick<Estate, 'url' | 'clusterName'>,
    eyes: Eyes,
    { paths = ['/'], rate = RATE }: { paths?: readonly string[]; rate?: number } = {},
  ) {
    this.world = new WorldView({ ...eyes, cluster: clusterName });
    this.#url = url;
    this.#paths = paths;
    this.#rate = rate;
    this.#tally = new Tally((taskId) => {
      const service = this.world.serviceOfTask(taskId);
      return service === undefined ? 'nobody' : /-sc\d*$/.test(service) ? 'green' : 'blue';
    });
    // A look that is throttled is left out: the next one sees the same tasks.
    this.#learning = setInterval(() => void this.world.learnTasks().catch(() => undefined), LEARN_MS);
  }

  /** As many users more as there were at the beginning, who ask for the same. */
  add(): void {
    for (const path of this.#paths) {
      const load = new Load({
        url: `${this.#url}${path}`,
        rate: this.#rate,
        onOutcome: (outcome) => this.#tally.add(outcome),
      });
      this.#loads.push(load);
      load.start();
    }
  }

  /** What they saw, by who served them. Tells the numbers, too. */
  async saw(scenario: string): Promise<SideCounts & { failures: Record<string, number> }> {
    await this.world.learnTasks();
    const sides = this.#tally.total();
    const failures = Object.fromEntries(this.#tally.failures);
    const words = (['blue', 'green', 'nobody'] as const).map(
      (side) => `${side} ${sides[side].requests} requests, ${sides[side].failed} failed`,
    );
    process.stdout.write(`${scenario}: ${words.join('; ')}\n`);
    return { ...sides, failures };
  }

  /** They have their last answers, and ask no more. */
  async leave(): Promise<void> {
    clearInterval(this.#learning);
    for (const load of this.#loads) await load.stop();
  }
}
