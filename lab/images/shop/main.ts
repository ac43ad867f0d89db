/**
 * The sample application, AWS's own example shape: a frontend that calls a user API and a stock API. One image, the role is
 * its command. It calls the others by their mesh names and knows of no mesh, so it runs unchanged on either side.
 */
import http from 'node:http';
import { call, closeCalls } from './calls.ts';
import { closeLive, live } from './live.ts';
import { ownTask } from './task.ts';

/** Longer than any client keeps an idle connection, so that it is the client who closes. */
const KEEP_ALIVE_MS = 75_000;

const role = process.argv[2] ?? process.env['ROLE'];
const port = Number(process.env['PORT'] ?? 8080);
const userUrl = process.env['USER_URL'] ?? 'http://user.shop.local:8080';
const stockUrl = process.env['STOCK_URL'] ?? 'http://stock.shop.local:8080';
const task = await ownTask();

type Handler = (
  request: http.IncomingMessage,
  answer: (status: number, body: unknown, headers?: http.OutgoingHttpHeaders) => void,
) => void;

const roles: Readonly<Record<string, Handler>> = {
  frontend: (_request, answer) => {
    Promise.all([call(`${userUrl}/user/1`), call(`${stockUrl}/stock/1`)]).then(
      ([user, stock]) => {
        const headers = { 'x-dependencies': `user=${user.servedBy},stock=${stock.servedBy}` };
        const ok = user.status === 200 && stock.status === 200;
        const body = ok
          ? { user: user.body, stock: stock.body }
          : { error: `user ${user.status}, stock ${stock.status}` };
        answer(ok ? 200 : 502, { servedBy: task.name, ...body }, headers);
      },
      (error: Error) => answer(502, { error: error.message }),
    );
  },
  'user-api': (_request, answer) => answer(200, { id: 1, name: 'Ada', servedBy: task.name }),
  'stock-api': (_request, answer) => answer(200, { id: 1, left: 42, servedBy: task.name }),
};

const handler = roles[role ?? ''];
if (handler === undefined) {
  console.error(`shop: no such role: ${role}. Give one of ${Object.keys(roles).join(', ')} as the command.`);
  process.exit(64);
}

let stopping = false;
const server = http.createServer((request, response) => {
  request.resume();
  const answer = (status: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): void => {
    const text = JSON.stringify(body);
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      'x-served-by': task.name,
      ...(stopping ? { connection: 'close' } : {}),
      ...headers,
    });
    response.end(text);
  };
  if (request.url === '/health') answer(200, { status: 'ok' });
  else handler(request, answer);
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.on('upgrade', (request, socket) => live(request, socket, task.name));
server.listen(port, () => console.log(`shop: ${role} listens on ${port} as ${task.name}`));

process.on('SIGTERM', () => {
  console.log('shop: SIGTERM, finishing what is in flight');
  stopping = true;
  // What is left ends by itself: the process exits 0 when the last answer is out.
  server.close(closeCalls);
  closeLive();
});
