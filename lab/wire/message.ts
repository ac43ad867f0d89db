/** One HTTP request as the wire layer sees it, wherever it came from: a socket or an SDK client in the same process. */
export interface WireRequest {
  method: string;
  /** The path as sent, still percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** The answer to a {@link WireRequest}. */
export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Answers requests. Rejects with {@link ConnectionLost} when there is to be no answer, and with nothing else. */
export type Dispatch = (request: WireRequest) => Promise<WireResponse>;

/** There is no answer: over HTTP the socket is destroyed, in process the client sees a reset connection. */
export class ConnectionLost extends Error {
  readonly code = 'ECONNRESET';

  constructor(reason: string) {
    super(reason);
    this.name = 'ConnectionLost';
  }
}

/** A request that does not fit the operation's input; becomes the protocol's `SerializationException`. */
export class DecodeFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DecodeFault';
  }
}
