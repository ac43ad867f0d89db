import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How long moto may take to listen; it loads every service that it has. */
const START_MS_MAX = 60_000;

export interface MotoServer {
  endpoint: string;
  /** Ends the process, and returns when it is gone. */
  close(): Promise<void>;
}

/** moto's server as it ships, as a process of its own on a free port of loopback. Throws with what it said when it does not come up. */
export async function startMoto(): Promise<MotoServer> {
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const said: string[] = [];
  const endpoint = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new Error(`moto ${why}:\n${said.join('\n')}`));
    };
    const timer = setTimeout(() => fail(`did not listen within ${START_MS_MAX / 1000} s`), START_MS_MAX);
    void exited.then(() => fail('ended'));
    child.once('error', (error) => fail(error.message));
    // Every request is a line here, and a pipe that is not read would stop the server.
    createInterface({ input: child.stderr }).on('line', (line) => {
      const url = /Running on (http:\S+)/.exec(line)?.[1];
      if (url === undefined) {
        if (said.length < 50) said.push(line);
        return;
      }
      clearTimeout(timer);
      resolve(url);
    });
  });
  return {
    endpoint,
    close: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(timer);
    },
  };
}
