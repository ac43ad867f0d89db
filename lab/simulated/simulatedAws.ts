import { type Aws, createAws } from '../aws.ts';
import type { Clock } from '../clock.ts';
import { type Delays, NO_DELAYS } from '../delays.ts';
import { Faults } from '../faults.ts';
import { Random } from '../random.ts';
import type { Account } from '../services/service.ts';
import type { CallSeen } from '../wire/dispatch.ts';
import { createInProcessHandler, type InProcessHandler } from '../wire/inProcessHandler.ts';
import { SimulatedProbe, SimulatedTasks } from './simulatedTasks.ts';

export const SIMULATED_ACCOUNT: Account = { id: '111122223333', region: 'eu-west-1' };

/** The whole AWS in this process: no socket, no child process, time as the clock goes. */
export interface SimulatedAws {
  aws: Aws;
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
  onCall?: (call: CallSeen) => void;
  /** Real time in milliseconds, for throttling. */
  realNow?: () => number;
}): SimulatedAws {
  const faults = options.faults ?? new Faults();
  const probe = new SimulatedProbe();
  const logged: string[] = [];
  let made: SimulatedTasks | undefined;
  const aws = createAws({
    account: SIMULATED_ACCOUNT,
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
    faults,
    tasks: made,
    requestHandler,
    endpoint,
    clientConfig: {
      region: SIMULATED_ACCOUNT.region,
      endpoint,
      credentials: { accessKeyId: 'AKIDSIMULATED', secretAccessKey: 'simulated' },
      requestHandler,
    },
    logged,
    close: async () => {
      open = false;
    },
  };
}
