import { copied } from './copied.ts';
import type { Call, Operation } from './service.ts';

const bareOperations = new WeakMap<Operation, Operation>();

/** The same operations with input and output copied, so that neither side holds on to the other's state. */
export function isolated(
  operations: Readonly<Record<string, (input: never, call: Call) => unknown>>,
): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => {
      const isolatedOne: Operation = (input: unknown, call) => copied(operation(copied(input ?? {}) as never, call));
      bareOperations.set(isolatedOne, (input: unknown, call) => operation(input as never, call));
      return [name, isolatedOne];
    }),
  );
}

/** The operation without the copies, for who makes copies of its own of what goes in and comes out. */
export const bare = (operation: Operation): Operation => bareOperations.get(operation) ?? operation;
