import type { IncomingHttpHeaders } from 'node:http';
import http2 from 'node:http2';
import type { Socket } from 'node:net';
import type { ServedListener } from '../services/elbv2/elbv2Service.ts';
import type { RequestMetrics } from '../services/elbv2/requestMetrics.ts';
import type { RouteDecision } from '../services/elbv2/routing.ts';
import type { Addresses } from './addresses.ts';
import { answerStream, errorPage } from './albAnswers.ts';
import { type ForwardedBy, forwardedHeaders } from './albHeaders.ts';
import { grpcExchange } from './grpcExchange.ts';

/** A request as a listener's rules look at it, whichever protocol brought it. */
export interface ListenerRequest {
  method: string;
  host: string;
  /** Path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  sourceIp: string;
}

/** What a listener does alike for both protocols. */
export interface Http2Parts {
  served: ServedListener;
  addresses: Addresses;
  requestMetrics: RequestMetrics;
  /** Of the load balancer's nodes, for one connection. */
  drawNode(): number;
  route(node: number, request: ListenerRequest): RouteDecision;
  forwardedBy(socket: Pick<Socket, 'remoteAddress' | 'remotePort'> | undefined): ForwardedBy;
  idleTimeoutMs(): number;
  noteFailure(status: number, why: string): void;
}

/**
 * The HTTP/2 side of an HTTPS listener, without TLS: gRPC goes to gRPC target groups (row L35), and whatever else comes by HTTP/2 the lab
 * does not pass on.
 *
 * @param sessions the connections that are open, with their nodes; kept by this side.
 */
export function createHttp2Side(parts: Http2Parts, sessions: Map<http2.Http2Session, number>): http2.Http2Server {
  const server = http2.createServer();
  server.on('session', (session) => {
    sessions.set(session, parts.drawNode());
    session.on('close', () => sessions.delete(session));
    // What breaks a connection is the client's to see.
    session.on('error', () => {});
  });
  server.on('stream', (stream, headers) => {
    const { session } = stream;
    serve(parts, stream, headers, session === undefined ? 0 : (sessions.get(session) ?? 0));
  });
  return server;
}

function serve(
  parts: Http2Parts,
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  node: number,
): void {
  const { requestMetrics } = parts;
  const { loadBalancerArn } = parts.served;
  const { ':method': method = 'GET', ':path': url = '/', ':authority': host = headers.host ?? '' } = headers;
  const sourceIp = stream.session?.socket.remoteAddress ?? '';
  const decision = parts.route(node, { method, host, url, headers, sourceIp });
  switch (decision.kind) {
    case 'forward':
      forward(parts, stream, headers, decision);
      return;
    case 'fixedResponse': {
      const { status, contentType, body } = decision;
      requestMetrics.answered(loadBalancerArn, 'fixedResponse', status);
      answerStream(stream, { status, headers: { 'content-type': contentType }, body });
      return;
    }
    case 'redirect':
      requestMetrics.answered(loadBalancerArn, 'redirect', decision.status);
      answerStream(stream, { status: decision.status, headers: { location: decision.location }, body: '' });
      return;
    case 'unavailable':
      fail(parts, stream, 503, decision.why);
  }
}

function forward(
  parts: Http2Parts,
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  { protocolVersion, targetGroupArn, target, targetCount, setCookies }: RouteDecision & { kind: 'forward' },
): void {
  const { addresses, requestMetrics } = parts;
  const where = { loadBalancerArn: parts.served.loadBalancerArn, targetGroupArn };
  const isGrpc = headers['content-type']?.startsWith('application/grpc') === true;
  if (protocolVersion !== 'GRPC' || !isGrpc) {
    const why = `the lab passes on gRPC alone over HTTP/2, and target group ${targetGroupArn} wants ${protocolVersion}`;
    fail(parts, stream, 464, why);
    return;
  }
  requestMetrics.forwarded(where, targetCount);
  const name = `target ${target.ip}:${target.port}`;
  const refused = (why: string): void => {
    requestMetrics.connectionFailed(where);
    fail(parts, stream, 502, `${name}: ${why}`);
  };
  const port = addresses.find(target.ip, target.port);
  if (port === undefined) {
    refused('nobody listens there');
    return;
  }
  const startedMs = performance.now();
  grpcExchange(
    stream,
    { port, headers: targetHeaders(parts, stream, headers), setCookies, idleTimeoutMs: parts.idleTimeoutMs() },
    {
      responded: (status) => requestMetrics.responded(where, status, (performance.now() - startedMs) / 1000),
      refused,
      failed: (status, why) => fail(parts, stream, status, `${name}: ${why}`),
      abandoned: () => requestMetrics.answered(where.loadBalancerArn, 'error', 460),
    },
  );
}

function targetHeaders(
  parts: Http2Parts,
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
): http2.OutgoingHttpHeaders {
  const said = forwardedHeaders(headers, parts.forwardedBy(stream.session?.socket));
  const forwarded = said.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), said[index + 1]]] : []));
  return { ...Object.fromEntries(Object.entries(headers)), ':scheme': 'http', ...Object.fromEntries(forwarded) };
}

function fail(parts: Http2Parts, stream: http2.ServerHttp2Stream, status: number, why: string): void {
  parts.noteFailure(status, why);
  answerStream(stream, errorPage(status));
}
