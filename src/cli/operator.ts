import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { destination, pino } from 'pino';
import { Budget } from '../aws/budget.ts';
import { withCallContext } from '../aws/callContext.ts';
import { createClients } from '../aws/clients.ts';
import { probeWay } from '../aws/probes/way.ts';
import { createWorld } from '../aws/world.ts';
import { createChannels } from '../notify/channels.ts';
import { Operator } from '../reconciler/operator.ts';
import { Reconciler } from '../reconciler/reconcile.ts';
import { DEFAULT_SETTINGS } from '../reconciler/settings.ts';
import { createStateClient } from '../state/client.ts';
import { createTable } from '../state/createTable.ts';
import { planHash } from '../state/planHash.ts';
import { DynamoPlanStore } from '../state/planStore.ts';
import { healthApp, listen } from '../web/health.ts';
import { createMetrics } from '../web/metrics.ts';
import { clockFromEnvironment } from './clock.ts';

export interface OperatorVerb {
  table: string;
  region: string;
  endpointUrl?: string;
  createTable: boolean;
  /** On leases and events. Default `<host>-<random>`. */
  name?: string;
  /** How long a lease lasts, real milliseconds. */
  leaseMs: number;
  /** How long one attempt of one AWS call may take, real milliseconds; a lease must cover it. */
  callTimeoutMs: number;
  /** How often the table is looked at, real milliseconds. */
  pollMs: number;
  /** Where `/livez`, `/readyz` and `/metrics` are served; `undefined` serves none. */
  healthPort?: number;
  healthHost: string;
  logLevel: string;
}

/**
 * The long-running reconciler. SIGTERM and SIGINT finish the calls at hand, give the leases back, and end it with 0.
 * Logs go through a synchronous destination: a worker thread's would lose the last lines before a crash.
 */
export async function runOperator(verb: OperatorVerb): Promise<number> {
  // Heard from the first moment on: the first process of a container gets no signal that it does not listen for.
  const asked = new Promise<string>((resolve) => {
    for (const one of ['SIGTERM', 'SIGINT'] as const) process.once(one, () => resolve(one));
    // Only the demo's operator has a channel to its parent; one whose parent was killed ends with it.
    if (process.send !== undefined) process.once('disconnect', () => resolve('disconnect'));
  });
  try {
    await operate(verb, asked);
    return 0;
  } finally {
    // A channel that is listened to keeps a process alive.
    if (process.connected) process.disconnect();
  }
}

/** Until somebody asks for the end of it. */
async function operate(verb: OperatorVerb, asked: Promise<string>): Promise<void> {
  const name = verb.name ?? `${hostname()}-${randomBytes(2).toString('hex')}`;
  const log = pino(
    { level: verb.logLevel, base: { operator: name }, timestamp: () => `,"time":"${new Date().toISOString()}"` },
    destination({ fd: 1, sync: true }),
  );
  const clock = clockFromEnvironment();
  const settings = { ...DEFAULT_SETTINGS, pollRealMs: verb.pollMs };
  const endpoint = verb.endpointUrl === undefined ? {} : { endpoint: verb.endpointUrl };
  const dynamoDb = createStateClient({
    region: verb.region,
    ...(verb.endpointUrl === undefined ? {} : { endpointUrl: verb.endpointUrl }),
    requestTimeoutMs: verb.callTimeoutMs,
  });
  if (verb.createTable) {
    const creation = await createTable(dynamoDb, verb.table, (ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    log.info({ table: verb.table, ...creation }, 'table');
  }

  const store = new DynamoPlanStore({
    client: dynamoDb,
    table: verb.table,
    holder: name,
    leaseMs: verb.leaseMs,
    monotonicMs: () => performance.now(),
    newToken: () => randomUUID(),
  });
  const metrics = createMetrics({ queueDepth: () => operator.queueDepth });
  const clients = createClients({
    region: verb.region,
    ...endpoint,
    log,
    budget: new Budget(),
    requestTimeoutMs: verb.callTimeoutMs,
    onCall: (api, outcome, throttled) => metrics.awsCall(api, outcome, throttled),
  });
  const reconciler = new Reconciler({
    store,
    world: createWorld({
      clients,
      clock,
      realPause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      probes: probeWay({
        endpointUrl: verb.endpointUrl ?? process.env['AWS_ENDPOINT_URL'],
        probeUrl: process.env['MESHLIFT_PROBE_URL'],
        probeTestUrl: process.env['MESHLIFT_PROBE_TEST_URL'],
      }),
    }),
    channels: createChannels(clients),
    scoped: withCallContext,
    callMsMax: verb.callTimeoutMs,
    renewEveryMs: verb.leaseMs / 3,
    clock,
    settings,
    log,
    name,
    newUid: () => randomUUID(),
    hashSpec: planHash,
  });
  const operator = new Operator({
    reconciler,
    store,
    clock,
    settings,
    log,
    random: Math.random,
    onReconcile: (_plan, result) => metrics.reconciled(result),
  });
  const health =
    verb.healthPort === undefined
      ? undefined
      : await listen(
          healthApp({
            lastPollAt: () => operator.lastPollRealMs,
            now: () => performance.now(),
            staleMs: Math.max(30_000, verb.pollMs * 5),
            metrics,
          }),
          verb.healthPort,
          verb.healthHost,
        );
  operator.start();
  log.info({ table: verb.table, region: verb.region, leaseMs: verb.leaseMs, healthPort: health?.port }, 'started');

  log.info({ signal: await asked }, 'stopping');
  await operator.stop();
  await health?.close();
  clients.destroy();
  dynamoDb.destroy();
  log.info({}, 'stopped');
}
