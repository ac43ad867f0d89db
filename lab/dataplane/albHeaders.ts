import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Of one connection, not of the message. `Expect` has been answered by the load balancer. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);
const REPLACED = new Set(['x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto', 'x-amzn-trace-id']);

export interface ForwardedBy {
  /** The listener's port and protocol, as the client would see them on AWS. */
  port: number;
  protocol: 'HTTP' | 'HTTPS';
  clientIp: string;
  clientPort: number;
  /** `routing.http.xff_header_processing.mode` */
  mode: 'append' | 'preserve' | 'remove';
  /** `routing.http.xff_client_port.enabled` */
  withClientPort: boolean;
  /** `1-<8 hex of the time in seconds>-<24 hex>` */
  traceId: string;
}

/** The request's headers as the target gets them, a flat list of names and values. The Host header is passed on as it came. */
export function requestHeaders(request: IncomingMessage, by: ForwardedBy): string[] {
  const headers = withoutHopByHop(request, REPLACED);
  if (request.headers['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked');
  return [...headers, ...forwardedHeaders(request.headers, by)];
}

/** What the load balancer says of where a request comes from, a flat list of names and values. */
export function forwardedHeaders(headers: IncomingHttpHeaders, by: ForwardedBy): string[] {
  const said: string[] = [];
  const before = headers['x-forwarded-for'];
  const former = typeof before === 'string' ? before : before?.join(', ');
  if (by.mode === 'append') {
    const client = by.withClientPort ? `${by.clientIp}:${by.clientPort}` : by.clientIp;
    said.push('X-Forwarded-For', former === undefined ? client : `${former}, ${client}`);
  } else if (by.mode === 'preserve' && former !== undefined) {
    said.push('X-Forwarded-For', former);
  }
  said.push('X-Forwarded-Port', String(by.port), 'X-Forwarded-Proto', by.protocol.toLowerCase());
  const trace = headers['x-amzn-trace-id'];
  said.push('X-Amzn-Trace-Id', trace === undefined ? `Root=${by.traceId}` : `Self=${by.traceId};${String(trace)}`);
  return said;
}

/** The target's headers as the client gets them, with the load balancer's cookies. */
export function responseHeaders(targetResponse: IncomingMessage, setCookies: string[]): string[] {
  const headers = withoutHopByHop(targetResponse);
  for (const cookie of setCookies) headers.push('Set-Cookie', cookie);
  return headers;
}

function withoutHopByHop(message: IncomingMessage, also?: ReadonlySet<string>): string[] {
  const named = message.headers.connection?.toLowerCase().split(/\s*,\s*/) ?? [];
  const raw = message.rawHeaders;
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || also?.has(lower) === true || named.includes(lower)) continue;
    kept.push(name, raw[index + 1] ?? '');
  }
  return kept;
}

/** The cookies of a request by name; of two with one name the first counts. */
export function parseCookies(header: string | undefined): Record<string, string> {
  const cookies: Record<string, string> = {};
  if (header === undefined) return cookies;
  for (const part of header.split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0) cookies[part.slice(0, equals).trim()] ??= part.slice(equals + 1).trim();
  }
  return cookies;
}
