import type { ClockScale } from '../../lab/clock.ts';
import { estateClients } from '../../lab/estates/clients.ts';
import type { Estate } from '../../lab/estates/estate.ts';
import type { AlbUrl } from '../../lab/dataplane/albPlane.ts';
import { estates, type EstateName } from '../../lab/estates/index.ts';
import { Faults, type FaultName } from '../../lab/faults.ts';
import { LAB_ACCOUNT, startLab, type Lab, type OpenAccount } from '../../lab/lab.ts';
import { Recorder } from '../../lab/recorder.ts';
import type { Permission } from '../../lab/services/iam/permission.ts';
import type { Account } from '../../lab/services/service.ts';
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
  /** The second account, where there is one, with an estate of its own where there is one at all. */
  second?: { account: string; url?: string; estate?: Estate; environment: Record<string, string> };
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
  /** Id of another account at the same endpoint. Default: none. */
  secondAccount?: string;
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
  const onAsked = ({ action, resource, verdict }: Permission) => {
    if (verdict === 'denied') denied.add(`${action} on ${resource}`);
  };
  const { secondAccount } = verb;
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
    onAsked,
    onListening: (listener) =>
      void process.stdout.write(
        verb.json
          ? `${JSON.stringify({ listener } satisfies LabListening)}\n`
          : `listening: load balancer ${listener.loadBalancerName}, port ${listener.port}, at ${listener.url}\n`,
      ),
    ...(verb.port === undefined ? {} : { port: verb.port }),
    ...(secondAccount === undefined ? {} : { beside: { account: { ...LAB_ACCOUNT, id: secondAccount }, onAsked } }),
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
  try {
    const open: OpenWithEstate[] = [];
    for (const account of [lab, ...(lab.beside === undefined ? [] : [lab.beside])]) {
      const estate = verb.estate === undefined ? undefined : await makeEstate(account, verb.estate, verb.json);
      open.push({ account: account.account, estate, environment: { ...account.environment, ...labsClock } });
    }
    for (const fault of verb.faults) faults.set(fault, true);
    tell(lab, verb, scale, open);
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

async function makeEstate(
  { account, environment, alb }: OpenAccount,
  name: EstateName,
  quiet: boolean,
): Promise<Estate> {
  const { AWS_ENDPOINT_URL: endpoint = '', AWS_ACCESS_KEY_ID: accessKeyId } = environment;
  const clients = estateClients({ endpoint, region: account.region, accessKeyId });
  try {
    return await estates[name].create({
      clients,
      account,
      urlOf: (listenerArn) => alb.urls().find((one) => one.listenerArn === listenerArn)?.url,
      ...(quiet ? {} : { say: (line: string) => process.stdout.write(`made: ${line}\n`) }),
    });
  } finally {
    clients.destroy();
  }
}

/** An account of the lab, and what was made in it. */
interface OpenWithEstate {
  account: Account;
  estate: Estate | undefined;
  environment: Record<string, string>;
}

function tell(lab: Lab, verb: LabVerb, clock: ClockScale, [own, second]: readonly OpenWithEstate[]): void {
  if (own === undefined) return;
  const { account, estate, environment } = own;
  if (verb.json) {
    const { endpoint } = lab;
    const beside = second && { ...second, account: second.account.id, url: second.estate?.url };
    const ready = { endpoint, region: account.region, clock, url: estate?.url, estate, environment, second: beside };
    process.stdout.write(`${JSON.stringify({ ready })}\n`);
    return;
  }
  const lines = [
    '',
    `The lab is up: ${lab.endpoint}   (time runs ${verb.speed}× as fast)`,
    ...estateLines(estate),
    ...(verb.faults.length === 0 ? [] : [`Faults: ${verb.faults.join(', ')}`]),
    '',
    'For the AWS CLI and for meshlift:',
    ...exportLines(environment),
    ...(second === undefined ? [] : secondLines(second)),
    '',
    'Press Ctrl-C to end it.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

const estateLines = (estate: Estate | undefined): string[] =>
  estate === undefined ? [] : [`The application: ${estate.url}`, `Its listener rule: ${estate.listenerRuleArn}`];

/** The access key alone says which account a request is for. */
const secondLines = ({ account, estate, environment }: OpenWithEstate): string[] => [
  '',
  `The second account: ${account.id}`,
  ...estateLines(estate),
  'As its administrator, with all else as above:',
  ...exportLines({ AWS_ACCESS_KEY_ID: environment['AWS_ACCESS_KEY_ID'] ?? '' }),
];
