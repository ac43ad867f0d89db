import { Readable } from 'node:stream';
import { HttpResponse } from '@smithy/core/transport';
import type { Dispatch, WireRequest } from './message.ts';
import { toBytes } from './protocol.ts';

/** What an SDK client sends. */
interface OutgoingRequest {
  method: string;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

/** An SDK client's `requestHandler` that reaches the lab without a socket. The client's endpoint may be any URL. */
export interface InProcessHandler {
  metadata: { handlerProtocol: string };
  handle(request: OutgoingRequest): Promise<{ response: HttpResponse }>;
  destroy(): void;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
}

export function createInProcessHandler(dispatch: Dispatch): InProcessHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request) {
      const { status, headers, body } = await dispatch(await toWire(request));
      return { response: new HttpResponse({ statusCode: status, headers, body: Readable.from([Buffer.from(body)]) }) };
    },
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

async function toWire(request: OutgoingRequest): Promise<WireRequest> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value ?? '']) query.append(name, item);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  return { method: request.method, path: request.path, query, headers, body: await toBody(request.body) };
}

async function toBody(body: unknown): Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === 'string') return toBytes(body);
  // The SDK's own body type warns when it is used as anything but bytes; a plain view of it does not.
  if (body instanceof Uint8Array) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  if (body instanceof Readable) return Buffer.concat(await body.toArray());
  throw new TypeError(`the in-process handler cannot read a request body of type ${typeof body}`);
}
