/**
 * Runs before the application in every task process (`--import`): waits for the lab's word on who this task is, puts the
 * mesh proxy in place, and only then lets the application's own first module load.
 */
import { flushCompileCache } from 'node:module';
import { ScaledClock } from '../../clock.ts';
import { InboundProxy } from './inboundProxy.ts';
import { LoopbackAgent } from './loopback.ts';
import { OutboundProxy } from './outboundProxy.ts';
import type { Endpoint, FromTask, ProxyConfiguration, ProxyState, ToTask } from './protocol.ts';
import { ProxyMetrics } from './proxyMetrics.ts';
import { patchSockets } from './socketPatches.ts';

const FLUSH_REAL_MS = 200;
const FLUSH_CODE_REAL_MS = 500;

const channel = process.channel;
const send = process.send?.bind(process) as ((message: FromTask) => boolean) | undefined;
if (send === undefined || channel === undefined) throw new Error('A task process is started by the lab only.');
const tell = (message: FromTask): void => {
  if (process.connected) send(message);
};
// A task that outlives its lab would be a task that nobody can stop.
process.on('disconnect', () => process.exit(1));

const { configuration, state: first } = await new Promise<{ configuration: ProxyConfiguration; state: ProxyState }>(
  (resolve) => {
    const configure = (message: ToTask) => {
      if (message.kind !== 'configure') return;
      process.off('message', configure);
      resolve(message);
    };
    process.on('message', configure);
  },
);

let state = first;
const clock = new ScaledClock(configuration.scale);
const metrics = new ProxyMetrics(() => clock.now());
const agent = new LoopbackAgent();
const inbound = new Map<number, InboundProxy>();
/** Container ports of this process and where its application really listens. */
const listening = new Map<number, number>();

const questions = new Map<number, (endpoints: Endpoint[]) => void>();
let nextQuestion = 0;
const resolve = (host: string, port: number): Promise<Endpoint[]> =>
  new Promise((answer) => {
    const id = nextQuestion;
    nextQuestion += 1;
    channel.ref();
    questions.set(id, answer);
    tell({ kind: 'resolve', id, host, port });
  });

const outbound = new OutboundProxy({ configuration, agent, metrics, resolve, now: () => clock.now() });
outbound.setState(state);
const proxyPort = await outbound.listen();

async function opened(containerPort: number, applicationPort: number): Promise<void> {
  listening.set(containerPort, applicationPort);
  const intercept = configuration.intercepts.find((candidate) => candidate.containerPort === containerPort);
  let port = applicationPort;
  if (intercept !== undefined) {
    const proxy = new InboundProxy({ configuration, intercept, applicationPort, agent, state: () => state, metrics });
    port = await proxy.listen();
    inbound.set(containerPort, proxy);
  }
  tell({ kind: 'listening', containerPort, port, applicationPort });
}

async function drain(): Promise<void> {
  const drained = [...inbound.values()].map((proxy) => proxy.drain());
  tell({ kind: 'draining' });
  await Promise.all(drained);
  tell({ kind: 'drained' });
}

process.on('message', (message: ToTask) => {
  switch (message.kind) {
    case 'configure':
      break;
    case 'state':
      state = message.state;
      outbound.setState(state);
      break;
    case 'resolved':
      questions.get(message.id)?.(message.endpoints);
      questions.delete(message.id);
      if (questions.size === 0) channel.unref();
      break;
    case 'drain':
      void drain();
      break;
  }
});

const flush = (): void => {
  const batches = metrics.flush();
  if (batches.length > 0) tell({ kind: 'metrics', batches });
};
setInterval(flush, FLUSH_REAL_MS).unref();
process.on('beforeExit', flush);

patchSockets({
  proxyPort,
  ownPort: (containerPort) => listening.get(containerPort) ?? state.siblings[containerPort],
  resolves: (host, port) => outbound.connects(host, port),
  byteStream: (host, port) => outbound.byteStream(host, port),
  listening: (_server, containerPort, applicationPort) => void opened(containerPort, applicationPort),
  closed: (containerPort) => {
    listening.delete(containerPort);
    tell({ kind: 'closed', containerPort });
  },
});

// The cache is the lab's, not part of the container's environment; tasks that start later find in it what this one compiled.
delete process.env['NODE_COMPILE_CACHE'];
setTimeout(() => flushCompileCache(), FLUSH_CODE_REAL_MS).unref();

// The channel belongs to the network, not to the application: it neither sees it nor lives on because of it.
delete (process as { send?: unknown }).send;
channel.unref();
tell({ kind: 'started' });
