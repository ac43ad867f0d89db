import http from 'node:http';

const agent = new http.Agent({ keepAlive: true, timeout: 30_000 });

/** What a dependency answered. */
export interface Answer {
  status: number;
  body: unknown;
  /** The task that answered: the id in its `x-served-by`. */
  servedBy: string;
}

/** GET over kept-alive connections. Rejects when there was no answer. */
export function call(url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        const servedBy = String(response.headers['x-served-by'] ?? 'unknown');
        resolve({
          status: response.statusCode ?? 0,
          body: parse(text),
          servedBy: servedBy.slice(servedBy.lastIndexOf('/') + 1),
        });
      });
    });
    request.on('error', (error) => reject(new Error(`${url}: ${error.message}`)));
  });
}

/** Closes what is idle; calls in flight end first. */
export function closeCalls(): void {
  agent.destroy();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
