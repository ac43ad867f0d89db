import { EventEmitter } from 'node:events';
import dynalite from 'dynalite';
import { dynamoDbFault } from './dynamoDbInput.ts';
import { notPlayed } from './services/notPlayed.ts';
import type { Account } from './services/service.ts';
import type { CallSeen } from './wire/dispatch.ts';
import type { Dispatch, WireRequest, WireResponse } from './wire/message.ts';

/** How long a table is CREATING or DELETING, in real milliseconds: DynamoDB is the one service outside the lab's clock. */
const TABLE_CHANGE_MS = 20;

const UNKNOWN_OPERATION = 'UnknownOperationException';

/** A parameter that dynalite would drop without a word, so that a caller would miss what it relies on. */
const ITEM_ON_FAILURE = 'ReturnValuesOnConditionCheckFailure';

const TARGET = /^DynamoDB_\d{8}\./;

/**
 * DynamoDB by dynalite, in memory, without a socket of its own. It lacks transactions, TTL settings and
 * `ReturnValuesOnConditionCheckFailure` (row D12); what it lacks is refused with a word and logged.
 */
export function createDynamoDb(options: {
  /** Of the tables' ARNs. */
  account: Account;
  log: (message: string) => void;
  onCall?: (call: CallSeen) => void;
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
  return async (request) => {
    const operation = (request.headers['x-amz-target'] ?? '').replace(TARGET, '');
    const wouldBeIgnored = Buffer.from(request.body).includes(`"${ITEM_ON_FAILURE}"`);
    const refused = wouldBeIgnored ? notPlayed('dynamodb', ITEM_ON_FAILURE, operation).message : undefined;
    const fault = dynamoDbFault(operation, request.body);
    let response = fault === undefined ? undefined : refusal(fault.message, fault.code);
    response ??= refused === undefined ? await serve(request) : refusal(refused);
    if (codeOf(response) === UNKNOWN_OPERATION) {
      const message = refused ?? `lab: dynamodb ${operation} is not served; nothing was done.`;
      options.log(message);
      response = refusal(message);
    }
    options.onCall?.({
      service: 'dynamodb',
      operation,
      status: response.status,
      errorCode: codeOf(response),
      accessKeyId: /Credential=([^/,\s]+)/.exec(request.headers['authorization'] ?? '')?.[1] ?? '',
    });
    return response;
  };
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

function refusal(message: string, code = UNKNOWN_OPERATION, status = 400): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', date: new Date().toUTCString() },
    body: Buffer.from(JSON.stringify({ __type: code, message })),
  };
}

function codeOf(response: WireResponse): string | undefined {
  if (response.status < 300) return undefined;
  const type = /"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"/.exec(Buffer.from(response.body).toString('utf8'));
  return type?.[1] ?? 'UnknownError';
}
