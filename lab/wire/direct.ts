import type { Credentials } from '../access.ts';
import type { AwsError } from '../errors.ts';
import type { ServiceId } from '../services/service.ts';
import { type Api, APIS, loadApi } from './api.ts';
import { carried } from './carried.ts';
import { errorMembers, errorSchema } from './protocol.ts';
import type { Serving } from './serving.ts';

/** One attempt of one call, as a command of the SDK has it. */
export interface DirectCall {
  /** The API's namespace in its model, `com.amazonaws.ecs`. */
  namespace: string;
  operation: string;
  /** In the SDK's shape. */
  input: object;
}

/** What an SDK client resolves to, or rejects with. */
export type Direct = (call: DirectCall) => Promise<object & { $metadata: Metadata }>;

interface Metadata {
  httpStatusCode: number;
  requestId: string;
}

/**
 * The services without a wire: the same calls, limits, refusals and counts as {@link ./dispatch.ts | over it}, the same answers and the same
 * errors as the SDK's clients make of them, and neither bytes nor middleware in between. What a wire cannot be without, a status or a
 * protocol's own form, is not there; an answer's `$metadata` has status and request id.
 *
 * @param credentials whose the calls are, since none is signed
 */
export function createDirect(serving: Serving, credentials: Credentials): Direct {
  const apis = new Map<string, Promise<Api>>();
  let tokens = 0;
  const newToken = () => `token-${(tokens += 1)}`;

  return async ({ namespace, operation: operationName, input }) => {
    const requestId = serving.newRequestId();
    let loading = apis.get(namespace);
    if (loading === undefined) {
      loading = loadApi(addressOf(namespace));
      apis.set(namespace, loading);
    }
    const api = await loading;
    const outcome = await serving.serve<object & { $metadata: Metadata }>(
      { api, operationName, operation: api.schemas.operations.get(operationName), requestId, ...credentials },
      {
        read: (operation) => carried(operation.input, input, newToken),
        write: (operation, output) => {
          const status = operation.http?.status ?? 200;
          const copy = carried(operation.output, output ?? {}) as object;
          return { answer: Object.assign(copy, { $metadata: { httpStatusCode: status, requestId } }), status };
        },
        refuse: (error) => {
          const answer = sdkError(api, error, requestId);
          return { answer, status: answer.$metadata.httpStatusCode };
        },
        copies: true,
      },
    );
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
}

/** A model's namespace is its package's name without the dashes. */
export const namespaceOf = (id: ServiceId): string => `com.amazonaws.${id.replaceAll('-', '')}`;

function addressOf(namespace: string) {
  const address = Object.values(APIS).find(({ id }) => namespaceOf(id) === namespace);
  if (address === undefined) throw new Error(`the lab serves no API of the namespace ${namespace}`);
  return address;
}

/** The error that the SDK makes of a refusal: named after the modelled shape where there is one, else by the code. */
function sdkError(api: Api, error: AwsError, requestId: string): Error & { $metadata: Metadata } {
  const modelled = errorSchema(api, error.code);
  const members = errorMembers(error, modelled);
  const httpStatusCode = hasModelledStatus(api) && error.status === 400 ? (modelled?.status ?? 400) : error.status;
  return Object.assign(
    new Error(error.message),
    modelled === undefined ? members : (carried(modelled.schema, members) as object),
    {
      name: modelled?.name ?? error.code,
      message: error.message,
      $fault: httpStatusCode < 500 ? 'client' : 'server',
      $metadata: { httpStatusCode, requestId },
    },
  );
}

/** The JSON protocols answer every error of a client's with 400. */
const hasModelledStatus = ({ protocol }: Api): boolean => protocol === 'awsQuery' || protocol === 'restJson';
