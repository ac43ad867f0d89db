import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export interface ClientOptions {
  /** Absent: as the SDK finds it (`AWS_REGION`, the profile). */
  region?: string;
  /** Absent: as the SDK finds it (`AWS_ENDPOINT_URL`), or AWS. */
  endpointUrl?: string;
  /** How long one request may take, real milliseconds; the SDK's default is for ever. Default 5000. */
  requestTimeoutMs?: number;
}

/** A client whose requests end: connection and request timeouts that throw, and three attempts. */
export const createStateClient = (options: ClientOptions = {}): DynamoDBClient =>
  new DynamoDBClient(clientConfig(options));

/** What every client of the table is made with. */
export function clientConfig(options: ClientOptions) {
  const requestTimeout = options.requestTimeoutMs ?? 5000;
  return {
    maxAttempts: 3,
    requestHandler: { requestTimeout, throwOnRequestTimeout: true, connectionTimeout: Math.min(requestTimeout, 2000) },
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpointUrl === undefined ? {} : { endpoint: options.endpointUrl }),
  };
}

/** Has `around` go around every call of a client of the table, its attempts together: `dynamodb:UpdateItem`. */
export function callsThrough(
  client: DynamoDBClient,
  around: <T>(api: string, action: () => Promise<T>) => Promise<T>,
): void {
  client.middlewareStack.add(
    (next, context) => (args) =>
      around(`dynamodb:${String(context.commandName).replace(/Command$/, '')}`, () => next(args)),
    { step: 'initialize', name: 'meshliftTraced', priority: 'high' },
  );
}
