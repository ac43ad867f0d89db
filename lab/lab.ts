import { byAccount } from './byAccount.ts';
import { type ClockScale, ScaledClock } from './clock.ts';
import type { AlbUrl } from './dataplane/albPlane.ts';
import type { DataPlaneLog } from './dataplane/log.ts';
import { TaskCredentials } from './dataplane/taskCredentials.ts';
import type { Delays } from './delays.ts';
import type { Faults } from './faults.ts';
import type { Registry } from './images/images.ts';
import { createLabAccount, type LabAccount } from './labAccount.ts';
import { Random } from './random.ts';
import type { Recorder } from './recorder.ts';
import type { TaskSpec } from './services/ports.ts';
import type { Permission } from './services/iam/permission.ts';
import type { Account } from './services/service.ts';
import { Accounts } from './services/sts/accounts.ts';
import { Sessions } from './services/sts/sessions.ts';
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
  /** Another account at the same endpoint. Default none. */
  beside?: { account: Account; onAsked?: (permission: Permission) => void };
  delays?: Delays;
  log: DataPlaneLog;
  onCall?: (call: CallSeen) => void;
  /** Told of every permission that a session asks for in the account. */
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
export interface Lab extends OpenAccount {
  /** For `AWS_ENDPOINT_URL`; every API answers here, DynamoDB included. */
  endpoint: string;
  clock: ScaledClock;
  faults: Faults;
  /** The other account, where there is one. */
  beside: OpenAccount | undefined;
  /** Ends every process, proxy and connection; nothing is left behind. */
  close(): Promise<void>;
}

export interface OpenAccount extends Omit<LabAccount, 'close'> {
  /** What the AWS CLI and SDKs need in their environment to be this account's administrator, and to talk to the lab and to nothing else. */
  environment: Readonly<Record<string, string>>;
}

export async function startLab(options: LabOptions): Promise<Lab> {
  const { faults, log, scale, recorder } = options;
  const seed = options.seed ?? 1;
  const clock = new ScaledClock(scale);
  let endpoint = '';
  // An SDK holds the end of its credentials against the time of day, as it does its signatures.
  const accounts = new Accounts(new Sessions({ now: () => Date.now(), random: new Random(seed + 1) }));
  const credentials = new TaskCredentials({ accounts, endpoint: () => endpoint });
  const house = { ...options, clock, accounts, credentials, endpoint: () => endpoint };
  const own = createLabAccount(house, {
    account: options.account ?? LAB_ACCOUNT,
    seed,
    ...(options.onAsked === undefined ? {} : { onAsked: options.onAsked }),
  });
  // With another seed, or the two accounts would give the same name to different things.
  const beside = options.beside && createLabAccount(house, { ...options.beside, seed: seed + 2 });
  const all = [own, ...(beside === undefined ? [] : [beside])] as const;
  const dispatch = byAccount(accounts, [
    { accountId: own.account.id, administrators: [], dispatch: own.aws.dispatch },
    ...all.slice(1).map(({ account: { id }, aws }) => ({
      accountId: id,
      administrators: [administratorOf(id)],
      dispatch: aws.dispatch,
    })),
  ]);

  const close = () => Promise.all(all.map((account) => account.close()));
  try {
    const server = await startWireServer({
      dispatch: credentials.around(recorder?.around(dispatch) ?? dispatch),
      log: (message) => log.warn({}, message),
      ...(options.port === undefined ? {} : { port: options.port }),
    });
    endpoint = server.endpoint;
    return {
      ...own,
      endpoint,
      environment: environmentOf(endpoint, own.account, 'AKIDLAB'),
      clock,
      faults,
      beside: beside && {
        ...beside,
        environment: environmentOf(endpoint, beside.account, administratorOf(beside.account.id)),
      },
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

/** The access key by which the lab knows an administrator of another account than its first. */
const administratorOf = (accountId: string): string => `AKIDLAB${accountId}`;

function environmentOf(endpoint: string, account: Account, accessKeyId: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'lab',
    AWS_EC2_METADATA_DISABLED: 'true',
    // DiscoverInstances goes to the host `data-…` (§1), and `data-127.0.0.1` is none. The CLI and botocore read this; the
    // JavaScript SDK has no such variable, only its clients' `disableHostPrefix`.
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
  };
}
