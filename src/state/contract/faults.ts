import type { TableFault, TableOperation } from '../memoryTable.ts';

/** Faults that a test has asked for, each for one request. */
export class AskedFaults {
  readonly #asked: { operation: TableOperation; skip: number; fault: TableFault }[] = [];

  /** The next answer of this operation is lost after its effect, and it is sent again. */
  loseNextAnswer(operation: TableOperation): void {
    this.#asked.push({ operation, skip: 0, fault: 'loseAnswer' });
  }

  /** One request fails without an effect and is not sent again: the next, or the one after `skip` others. */
  failNext(operation: TableOperation, skip = 0): void {
    this.#asked.push({ operation, skip, fault: 'fail' });
  }

  /** What becomes of a request; a fault that strikes is spent. */
  take(operation: TableOperation): TableFault {
    const index = this.#asked.findIndex((asked) => asked.operation === operation);
    const asked = this.#asked[index];
    if (asked === undefined) return 'none';
    if (asked.skip > 0) {
      asked.skip -= 1;
      return 'none';
    }
    this.#asked.splice(index, 1);
    return asked.fault;
  }
}
