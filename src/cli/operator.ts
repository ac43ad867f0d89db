import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { Budget, familyOf } from '../aws/budget.ts';
import { withCallContext } from '../aws/callContext.ts';
import { createClients, type ClientOptions } from '../aws/clients.ts';
import { createHeldBackLog } from '../aws/reads/heldBackLog.ts';
import { probeWay } from '../aws/probes/way.ts';
import { createWorld } from '../aws/world.ts';
import { AccountWorlds } from '../aws/worlds.ts';
import { MACHINE_VERSION } from '../machines/record.ts';
import { createChannels } from '../notify/channels.ts';
import type { Reach } from '../plan/reach.ts';
import { Heartbeat } from '../reconciler/heartbeat.ts';
import { Operator } from '../reconciler/operator.ts';
import { realTimers } from '../reconciler/queue.ts';
import type { Log } from '../reconciler/ports.ts';
import { Reconciler } from '../reconciler/reconcile.ts';
import { DEFAULT_SETTINGS, reconcileMsMax } from '../reconciler/settings.ts';
import { ChangeStream } from '../state/changeStream.ts';
import { callsThrough, clientConfig, createStateClient } from '../state/client.ts';
import { createTable } from '../state/createTable.ts';
import { DynamoTable } from '../state/dynamoTable.ts';
import { IndexWakeUps } from '../state/indexWakeUps.ts';
import { TableOperatorRegister } from '../state/operatorItems.ts';
import { planHash } from '../state/planHash.ts';
import { TablePlanStore } from '../state/planStore.ts';
import { StreamWakeUps } from '../state/streamWakeUps.ts';
import { EmbeddedMetrics } from '../web/embeddedMetrics.ts';
import { healthApp, listen } from '../web/health.ts';
import { createMetrics } from '../web/metrics.ts';
import { NO_TRACES, type Traces, tracesAreWanted } from '../web/traces.ts';
import { clockFromEnvironment } from './clock.ts';
import { operatorLog, standardOutput } from './operatorLog.ts';
import { VERSION } from './version.ts';

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
  /** In which form the metrics are told in the log, besides at `/metrics`; `undefined`: they are not. */
  metrics?: 'emf';
  /** What plans may reach. */
  reach: Reach;
}

/**
 * The long-running reconciler. SIGTERM and SIGINT finish the calls at hand, give the leases back, and end it with 0.
 */
export async function runOperator(verb: OperatorVerb): Promise<number> {
  // Heard from the first moment on: the first process of a container gets no signal that it does not listen for.
  // Only the demo's operator can speak to its parent, and ends with it; a channel that it cannot speak on is none of its own.
  const hasParent = process.send !== undefined;
  const asked = new Promise<string>((resolve) => {
    for (const one of ['SIGTERM', 'SIGINT'] as const) process.once(one, () => resolve(one));
    if (hasParent) process.once('disconnect', () => resolve('disconnect'));
  });
  try {
    await operate(verb, asked);
    return 0;
  } finally {
    // A channel that is listened to keeps a process alive.
    if (hasParent && process.connected) process.disconnect();
  }
}

/** Until somebody asks for the end of it. */
async function operate(verb: OperatorVerb, asked: Promise<string>): Promise<void> {
  const name = verb.name ?? `${hostname()}-${randomBytes(2).toString('hex')}`;
  const out = standardOutput();
  const log = operatorLog(name, verb.logLevel, out);
  const clock = clockFromEnvironment();
  const settings = {
    ...DEFAULT_SETTINGS,
    pollRealMs: verb.pollMs,
    reconcileRealMsMax: reconcileMsMax(verb.callTimeoutMs),
  };
  const endpoint = verb.endpointUrl === undefined ? {} : { endpoint: verb.endpointUrl };
  const access = {
    region: verb.region,
    ...(verb.endpointUrl === undefined ? {} : { endpointUrl: verb.endpointUrl }),
    requestTimeoutMs: verb.callTimeoutMs,
  };
  const traces = await tracesOf(process.env, name, log);
  const dynamoDb = createStateClient(access);
  callsThrough(dynamoDb, traces.call);
  const streams = new DynamoDBStreamsClient(clientConfig(access));
  if (verb.createTable) {
    const creation = await createTable(dynamoDb, verb.table, (ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    log.info({ table: verb.table, ...creation }, 'table');
  }

  const table = new DynamoTable(dynamoDb, verb.table, () => randomUUID());
  const store = new TablePlanStore({
    table,
    holder: name,
    leaseMs: verb.leaseMs,
    monotonicMs: () => performance.now(),
  });
  // AWS's rates are by AWS's time: where a lab's hour takes minutes, its plans look as often in each of its seconds as on AWS.
  const realMsOfOne = clock.realMs(1);
  const createBudget = () =>
    new Budget({
      monotonicMs: () => performance.now() / realMsOfOne,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms * realMsOfOne)),
    });
  const budget = createBudget();
  const embedded: EmbeddedMetrics | undefined =
    verb.metrics === undefined
      ? undefined
      : new EmbeddedMetrics({
          metrics: { collect: () => metrics.collect() },
          table: verb.table,
          operator: name,
          write: (line) => out.write(line),
          now: () => Date.now(),
          random: Math.random,
          timers: realTimers,
        });
  const metrics = createMetrics({
    queue: () => operator.queue,
    leasesHeld: () => reconciler.held().length,
    budget: () => budget.state(),
    ...(embedded === undefined ? {} : { observed: embedded.observed }),
  });
  const tellHeldBack = createHeldBackLog(log, () => performance.now());
  const everywhere = {
    ...endpoint,
    log,
    requestTimeoutMs: verb.callTimeoutMs,
    onCall: (api, outcome, throttled) => metrics.awsCall(api, outcome, throttled),
    traced: traces.call,
    reads: {
      tickMs: clock.realMs(settings.tickMs),
      nowMs: () => clock.now(),
      onBatch: (api, size) => metrics.batch(api, size),
      onAnswer: (api, from) => metrics.answer(api, from),
      onHeldBack: (plan, api, heldMs) => {
        metrics.heldBack(familyOf(api));
        tellHeldBack(plan, api, heldMs);
      },
    },
  } satisfies Partial<ClientOptions>;
  const clients = createClients({ ...everywhere, region: verb.region, budget });
  let ownAccount: string | undefined;
  clients.sts.send(new GetCallerIdentityCommand({})).then(
    ({ Account }) => {
      ownAccount = Account;
    },
    // What it is for goes on without it.
    (error: unknown) => log.warn({ err: String(error) }, 'ownAccountUnknown'),
  );
  const worlds = new AccountWorlds({
    home: clients,
    homeBudget: budget,
    homeAccount: () => ownAccount,
    reach: verb.reach,
    clock,
    connect: (where) => createClients({ ...everywhere, ...where }),
    createBudget,
    createWorld: (own) =>
      createWorld({
        clients: own,
        clock,
        realPause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        probes: probeWay({
          endpointUrl: verb.endpointUrl ?? process.env['AWS_ENDPOINT_URL'],
          probeUrl: process.env['MESHLIFT_PROBE_URL'],
          probeTestUrl: process.env['MESHLIFT_PROBE_TEST_URL'],
        }),
      }),
  });
  const reconciler = new Reconciler({
    store,
    worlds,
    channels: createChannels(clients),
    scoped: (scope, work) => {
      traces.known(scope.logFields);
      return withCallContext(scope, work);
    },
    callMsMax: verb.callTimeoutMs,
    renewEveryMs: verb.leaseMs / 3,
    monotonicMs: () => performance.now(),
    clock,
    settings,
    log,
    name,
    newUid: () => randomUUID(),
    hashSpec: planHash,
    onTakeOver: () => metrics.tookOver(),
  });
  const operator = new Operator({
    reconciler: {
      reconcile: (plan, deadline) => traces.reconcile(plan, () => reconciler.reconcile(plan, deadline)),
      needsWork: (plan) => reconciler.needsWork(plan),
      release: () => reconciler.release(),
    },
    store,
    wakeUps: new StreamWakeUps(
      new ChangeStream({ dynamoDb, streams, table: verb.table, nowMs: () => performance.now(), log }),
      new IndexWakeUps(table),
    ),
    clock,
    settings,
    log,
    random: Math.random,
    hurry: (plan) => worlds.hurry(plan),
    onReconcile: (_plan, result, realMs) => metrics.reconciled(result, realMs),
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
            plans: () => reconciler.progress(),
          }),
          verb.healthPort,
          verb.healthHost,
        );
  const heartbeat = new Heartbeat({
    register: new TableOperatorRegister(table),
    operator: {
      name,
      uid: randomUUID(),
      version: VERSION,
      machineVersion: MACHINE_VERSION,
      host: hostname(),
      region: verb.region,
      leaseMs: verb.leaseMs,
    },
    plans: () => reconciler.held(),
    everyMs: verb.leaseMs / 3,
    clock,
    log,
  });
  operator.start();
  heartbeat.start();
  embedded?.start();
  log.info({ table: verb.table, region: verb.region, leaseMs: verb.leaseMs, healthPort: health?.port }, 'started');

  log.info({ signal: await asked }, 'stopping');
  const hasFinished = await operator.stop();
  await heartbeat.stop();
  await embedded?.stop();
  await traces.stop();
  await health?.close();
  worlds.destroy();
  dynamoDb.destroy();
  streams.destroy();
  log.info({}, 'stopped');
  // What was given up changes nothing more, and may go on asking AWS for minutes: the process does not stay for it.
  if (!hasFinished) process.exit(0);
}

/** Where there is a collector. OpenTelemetry's packages are loaded for it alone: nobody else starts later for them. */
async function tracesOf(environment: NodeJS.ProcessEnv, operator: string, log: Log): Promise<Traces> {
  if (!tracesAreWanted(environment)) return NO_TRACES;
  const { openTelemetry } = await import('../web/openTelemetry.ts');
  return openTelemetry({ operator, version: VERSION, log, environment, monotonicMs: () => performance.now() });
}
