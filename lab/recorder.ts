import { closeSync, openSync, writeSync } from 'node:fs';
import { cbor } from '@smithy/core/cbor';
import { ConnectionLost, type Dispatch, type WireRequest, type WireResponse } from './wire/message.ts';

/** One request as it came over the wire, and what the lab answered; one line of a record, as JSON. */
export interface RecordedCall {
  /** When the request had arrived, in real time, ISO 8601. */
  at: string;
  /** From the signature; empty for an unsigned request. The signature itself is not kept. */
  accessKeyId: string;
  /** The name for which the request was signed, such as `elasticloadbalancing`; empty for an unsigned request. */
  signedService: string;
  method: string;
  /** As sent, still percent-encoded, without the query. */
  path: string;
  query: string;
  /** Names in lower case, without those that carry a signature, a token or a cookie. */
  headers: Record<string, string>;
  /** Base64 of the bytes that were sent, before any decoding. */
  body: string;
  answer: {
    /** 0 where the connection was lost without an answer. */
    status: number;
    /** As the protocol spells it; none for a success. */
    errorCode?: string;
    headers: Record<string, string>;
    /** Base64. */
    body: string;
  };
}

const SECRET_HEADER = /authorization|token|signature|cookie/;
const SECRET_QUERY = /^x-amz-(signature|security-token)$/i;
/** In the header of a signed request; a presigned one has the same in `X-Amz-Credential`. */
const CREDENTIAL = /Credential=([^/,\s]+)\/[^/,\s]+\/[^/,\s]+\/([^/,\s]+)/;

/**
 * Writes every request to a file, one JSON object ({@link RecordedCall}) a line, in the order of the answers. A line is written whole
 * before its answer goes out, so that whatever ends the process leaves whole lines, and none is missing of a call whose answer
 * somebody has seen.
 */
export class Recorder {
  readonly file: string;
  /** Resolves when a line could not be written; from then on nothing is recorded. Never rejects. */
  readonly failed: Promise<Error>;
  #fail!: (error: Error) => void;
  #descriptor: number | undefined;
  #calls = 0;

  /** Empties the file, or makes it. Throws where it cannot be written. */
  constructor(file: string) {
    this.file = file;
    try {
      this.#descriptor = openSync(file, 'w');
    } catch (error) {
      throw new Error(`The record cannot be written: ${messageOf(error)}`, { cause: error });
    }
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
  }

  /** The same dispatch, with every call of it recorded. */
  around(dispatch: Dispatch): Dispatch {
    return async (request) => {
      const at = new Date().toISOString();
      try {
        const response = await dispatch(request);
        this.#write(recordedCall(at, request, response));
        return response;
      } catch (error) {
        const errorCode = error instanceof ConnectionLost ? error.code : 'Fault';
        this.#write({ ...asked(at, request), answer: { status: 0, errorCode, headers: {}, body: '' } });
        throw error;
      }
    };
  }

  /** What comes later is not recorded. */
  close(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #write(call: RecordedCall): void {
    if (this.#descriptor === undefined) return;
    try {
      const line = Buffer.from(`${JSON.stringify(call)}\n`);
      for (let written = 0; written < line.byteLength; ) written += writeSync(this.#descriptor, line, written);
      this.#calls += 1;
    } catch (error) {
      this.close();
      this.#fail(new Error(`The record ends after ${this.#calls} calls: ${messageOf(error)}`, { cause: error }));
    }
  }
}

/** What a record keeps of one call. */
export function recordedCall(at: string, request: WireRequest, response: WireResponse): RecordedCall {
  const errorCode = errorCodeOf(response);
  return {
    ...asked(at, request),
    answer: {
      status: response.status,
      ...(errorCode === undefined ? {} : { errorCode }),
      headers: response.headers,
      body: base64(response.body),
    },
  };
}

function asked(at: string, request: WireRequest): Omit<RecordedCall, 'answer'> {
  const presigned = request.query.get('X-Amz-Credential');
  const credential = presigned === null ? (request.headers['authorization'] ?? '') : `Credential=${presigned}`;
  const [, accessKeyId = '', signedService = ''] = CREDENTIAL.exec(credential) ?? [];
  const query = new URLSearchParams([...request.query].filter(([name]) => !SECRET_QUERY.test(name)));
  return {
    at,
    accessKeyId,
    signedService,
    method: request.method,
    path: request.path,
    query: query.toString(),
    headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !SECRET_HEADER.test(name))),
    body: base64(request.body),
  };
}

/** By header in REST, by `__type` in JSON and CBOR, by `<Code>` in XML. */
function errorCodeOf({ status, headers, body }: WireResponse): string | undefined {
  if (status < 300) return undefined;
  const text = Buffer.from(body).toString('utf8');
  const type =
    headers['content-type'] === 'application/cbor'
      ? String((cbor.deserialize(body) as { __type?: unknown }).__type)
      : /"__type"\s*:\s*"([^"]+)"/.exec(text)?.[1];
  const code = headers['x-amzn-errortype'] ?? type ?? /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? 'Unknown';
  return code.replace(/^.*#/, '');
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
