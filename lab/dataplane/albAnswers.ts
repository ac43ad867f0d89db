import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';

const REASONS: Readonly<Record<number, string>> = {
  464: 'Incompatible Protocol Versions',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** An error that the load balancer itself answers, with the page that an Application Load Balancer sends. */
export const answerError = (request: IncomingMessage, response: ServerResponse, status: number): void =>
  answer(request, response, errorPage(status));

interface OwnAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export function errorPage(status: number): OwnAnswer {
  const title = `${status} ${REASONS[status] ?? ''}`.trimEnd();
  const body =
    `<html>\r\n<head><title>${title}</title></head>\r\n` +
    `<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, headers: { 'Content-Type': 'text/html' }, body };
}

/** Any answer that comes from the load balancer and not from a target. What is left of the request's body is thrown away. */
export function answer(request: IncomingMessage, response: ServerResponse, { status, headers, body }: OwnAnswer): void {
  request.resume();
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    Server: 'awselb/2.0',
    Date: new Date().toUTCString(),
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** The same over HTTP/2. */
export function answerStream(stream: ServerHttp2Stream, { status, headers, body }: OwnAnswer): void {
  stream.on('error', () => {});
  stream.resume();
  if (stream.headersSent || stream.destroyed) return;
  stream.respond({
    ':status': status,
    server: 'awselb/2.0',
    date: new Date().toUTCString(),
    'content-length': Buffer.byteLength(body),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  });
  stream.end(body);
}
