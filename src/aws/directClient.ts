import type { Manners } from './manners.ts';

/** One attempt of one call, as a command of the SDK has it. */
export interface DirectCall {
  /** The API's namespace in its model, `com.amazonaws.ecs`. */
  namespace: string;
  /** `DescribeServices`. */
  operation: string;
  /** In the SDK's shape. */
  input: object;
}

/** What an SDK client resolves to. */
export type DirectAnswer = object & { $metadata: { requestId?: string | undefined } };

/**
 * Does a call where it is, without the SDK's middleware and without a wire. It answers, and fails, as an SDK client would: an
 * error has the name, `$fault` and `$metadata` that the SDK gives it.
 */
export type Direct = (call: DirectCall) => Promise<DirectAnswer>;

interface SentCommand {
  readonly input: object;
  /** `[9, namespace, operation, …]`. */
  readonly schema?: unknown;
}

/**
 * Stands in an SDK client's place and has only its `send`. A failed attempt is not tried again: nothing on the way to a service in this
 * process fails by itself.
 *
 * @param service the prefix of the service's IAM actions, `ecs`
 */
export function createDirectClient(service: string, manners: Manners, direct: Direct) {
  return {
    send(command: SentCommand): Promise<DirectAnswer> {
      const { namespace, operation } = addressOf(command);
      return manners.call(`${service}:${operation}`, () =>
        manners.attempt(
          () => {
            manners.send();
            return direct({ namespace, operation, input: command.input });
          },
          ({ $metadata }) => $metadata.requestId,
        ),
      );
    },
    destroy() {},
  };
}

function addressOf({ schema }: SentCommand): { namespace: string; operation: string } {
  const [, namespace, operation]: unknown[] = Array.isArray(schema) ? schema : [];
  if (typeof namespace !== 'string' || typeof operation !== 'string') {
    throw new Error('the command has no schema of an operation: it is of no client package that is driven by schemas');
  }
  return { namespace, operation };
}
