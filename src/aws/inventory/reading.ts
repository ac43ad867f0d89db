import type { EstateExport, Json } from '../../estate/export.ts';
import { adviceOnDenial } from '../denial.ts';
import { codeOf, kindOf } from '../errors.ts';
import type { AwsClients } from '../clients.ts';
import { expectCalls } from '../expectedCalls.ts';

/** The clients that an inventory reads with. */
export type InventoryClients = Pick<
  AwsClients,
  'ecs' | 'appMesh' | 'serviceDiscovery' | 'elbv2' | 'autoScaling' | 'sts'
>;

/** How many calls of one kind are under way at once; the clients' budget holds them to AWS's rates. */
const PARALLEL_CALLS = 5;

/** As it would read after a way through a file: dates are ISO strings, nothing is `undefined`. */
export const toJson = <Value>(value: Value): Json<Value> => JSON.parse(JSON.stringify(value)) as Json<Value>;

/** Answers in the order of the items. One call is expected for each, and what `read` itself expects. */
export async function inParallel<Item, Answer>(
  items: readonly Item[],
  read: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  expectCalls(items.length);
  const answers: Answer[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      const item = items[index] as Item;
      answers[index] = await read(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_CALLS, items.length) }, worker));
  return answers;
}

/** Records reads that failed, so that nothing is missing in silence. */
export class ReadErrors {
  readonly errors: EstateExport['errors'] = [];

  record(call: string, subject: string | undefined, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.errors.push({
      call,
      ...(subject === undefined ? {} : { subject }),
      code: codeOf(error),
      message: kindOf(error) === 'denied' ? `${message}. ${adviceOnDenial(call, codeOf(error), message)}` : message,
    });
  }

  /** The answer, or `otherwise` with the failure on record. */
  async tolerate<Answer>(
    call: string,
    subject: string | undefined,
    read: () => Promise<Answer>,
    otherwise: Answer,
  ): Promise<Answer> {
    try {
      return await read();
    } catch (error) {
      this.record(call, subject, error);
      return otherwise;
    }
  }
}
