import http from 'node:http';
import https from 'node:https';
import type { ProbeRequest } from '../../assess/probes/request.ts';
import type { ProbeAnswer } from '../../machines/gates/probeAnswer.ts';

/** Sends one request and answers what came back; throws nothing. */
export type Ask = (url: string, request: ProbeRequest) => Promise<ProbeAnswer>;

/** Real time, from the first byte sent to the last one read. */
const TIMEOUT_MS = 5_000;
const BODY_BYTES_MAX = 256 * 1024;

/**
 * Asks over the network. No redirect is followed, no connection is kept, no more of a body is read than the bound. A certificate is
 * not checked: the request goes to the load balancer's own name, which no certificate of the application's carries.
 */
export const askOverHttp: Ask = async (url, request) => {
  try {
    return await send(url, request);
  } catch (error) {
    // What Node does not send at all: a header of a rule's condition with a character that no header may have.
    if (!(error instanceof Error)) throw error;
    return { kind: 'notReached', why: `GET ${url}${request.path}: ${wordsOf(error)}` };
  }
};

const send: Ask = (url, { host, path, headers }) =>
  new Promise((resolve) => {
    // Never the path with it: one that begins with two slashes would name another host.
    const target = new URL(url);
    const notReached = (why: string): void => resolve({ kind: 'notReached', why: `GET ${url}${path}: ${why}` });
    const options: https.RequestOptions = {
      method: 'GET',
      // As it was written: a URL would tidy it up.
      path,
      headers: { ...headers, ...(host === undefined ? {} : { host }), connection: 'close' },
      agent: false,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(target.protocol === 'https:' ? { rejectUnauthorized: false, servername: host ?? target.hostname } : {}),
    };
    const request = (target.protocol === 'https:' ? https : http).request(target, options, (response) => {
      const read: Buffer[] = [];
      let bytes = 0;
      const answered = (isWhole: boolean): void =>
        resolve({
          kind: 'answered',
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
          ),
          body: Buffer.concat(read).toString('utf8'),
          isWhole,
        });
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > BODY_BYTES_MAX) {
          answered(false);
          request.destroy();
        } else read.push(chunk);
      });
      response.on('end', () => answered(true));
      response.on('error', (error) => notReached(wordsOf(error)));
    });
    request.on('error', (error) => notReached(wordsOf(error)));
    request.end();
  });

const wordsOf = (error: Error): string =>
  error.name === 'AbortError' || error.name === 'TimeoutError'
    ? `no answer within ${TIMEOUT_MS / 1000} s`
    : error.message || ('code' in error ? String(error.code) : error.name);
