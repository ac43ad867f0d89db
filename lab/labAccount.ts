import { type Aws, createAws } from './aws.ts';
import type { ScaledClock } from './clock.ts';
import { Addresses } from './dataplane/addresses.ts';
import { AlbPlane, type AlbUrl } from './dataplane/albPlane.ts';
import { HttpProbe } from './dataplane/httpProbe.ts';
import type { DataPlaneLog } from './dataplane/log.ts';
import { ProcessTasks } from './dataplane/processTasks.ts';
import type { TaskCredentials } from './dataplane/taskCredentials.ts';
import { AWS_LIKE_DELAYS, type Delays } from './delays.ts';
import type { Faults } from './faults.ts';
import type { Registry } from './images/images.ts';
import { Random } from './random.ts';
import type { Permission } from './services/iam/permission.ts';
import type { TaskRunner, TaskSpec } from './services/ports.ts';
import type { Account } from './services/service.ts';
import type { Accounts } from './services/sts/accounts.ts';
import { MixedTasks } from './simulated/mixedTasks.ts';
import { SimulatedTasks } from './simulated/simulatedTasks.ts';
import type { CallSeen } from './wire/serving.ts';

/** What is as it is in every account of a lab. */
export interface LabHouse {
  clock: ScaledClock;
  faults: Faults;
  accounts: Accounts;
  credentials: TaskCredentials;
  /** Known only once the lab is open, which is before anything runs in it. */
  endpoint: () => string;
  log: DataPlaneLog;
  delays?: Delays;
  onCall?: (call: CallSeen) => void;
  onListening?: (listener: AlbUrl) => void;
  images?: Registry;
  isSimulated?: (task: TaskSpec) => boolean;
}

/** One account of a lab: its services, and a data plane of its own, since its addresses are those of its own VPC. */
export interface LabAccount {
  account: Account;
  aws: Aws;
  tasks: ProcessTasks;
  /** Those that are no processes. */
  simulatedTasks: SimulatedTasks;
  alb: AlbPlane;
  addresses: Addresses;
  /** Ends every process, proxy and connection of the account. */
  close(): Promise<void>;
}

export function createLabAccount(
  house: LabHouse,
  { account, seed, onAsked }: { account: Account; seed: number; onAsked?: (permission: Permission) => void },
): LabAccount {
  const { clock, faults, accounts, credentials, endpoint, log } = house;
  const random = new Random(seed);
  const addresses = new Addresses();
  const httpProbe = new HttpProbe({ addresses, clock });
  const isSimulated = house.isSimulated ?? (() => false);
  let made: { tasks: ProcessTasks; simulatedTasks: SimulatedTasks; mixed: MixedTasks } | undefined;
  let closing = false;

  const aws = createAws({
    account,
    clock,
    random,
    delays: house.delays ?? AWS_LIKE_DELAYS,
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
        endpoint,
        ...(house.images === undefined ? {} : { images: house.images }),
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
    log: (message) => log.warn({}, message),
    queueOrigin: endpoint,
    ...(house.onCall === undefined ? {} : { onCall: house.onCall }),
    ...(onAsked === undefined ? {} : { onAsked }),
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
    ...(house.onListening === undefined ? {} : { onListening: house.onListening }),
  });
  const close = async () => {
    closing = true;
    await Promise.all([alb.close(), tasks.close()]);
  };
  return { account, aws, tasks, simulatedTasks, alb, addresses, close };
}

const NEVER_STARTED = { stop() {}, check() {} };
