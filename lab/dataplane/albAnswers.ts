import type { IncomingMessage, ServerResponse } from 'node:http';

const REASONS: Readonly<Record<number, string>> = {
  464: 'Incompatible Protocol Versions',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** An error that the load balancer itself answers, with the page that an Application Load Balancer sends. */
export function answerError(request: IncomingMessage, response: ServerResponse, status: number): void {
  const title = `${status} ${REASONS[status] ?? ''}`.trimEnd();
  const body =
    `<html>\r\n<head><title>${title}</title></head>\r\n` +
    `<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  answer(request, response, { status, headers: { 'Content-Type': 'text/html' }, body });
}

/** Any answer that comes from the load balancer and not from a target. What is left of the request's body is thrown away. */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: { status: number; headers: Record<string, string>; body: string },
): void {
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
