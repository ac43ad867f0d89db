import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GOES_BACK } from './testMessage.ts';
import { postToWebhook, type Webhook } from './webhook.ts';

const PATIENCE_MS = 5_000;
/** With words in it that Slack would take for its own. */
const MESSAGE = { ...GOES_BACK, because: 'alarm <!channel> & co is in ALARM' };

let server: Server;
let base: string;
let seen: { path: string; method: string; headers: IncomingMessage['headers']; body: string }[];

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      seen.push({
        path,
        method: request.method ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      });
      if (path.startsWith('/hang')) return;
      if (path.startsWith('/elsewhere')) response.writeHead(307, { location: `${base}/caught` }).end();
      else response.writeHead(path.startsWith('/down') ? 503 : 200).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the receiver has no port');
  base = `http://127.0.0.1:${address.port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const hook = (path: string, form: Webhook['form'] = 'json'): Webhook => ({
  kind: 'webhook',
  url: `${base}${path}`,
  form,
  on: ['transitions'],
});

test('a program is given every field, and a key by which it tells a repetition', async () => {
  await postToWebhook(hook('/s3cret?token=1'), MESSAGE, PATIENCE_MS);
  expect(seen).toMatchObject([
    {
      path: '/s3cret?token=1',
      method: 'POST',
      headers: { 'idempotency-key': 'uid-1.1.42.0', 'content-type': 'application/json' },
    },
  ]);
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
    apiVersion: 'meshlift.dev/v1',
    kind: 'Notification',
    id: 'uid-1.1.42.0',
    about: 'transition',
    topics: ['transitions', 'rollback'],
    at: '2026-11-20T12:00:00.000Z',
    plan: 'shop',
    uid: 'uid-1',
    attempt: 1,
    title: 'shop goes back: every request is given to blue',
    from: 'ramp.bake',
    to: 'backward.shiftBack',
    greenWeight: 25,
    because: 'alarm <!channel> & co is in ALARM',
    next: 'meshlift explain shop',
  });
});

test('Slack is given a line for each thing, in which nothing addresses a channel', async () => {
  await postToWebhook(hook('/slack', 'slack'), MESSAGE, PATIENCE_MS);
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
    text: 'shop goes back: every request is given to blue',
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: '*shop goes back: every request is given to blue*' } },
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text:
            'ramp.bake → backward.shiftBack; green has 25 %\n' +
            'because alarm &lt;!channel&gt; &amp; co is in ALARM\n' +
            'next: meshlift explain shop',
        },
      },
    ],
  });
});

test('what is not a 2xx is no delivery, and a redirect is not followed', async () => {
  await expect(postToWebhook(hook('/down/s3cret'), MESSAGE, PATIENCE_MS)).rejects.toThrow(/^it answered 503$/);
  await expect(postToWebhook(hook('/elsewhere/s3cret'), MESSAGE, PATIENCE_MS)).rejects.toThrow(/^it answered 307$/);
  expect(seen.map(({ path }) => path)).toEqual(['/down/s3cret', '/elsewhere/s3cret']);
});

test('one that does not answer is left after a time, and one that is not there at once; neither reason has the address', async () => {
  await expect(postToWebhook(hook('/hang/s3cret'), MESSAGE, 50)).rejects.toThrow(/^it did not answer within 0.05 s$/);
  const gone = hook('/s3cret');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const failure = await postToWebhook(gone, MESSAGE, PATIENCE_MS).catch((error: unknown) => error);
  expect(failure).toMatchObject({ message: 'it could not be reached (ECONNREFUSED)' });
  expect(failure, 'what the runtime says of it is not passed on').not.toHaveProperty('cause');
});
