import { type Aws, createAws } from '../aws.ts';
import type { Clock } from '../clock.ts';
import { type Delays, NO_DELAYS } from '../delays.ts';
import { Faults } from '../faults.ts';
import { Random } from '../random.ts';
import type { Permission } from '../services/iam/permission.ts';
import type { Account } from '../services/service.ts';
import type { Accounts } from '../services/sts/accounts.ts';
import type { CallSeen } from '../wire/serving.ts';
import { createInProcessHandler, type InProcessHandler } from '../wire/inProcessHandler.ts';
import { SimulatedProbe, SimulatedTasks } from './simulatedTasks.ts';

export const SIMULATED_ACCOUNT: Account = { id: '111122223333', region: 'eu-west-1' };

const ACCESS_KEY_ID = 'AKIDSIMULATED';

/** The whole AWS in this process: no socket, no child process, time as the clock goes. */
export interface SimulatedAws {
  aws: Aws;
  clock: Clock;
  faults: Faults;
  tasks: SimulatedTasks;
  /** For any SDK client, together with `endpoint`. */
  requestHandler: InProcessHandler;
  /** A URL that resolves to nothing, so that a client without the handler fails. */
  endpoint: string;
  /** All that an SDK client's constructor needs. */
  clientConfig: {
    region: string;
    endpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    requestHandler: InProcessHandler;
  };
  /** What the lab said: operations that it does not serve, faults of its own. */
  logged: string[];
  close(): Promise<void>;
}

/** Delays default to none, faults to none switched on, the seed to 1. */
export function createSimulatedAws(options: {
  clock: Clock;
  delays?: Delays;
  faults?: Faults;
  seed?: number;
  /** Default {@link SIMULATED_ACCOUNT}, with the quotas that every account begins with. */
  account?: Account;
  onCall?: (call: CallSeen) => void;
  onAsked?: (permission: Permission) => void;
  /** Those of another simulated AWS, so that roles here can be assumed from there and the other way round. Default its own. */
  accounts?: Accounts;
  /** Real time in milliseconds, for throttling. */
  realNow?: () => number;
}): SimulatedAws {
  const faults = options.faults ?? new Faults();
  const probe = new SimulatedProbe();
  const logged: string[] = [];
  let made: SimulatedTasks | undefined;
  const aws = createAws({
    account: options.account ?? SIMULATED_ACCOUNT,
    accessKeyId: ACCESS_KEY_ID,
    clock: options.clock,
    random: new Random(options.seed ?? 1),
    delays: options.delays ?? NO_DELAYS,
    faults,
    tasks: ({ mesh }) => {
      made = new SimulatedTasks({ clock: options.clock, mesh });
      return made;
    },
    probe,
    log: (message) => logged.push(message),
    ...(options.onCall === undefined ? {} : { onCall: options.onCall }),
    ...(options.accounts === undefined ? {} : { accounts: options.accounts }),
    ...(options.onAsked === undefined ? {} : { onAsked: options.onAsked }),
    ...(options.realNow === undefined ? {} : { realNow: options.realNow }),
  });
  if (made === undefined) throw new Error('createAws made no tasks');
  probe.attach(made);
  let open = true;
  const requestHandler = createInProcessHandler(async (request) => {
    if (!open) throw new Error('the simulated AWS is closed');
    return aws.dispatch(request);
  });
  const endpoint = 'http://aws.invalid';
  return {
    aws,
    clock: options.clock,
    faults,
    tasks: made,
    requestHandler,
    endpoint,
    clientConfig: {
      region: SIMULATED_ACCOUNT.region,
      endpoint,
      credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey: 'simulated' },
      requestHandler,
    },
    logged,
    close: async () => {
      open = false;
    },
  };
}
