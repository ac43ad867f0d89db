import type { Clock } from './clock.ts';
import type { Delays } from './delays.ts';
import { createDynamoDb, isDynamoDb } from './dynamodb.ts';
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
import { LogsService } from './services/logs/logsService.ts';
import type { CloudMap, HealthProbe, MeshConfiguration, MetricSink, TaskRunner } from './services/ports.ts';
import type { Account, ServiceId } from './services/service.ts';
import { ServiceQuotasService } from './services/servicequotas/serviceQuotasService.ts';
import { SnsService } from './services/sns/snsService.ts';
import { SqsService } from './services/sqs/sqsService.ts';
import { StsService } from './services/sts/stsService.ts';
import { Throttle } from './throttle.ts';
import { type Admission, type CallSeen, createDispatch } from './wire/dispatch.ts';
import type { Dispatch } from './wire/message.ts';

/** What tasks are run with: the services that exist before ECS does. */
export interface TaskPorts {
  cloudMap: CloudMap;
  mesh: MeshConfiguration;
  metrics: MetricSink;
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
  /** Told of what is not served and of faults of the lab itself. */
  log: (message: string) => void;
  onCall?: (call: CallSeen) => void;
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
    tasks: options.tasks({ cloudMap, mesh: appMesh, metrics: cloudWatch }),
    targetGroups: elbv2,
    cloudMap,
    mesh: appMesh,
    metrics: cloudWatch,
    network: ec2,
  });
  const autoScaling = new AutoScalingService({ clock, random: streams.autoScaling, account, delays, ecs, cloudWatch });
  const services = {
    ecs,
    'app-mesh': appMesh,
    servicediscovery: cloudMap,
    'elastic-load-balancing-v2': elbv2,
    cloudwatch: cloudWatch,
    'application-auto-scaling': autoScaling,
    sts: new StsService({ account }),
    ec2,
    iam: new IamService({ clock, account, random: streams.iam }),
    'cloudwatch-logs': new LogsService({ clock, account }),
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
  const serve = createDispatch({
    services: Object.values(services),
    random: streams.requestIds,
    log,
    admit: (service, operation) => admit(service, operation, faults, throttle),
    ...observed,
  });
  const dynamoDb = createDynamoDb({ account, log, ...observed });
  return { services, dispatch: (request) => (isDynamoDb(request) ? dynamoDb(request) : serve(request)) };
}

function admit(service: ServiceId, operation: string, faults: Faults, throttle: Throttle): Admission {
  if (service === 'app-mesh' && faults.has('app-mesh-gone')) {
    return { kind: 'hangUp', reason: 'the App Mesh API has stopped answering' };
  }
  const error = throttle.take(service, operation);
  return error === undefined ? { kind: 'admit' } : { kind: 'refuse', error };
}
