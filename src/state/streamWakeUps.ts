import type { Changed, WakeUps } from '../reconciler/wakeUps.ts';
import type { ChangeStream } from './changeStream.ts';

/** {@link WakeUps} by the table's stream while it answers, and by a look at the index where it does not. */
export class StreamWakeUps implements WakeUps {
  readonly #stream: Pick<ChangeStream, 'read'>;
  readonly #index: WakeUps;

  constructor(stream: Pick<ChangeStream, 'read'>, index: WakeUps) {
    this.#stream = stream;
    this.#index = index;
  }

  async look(): Promise<Changed> {
    return (await this.#stream.read()) ?? this.#index.look();
  }

  asked(plan: string): Promise<string | undefined> {
    return this.#index.asked(plan);
  }

  heard(plan: string, asked: string): Promise<boolean> {
    return this.#index.heard(plan, asked);
  }
}
