import type { Call, Operation } from './service.ts';

/** The same operations with input and output copied, so that neither side holds on to the other's state. */
export function isolated(
  operations: Readonly<Record<string, (input: never, call: Call) => unknown>>,
): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (input: unknown, call: Call) => structuredClone(operation(structuredClone(input ?? {}) as never, call)),
    ]),
  );
}
