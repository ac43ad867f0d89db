import type { ClockScale } from '../../lab/clock.ts';
import { estateClients } from '../../lab/estates/clients.ts';
import type { Estate } from '../../lab/estates/estate.ts';
import type { AlbUrl } from '../../lab/dataplane/albPlane.ts';
import { estates, type EstateName } from '../../lab/estates/index.ts';
import { Faults, type FaultName } from '../../lab/faults.ts';
import { startLab, type Lab } from '../../lab/lab.ts';
import { Recorder } from '../../lab/recorder.ts';
import { CLOCK_VARIABLE } from './clock.ts';
import { exportLines } from './exportLines.ts';

/** What `lab --estate … --json` prints once the estate is steady, as `{"ready": …}` on one line. */
export interface LabReady {
  endpoint: string;
  region: string;
  clock: ClockScale;
  /** Where the sample application's load balancer listens on loopback. */
  url: string;
  estate: Estate;
  /** For the AWS CLI and for the operator. */
  environment: Record<string, string>;
}

/** What `lab --json` prints on a line of its own for every listener that begins to take connections. */
export interface LabListening {
  listener: AlbUrl;
}

/** What the lab's own parent may ask over the process's channel; AWS's API says none of it. */
export interface LabStats {
  /** By access key, then by `service:Operation`. */
  callsByAccessKey: Record<string, Record<string, number>>;
  /** Calls that were refused as throttled, by access key. */
  throttledByAccessKey: Record<string, number>;
  /** What sessions of roles were denied, each once: `ecs:CreateService on arn:…`. */
  denied: string[];
}

export interface LabVerb {
  estate?: EstateName;
  faults: readonly FaultName[];
  json: boolean;
  /** Lab milliseconds per real millisecond, 1 to 30. */
  speed: number;
  /** Default: a free one. */
  port?: number;
  seed: number;
  /** A file that takes every request that comes to the endpoint. Default: none. */
  record?: string;
}

/** Meshlift's own image, in whichever registry and with whichever tag: what the lab then runs is the Meshlift that runs the lab. */
const OWN_IMAGE = /(^|\/)meshlift([:@]|$)/;

/** Each service has its own word for it (rows E71, L26, W7). */
const THROTTLED = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException', 'RequestLimitExceeded']);

const warn = (fields: object, message: string) =>
  void process.stderr.write(`${JSON.stringify({ message, ...fields })}\n`);

/** Runs until SIGINT, SIGTERM, or until the parent that it has a channel to is gone. Throws where the record cannot be written. */
export async function runLab(verb: LabVerb): Promise<number> {
  const now = Date.now();
  const scale: ClockScale = { labOriginMs: now, realOriginMs: now, factor: verb.speed };
  const faults = new Faults();
  const recorder = verb.record === undefined ? undefined : new Recorder(verb.record);
  const calls: Record<string, Record<string, number>> = {};
  const throttled: Record<string, number> = {};
  const denied = new Set<string>();
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    if (process.send !== undefined) process.once('disconnect', () => resolve());
  });
  const labsClock = { [CLOCK_VARIABLE]: `${scale.labOriginMs},${scale.realOriginMs},${scale.factor}` };
  const own = { file: process.argv[1] ?? '', environment: labsClock };
  const lab = await startLab({
    images: (reference) => (OWN_IMAGE.test(reference) ? own : undefined),
    scale,
    faults,
    seed: verb.seed,
    log: { debug: () => {}, warn },
    onCall: ({ accessKeyId, service, operation, errorCode }) => {
      if (errorCode !== undefined && THROTTLED.has(errorCode)) {
        throttled[accessKeyId] = (throttled[accessKeyId] ?? 0) + 1;
      }
      const own = (calls[accessKeyId] ??= {});
      const call = `${service}:${operation}`;
      own[call] = (own[call] ?? 0) + 1;
    },
    onAsked: ({ action, resource, verdict }) => {
      if (verdict === 'denied') denied.add(`${action} on ${resource}`);
    },
    onListening: (listener) =>
      void process.stdout.write(
        verb.json
          ? `${JSON.stringify({ listener } satisfies LabListening)}\n`
          : `listening: load balancer ${listener.loadBalancerName}, port ${listener.port}, at ${listener.url}\n`,
      ),
    ...(verb.port === undefined ? {} : { port: verb.port }),
    ...(recorder === undefined ? {} : { recorder }),
  });
  process.on('message', (question: unknown) => {
    if ((question as { kind?: string }).kind === 'stats') {
      process.send?.({
        callsByAccessKey: calls,
        throttledByAccessKey: throttled,
        denied: [...denied],
      } satisfies LabStats);
    }
  });
  const environment = { ...lab.environment, ...labsClock };
  try {
    const estate = verb.estate === undefined ? undefined : await makeEstate(lab, verb.estate, verb.json);
    for (const fault of verb.faults) faults.set(fault, true);
    tell(lab, verb, environment, scale, estate);
    const failure = await Promise.race([ended, ...(recorder === undefined ? [] : [recorder.failed])]);
    if (failure !== undefined) throw failure;
  } finally {
    await lab.close();
    recorder?.close();
    // A channel that is listened to keeps a process alive.
    if (process.connected) process.disconnect();
  }
  return 0;
}

async function makeEstate(lab: Lab, name: EstateName, quiet: boolean): Promise<Estate> {
  const clients = estateClients({ endpoint: lab.endpoint, region: lab.account.region });
  try {
    return await estates[name].create({
      clients,
      account: lab.account,
      urlOf: (listenerArn) => lab.alb.urls().find((one) => one.listenerArn === listenerArn)?.url,
      ...(quiet ? {} : { say: (line: string) => process.stdout.write(`made: ${line}\n`) }),
    });
  } finally {
    clients.destroy();
  }
}

function tell(
  lab: Lab,
  verb: LabVerb,
  environment: Record<string, string>,
  clock: ClockScale,
  estate: Estate | undefined,
): void {
  if (verb.json) {
    const { endpoint, account } = lab;
    const ready = { endpoint, region: account.region, clock, url: estate?.url, estate, environment };
    process.stdout.write(`${JSON.stringify({ ready })}\n`);
    return;
  }
  const lines = [
    '',
    `The lab is up: ${lab.endpoint}   (time runs ${verb.speed}× as fast)`,
    ...(estate === undefined ? [] : [`The application: ${estate.url}`, `Its listener rule: ${estate.listenerRuleArn}`]),
    ...(verb.faults.length === 0 ? [] : [`Faults: ${verb.faults.join(', ')}`]),
    '',
    'For the AWS CLI and for meshlift:',
    ...exportLines(environment),
    '',
    'Press Ctrl-C to end it.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
