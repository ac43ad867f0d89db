import { type Aws, createAws } from './aws.ts';
import { type ClockScale, ScaledClock } from './clock.ts';
import { Addresses } from './dataplane/addresses.ts';
import { AlbPlane, type AlbUrl } from './dataplane/albPlane.ts';
import { HttpProbe } from './dataplane/httpProbe.ts';
import type { DataPlaneLog } from './dataplane/log.ts';
import { ProcessTasks } from './dataplane/processTasks.ts';
import { TaskCredentials } from './dataplane/taskCredentials.ts';
import { AWS_LIKE_DELAYS, type Delays } from './delays.ts';
import type { Faults } from './faults.ts';
import type { Registry } from './images/images.ts';
import { Random } from './random.ts';
import type { Recorder } from './recorder.ts';
import type { TaskRunner, TaskSpec } from './services/ports.ts';
import type { Permission } from './services/iam/permission.ts';
import type { Account } from './services/service.ts';
import { Accounts } from './services/sts/accounts.ts';
import { Sessions } from './services/sts/sessions.ts';
import { MixedTasks } from './simulated/mixedTasks.ts';
import { SimulatedTasks } from './simulated/simulatedTasks.ts';
import type { CallSeen } from './wire/serving.ts';
import { startWireServer } from './wire/server.ts';

/** The account that the lab plays where none is given. */
export const LAB_ACCOUNT: Account = { id: '111122223333', region: 'us-east-1' };

export interface LabOptions {
  /** The endpoint's port on 127.0.0.1; default a free one. */
  port?: number;
  /** To be handed to every process that must agree on the lab's time. */
  scale: ClockScale;
  /** Kept: its owner may switch faults while the lab runs. */
  faults: Faults;
  /** Default 1. */
  seed?: number;
  account?: Account;
  delays?: Delays;
  log: DataPlaneLog;
  onCall?: (call: CallSeen) => void;
  onAsked?: (permission: Permission) => void;
  /** Told of every load balancer's listener as soon as it takes connections. */
  onListening?: (listener: AlbUrl) => void;
  /** Takes down every request that comes to the endpoint. Its owner closes it. */
  recorder?: Recorder;
  /** Images besides the lab's own, such as that of the program that runs the lab. */
  images?: Registry;
  /** Which tasks are plain objects instead of processes; asked when a task starts. Default none. */
  isSimulated?: (task: TaskSpec) => boolean;
}

/** A running lab: an AWS on loopback whose tasks are processes and whose load balancers are proxies. */
export interface Lab {
  /** For `AWS_ENDPOINT_URL`; every API answers here, DynamoDB included. */
  endpoint: string;
  /** What the AWS CLI and SDKs need in their environment to talk to the lab and to nothing else. */
  environment: Readonly<Record<string, string>>;
  account: Account;
  clock: ScaledClock;
  faults: Faults;
  aws: Aws;
  tasks: ProcessTasks;
  /** Those that are no processes. */
  simulatedTasks: SimulatedTasks;
  alb: AlbPlane;
  addresses: Addresses;
  /** Ends every process, proxy and connection; nothing is left behind. */
  close(): Promise<void>;
}

export async function startLab(options: LabOptions): Promise<Lab> {
  const { faults, log } = options;
  const account = options.account ?? LAB_ACCOUNT;
  const random = new Random(options.seed ?? 1);
  const clock = new ScaledClock(options.scale);
  const addresses = new Addresses();
  const say = (message: string) => log.warn({}, message);
  const httpProbe = new HttpProbe({ addresses, clock });
  const isSimulated = options.isSimulated ?? (() => false);
  let made: { tasks: ProcessTasks; simulatedTasks: SimulatedTasks; mixed: MixedTasks } | undefined;
  let closing = false;
  let endpoint = '';
  // An SDK holds the end of its credentials against the time of day, as it does its signatures.
  const accounts = new Accounts(new Sessions({ now: () => Date.now(), random: new Random((options.seed ?? 1) + 1) }));
  const credentials = new TaskCredentials({ account, accounts, endpoint: () => endpoint });

  const aws = createAws({
    account,
    clock,
    random,
    delays: options.delays ?? AWS_LIKE_DELAYS,
    faults,
    tasks: ({ cloudMap, mesh, metrics, logs }) => {
      const tasks = new ProcessTasks({
        clock,
        cloudMap,
        mesh,
        metrics,
        logs,
        faults,
        addresses,
        log,
        credentials,
        endpoint: () => endpoint,
        ...(options.images === undefined ? {} : { images: options.images }),
      });
      const simulatedTasks = new SimulatedTasks({ clock, mesh });
      const mixed = new MixedTasks({ real: tasks, realProbe: httpProbe, simulated: simulatedTasks, isSimulated });
      made = { tasks, simulatedTasks, mixed };
      // While the lab closes ECS still replaces the tasks that are ended under it; those replacements must not start.
      return { start: (task, events) => (closing ? NEVER_STARTED : mixed.start(task, events)) } satisfies TaskRunner;
    },
    // The load balancer is made before the tasks are, and probes nobody until they are.
    probe: { probe: (...asked) => (made?.mixed ?? httpProbe).probe(...asked) },
    accounts,
    log: say,
    queueOrigin: () => endpoint,
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
    ...(options.onAsked === undefined ? {} : { onAsked: options.onAsked }),
  });
  if (made === undefined) throw new Error('createAws made no task runner');
  const { tasks, simulatedTasks } = made;
  const alb = new AlbPlane({
    elbv2: aws.services['elastic-load-balancing-v2'],
    clock,
    random: new Random(random.below(2 ** 32)),
    addresses,
    metrics: aws.services.cloudwatch,
    log,
    ...(options.onListening === undefined ? {} : { onListening: options.onListening }),
  });

  const close = async () => {
    closing = true;
    await Promise.all([alb.close(), tasks.close()]);
  };
  try {
    const server = await startWireServer({
      dispatch: credentials.around(options.recorder?.around(aws.dispatch) ?? aws.dispatch),
      log: say,
      ...(options.port === undefined ? {} : { port: options.port }),
    });
    endpoint = server.endpoint;
    return {
      endpoint,
      environment: environmentOf(endpoint, account),
      account,
      clock,
      faults,
      aws,
      tasks,
      simulatedTasks,
      alb,
      addresses,
      close: async () => {
        await server.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const NEVER_STARTED = { stop() {} };

function environmentOf(endpoint: string, account: Account): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_ACCESS_KEY_ID: 'AKIDLAB',
    AWS_SECRET_ACCESS_KEY: 'lab',
    AWS_EC2_METADATA_DISABLED: 'true',
    // DiscoverInstances goes to the host `data-…` (§1), and `data-127.0.0.1` is none. The CLI and botocore read this; the
    // JavaScript SDK has no such variable, only its clients' `disableHostPrefix`.
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
  };
}
