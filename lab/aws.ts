import { Access, type Credentials } from './access.ts';
import type { Clock } from './clock.ts';
import type { Delays } from './delays.ts';
import { createDynamoDb, isDynamoDb } from './dynamodb.ts';
import { AwsError } from './errors.ts';
import { ExecutionRole } from './executionRole.ts';
import type { Faults } from './faults.ts';
import { Random } from './random.ts';
import { AppMeshService } from './services/appmesh/appMeshService.ts';
import { AutoScalingService } from './services/autoscaling/autoScalingService.ts';
import { CloudMapService } from './services/cloudmap/cloudMapService.ts';
import { CloudWatchService } from './services/cloudwatch/cloudWatchService.ts';
import { Ec2Service } from './services/ec2/ec2Service.ts';
import { EcsService } from './services/ecs/ecsService.ts';
import { Elbv2Service } from './services/elbv2/elbv2Service.ts';
import { EventBridgeService } from './services/eventbridge/eventBridgeService.ts';
import { IamService } from './services/iam/iamService.ts';
import type { Surroundings } from './services/iam/needs/need.ts';
import type { Permission } from './services/iam/permission.ts';
import { LogsService } from './services/logs/logsService.ts';
import type { CloudMap, HealthProbe, LogSink, MeshConfiguration, MetricSink, TaskRunner } from './services/ports.ts';
import type { Account, Service, ServiceId } from './services/service.ts';
import { ServiceQuotasService } from './services/servicequotas/serviceQuotasService.ts';
import { SnsService } from './services/sns/snsService.ts';
import { SqsService } from './services/sqs/sqsService.ts';
import { Accounts } from './services/sts/accounts.ts';
import { Sessions } from './services/sts/sessions.ts';
import { StsService } from './services/sts/stsService.ts';
import { Throttle } from './throttle.ts';
import { createDirect, type Direct } from './wire/direct.ts';
import { createDispatch } from './wire/dispatch.ts';
import type { Dispatch } from './wire/message.ts';
import { type Admission, type CallSeen, Serving } from './wire/serving.ts';

/** What tasks are run with: the services that exist before ECS does. */
export interface TaskPorts {
  cloudMap: CloudMap;
  mesh: MeshConfiguration;
  metrics: MetricSink;
  logs: LogSink;
}

export interface AwsOptions {
  account: Account;
  clock: Clock;
  random: Random;
  delays: Delays;
  faults: Faults;
  /** ECS needs tasks, and tasks need Cloud Map and App Mesh; so the runner is made in between. */
  tasks: (ports: TaskPorts) => TaskRunner;
  probe: HealthProbe;
  /** Of the URLs that queues are told by, since clients go where a queue's URL leads; default AWS's own. */
  queueOrigin?: () => string;
  /** Whose the calls are that come without a wire; default nobody's. */
  accessKeyId?: string;
  /** Told of what is not served and of faults of the lab itself. */
  log: (message: string) => void;
  onCall?: (call: CallSeen) => void;
  /** Told of every permission that a session of a role asks for, whether it is given or not. */
  onAsked?: (permission: Permission) => void;
  /** Whose roles can be assumed; default those of this account alone, for as long as the clock says. */
  accounts?: Accounts;
  /** Real time in milliseconds, for throttling; default `performance.now`. */
  realNow?: () => number;
}

/** One account of AWS in one region, in process. */
export interface Aws {
  services: {
    ecs: EcsService;
    'app-mesh': AppMeshService;
    servicediscovery: CloudMapService;
    'elastic-load-balancing-v2': Elbv2Service;
    cloudwatch: CloudWatchService;
    'application-auto-scaling': AutoScalingService;
    sts: StsService;
    ec2: Ec2Service;
    iam: IamService;
    'cloudwatch-logs': LogsService;
    'service-quotas': ServiceQuotasService;
    sns: SnsService;
    eventbridge: EventBridgeService;
    sqs: SqsService;
  };
  /** Answers every request that a client of AWS sends, DynamoDB's included. */
  dispatch: Dispatch;
  /** The same without a wire, and without DynamoDB, which is no code of the lab's. */
  direct: Direct;
  /** {@link direct} with other credentials, such as those of a session. */
  directAs: (credentials: Credentials) => Direct;
  /** The accounts whose roles can be assumed here, and all who have assumed one. */
  accounts: Accounts;
}

export function createAws(options: AwsOptions): Aws {
  const { account, clock, delays, faults, log } = options;
  /** Each service draws from a stream of its own, so that a call to one does not change what another draws. */
  const random = () => new Random(options.random.below(2 ** 32));
  /** Drawn in this order, and a new one at the end: `examples/shop.yaml` names what seed 1 makes. */
  const streams = {
    cloudMap: random(),
    appMesh: random(),
    elbv2: random(),
    ecs: random(),
    autoScaling: random(),
    requestIds: random(),
    ec2: random(),
    iam: random(),
    sns: random(),
    eventBridge: random(),
    sqs: random(),
  };

  const ec2 = new Ec2Service({
    account,
    random: streams.ec2,
    interfaces: () => [...elbv2.networkInterfaces(), ...ecs.networkInterfaces()],
  });
  const cloudWatch = new CloudWatchService({ clock, account, delays });
  const logs = new LogsService({ clock, account, metrics: cloudWatch });
  const cloudMap = new CloudMapService({ clock, random: streams.cloudMap, account, delays, faults });
  const appMesh = new AppMeshService({ clock, random: streams.appMesh, account, faults });
  const elbv2 = new Elbv2Service({
    clock,
    random: streams.elbv2,
    account,
    delays,
    probe: options.probe,
    metrics: cloudWatch,
    network: ec2,
  });
  const ecs = new EcsService({
    clock,
    random: streams.ecs,
    account,
    delays,
    tasks: options.tasks({ cloudMap, mesh: appMesh, metrics: cloudWatch, logs }),
    targetGroups: elbv2,
    cloudMap,
    mesh: appMesh,
    metrics: cloudWatch,
    network: ec2,
    taskLogs: { open: (task) => executionRole.open(task) },
  });
  const autoScaling = new AutoScalingService({ clock, random: streams.autoScaling, account, delays, ecs, cloudWatch });
  const iam = new IamService({ clock, account, random: streams.iam });
  const accounts = options.accounts ?? new Accounts(new Sessions({ now: () => clock.now(), random: random() }));
  accounts.add(iam.store);
  const onAsked = options.onAsked ?? (() => {});
  const services = {
    ecs,
    'app-mesh': appMesh,
    servicediscovery: cloudMap,
    'elastic-load-balancing-v2': elbv2,
    cloudwatch: cloudWatch,
    'application-auto-scaling': autoScaling,
    sts: new StsService({ account, accounts, onAsked }),
    ec2,
    iam,
    'cloudwatch-logs': logs,
    'service-quotas': new ServiceQuotasService({ account }),
    sns: new SnsService({ account, clock, random: streams.sns }),
    eventbridge: new EventBridgeService({ account, clock, random: streams.eventBridge }),
    sqs: new SqsService({
      account,
      clock,
      random: streams.sqs,
      origin: options.queueOrigin ?? (() => `https://sqs.${account.region}.amazonaws.com`),
    }),
  };

  const throttle = new Throttle({ faults, realNow: options.realNow ?? (() => performance.now()) });
  const observed = options.onCall === undefined ? {} : { onCall: options.onCall };
  const access = new Access({ account, accounts, onAsked, look: lookIn(services) });
  const executionRole = new ExecutionRole({ account, accounts, access, logs });
  const serving = new Serving({
    access,
    services: Object.values(services),
    random: streams.requestIds,
    log,
    admit: (service, operation) => admit(service, operation, faults, throttle),
    ...observed,
  });
  const serve = createDispatch(serving, log);
  const dynamoDb = createDynamoDb({ account, log, access, ...observed });
  const directAs = (credentials: Credentials) => createDirect(serving, credentials);
  return {
    services,
    dispatch: (request) => (isDynamoDb(request) ? dynamoDb(request) : serve(request)),
    direct: directAs({ accessKeyId: options.accessKeyId ?? '' }),
    directAs,
    accounts,
  };
}

/** The lab asks on its own behalf: nothing is counted, throttled or forbidden. */
function lookIn(services: Readonly<Record<ServiceId, Service>>): Surroundings['look'] {
  return (service, operation, input) => {
    try {
      return services[service].operations[operation]?.(input, { requestId: '', accessKeyId: '' });
    } catch (error) {
      if (error instanceof AwsError) return undefined;
      throw error;
    }
  };
}

function admit(service: ServiceId, operation: string, faults: Faults, throttle: Throttle): Admission {
  if (service === 'app-mesh' && faults.has('app-mesh-gone')) {
    return { kind: 'hangUp', reason: 'the App Mesh API has stopped answering' };
  }
  const error = throttle.take(service, operation);
  return error === undefined ? { kind: 'admit' } : { kind: 'refuse', error };
}
