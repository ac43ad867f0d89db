import { EventEmitter } from 'node:events';
import dynalite from 'dynalite';
import type { Access, Credentials } from './access.ts';
import { dynamoDbFault } from './dynamoDbInput.ts';
import { dynamoDbNeeds } from './dynamoDbNeeds.ts';
import { StreamsService } from './dynamodbstreams/streamsService.ts';
import { inputOf, StreamsTap } from './dynamodbstreams/tap.ts';
import { AwsError } from './errors.ts';
import { notPlayed } from './services/notPlayed.ts';
import type { Account } from './services/service.ts';
import { TableSettings } from './tableSettings.ts';
import { credentialsOf } from './wire/credentials.ts';
import type { CallSeen } from './wire/serving.ts';
import type { Dispatch, WireRequest, WireResponse } from './wire/message.ts';

/** How long a table is CREATING or DELETING, in real milliseconds: DynamoDB is the one service outside the lab's clock. */
const TABLE_CHANGE_MS = 20;

const UNKNOWN_OPERATION = 'UnknownOperationException';

/** A parameter that dynalite would drop without a word, so that a caller would miss what it relies on. */
const ITEM_ON_FAILURE = 'ReturnValuesOnConditionCheckFailure';

const TARGET = /^DynamoDB(Streams)?_\d{8}\./;

/**
 * DynamoDB by dynalite, in memory, without a socket of its own. It lacks transactions and `ReturnValuesOnConditionCheckFailure`
 * (row D12); what it lacks is refused with a word and logged. Its streams and what is set for a table are the lab's own.
 */
export function createDynamoDb(options: {
  /** Of the tables' ARNs. */
  account: Account;
  log: (message: string) => void;
  /** Holds sessions of roles to what they may do; default nobody is held to anything. */
  access?: Access;
  onCall?: (call: CallSeen) => void;
  /** Real milliseconds since the epoch: DynamoDB is outside the lab's clock. Default the time of day. */
  now?: () => number;
}): Dispatch {
  const server = inAccount(options.account, () =>
    dynalite({
      createTableMs: TABLE_CHANGE_MS,
      deleteTableMs: TABLE_CHANGE_MS,
      updateTableMs: TABLE_CHANGE_MS,
    }),
  );
  const serve = (request: WireRequest): Promise<WireResponse> => {
    const reply = new Reply();
    // dynalite throws on a request's error event, and out of the event of its end on a body that it did not foresee. Emitted here,
    // these events leave what it throws to this function; out of a stream's it would end the process.
    const incoming = Object.assign(new EventEmitter(), {
      method: request.method,
      url: request.path,
      headers: request.headers,
    });
    try {
      server.emit('request', incoming, reply);
      if (request.body.byteLength > 0) incoming.emit('data', Buffer.from(request.body));
      incoming.emit('end');
    } catch (error) {
      const what = `lab: fault in dynamodb: ${error instanceof Error ? error.message : String(error)}`;
      options.log(what);
      reply.fail(what);
    }
    return reply.ended;
  };
  const now = options.now ?? (() => Date.now());
  const streams = new StreamsService(options.account.region, now);
  const tap = new StreamsTap(streams, serve, now);
  const settings = new TableSettings((...asked) => tap.dispatch(...asked), serve, now);
  const answer = async (operation: string, request: WireRequest): Promise<WireResponse> => {
    try {
      if (!isOfStreams(request)) return await settings.dispatch(operation, request);
      const served = streams.operations[operation];
      return served === undefined ? refusal('', UNKNOWN_OPERATION) : json(served(inputOf(request)));
    } catch (error) {
      if (error instanceof AwsError) return refusal(error.message, error.code, error.status);
      throw error;
    }
  };
  return async (request) => {
    const operation = (request.headers['x-amz-target'] ?? '').replace(TARGET, '');
    const wouldBeIgnored = Buffer.from(request.body).includes(`"${ITEM_ON_FAILURE}"`);
    const refused = wouldBeIgnored ? notPlayed('dynamodb', ITEM_ON_FAILURE, operation).message : undefined;
    const fault = dynamoDbFault(operation, request.body);
    const credentials = credentialsOf(request);
    const denied = denialOf(operation, request, credentials, options.access);
    let response = denied ?? (fault === undefined ? undefined : refusal(fault.message, fault.code));
    response ??= refused === undefined ? await answer(operation, request) : refusal(refused);
    if (codeOf(response) === UNKNOWN_OPERATION) {
      const api = isOfStreams(request) ? 'dynamodbstreams' : 'dynamodb';
      const message = messageOf(response) ?? `lab: ${api} ${operation} is not served; nothing was done.`;
      options.log(message);
      response = refusal(message);
    }
    options.onCall?.({
      service: 'dynamodb',
      operation,
      status: response.status,
      errorCode: codeOf(response),
      accessKeyId: credentials.accessKeyId,
    });
    return response;
  };
}

/** The refusal of what the caller may not do; `undefined` where it may. Requests that are no JSON are DynamoDB's to refuse. */
function denialOf(
  operation: string,
  request: WireRequest,
  credentials: Credentials,
  access: Access | undefined,
): WireResponse | undefined {
  try {
    const session = access?.sessionOf(credentials, 'awsJson1_0');
    if (access === undefined || session === undefined) return undefined;
    access.check(session, dynamoDbNeeds(operation, inputOf(request), access.surroundings.account), 'awsJson1_0');
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return refusal(error.message, error.code, error.status);
    throw error;
  }
}

/** dynalite takes the account and the region of its ARNs from the environment, at the moment it is made, and nowhere else. */
function inAccount<Made>(account: Account, make: () => Made): Made {
  const { AWS_ACCOUNT_ID, AWS_REGION } = process.env;
  Object.assign(process.env, { AWS_ACCOUNT_ID: account.id, AWS_REGION: account.region });
  try {
    return make();
  } finally {
    for (const [name, value] of Object.entries({ AWS_ACCOUNT_ID, AWS_REGION })) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
}

/** Whether a request is for DynamoDB. */
export function isDynamoDb(request: WireRequest): boolean {
  return TARGET.test(request.headers['x-amz-target'] ?? '');
}

const isOfStreams = (request: WireRequest): boolean =>
  (request.headers['x-amz-target'] ?? '').startsWith('DynamoDBStreams_');

/** As much of `http.ServerResponse` as dynalite uses. */
class Reply {
  statusCode = 200;
  readonly ended: Promise<WireResponse>;
  readonly #headers: Record<string, string> = {};
  #resolve!: (response: WireResponse) => void;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  setHeader(name: string, value: string | number): void {
    this.#headers[name.toLowerCase()] = String(value);
  }

  /** A fault of the lab itself. */
  fail(message: string): void {
    this.#resolve(refusal(message, 'InternalServerError', 500));
  }

  end(body = ''): void {
    const headers = { ...this.#headers, date: new Date().toUTCString() };
    this.#resolve({ status: this.statusCode, headers, body: Buffer.from(body, 'utf8') });
  }
}

function json(content: object): WireResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.0', date: new Date().toUTCString() },
    body: Buffer.from(JSON.stringify(content)),
  };
}

function refusal(message: string, code = UNKNOWN_OPERATION, status = 400): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', date: new Date().toUTCString() },
    body: Buffer.from(JSON.stringify({ __type: code, message })),
  };
}

/** What a refusal says; `undefined` where it says nothing. */
function messageOf(response: WireResponse): string | undefined {
  const { message } = JSON.parse(Buffer.from(response.body).toString('utf8')) as { message?: string };
  return message === '' ? undefined : message;
}

function codeOf(response: WireResponse): string | undefined {
  if (response.status < 300) return undefined;
  const type = /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(Buffer.from(response.body).toString('utf8'));
  return type?.[1] ?? 'UnknownError';
}
