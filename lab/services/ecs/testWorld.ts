import type {
  CreateServiceCommandInput,
  DescribeServicesCommandOutput,
  DescribeTasksCommandOutput,
  RegisterTaskDefinitionCommandInput,
  Service,
  Task,
} from '@aws-sdk/client-ecs';
import { SimulatedClock } from '../../clock.ts';
import { type Delays, NO_DELAYS } from '../../delays.ts';
import { Random } from '../../random.ts';
import type {
  Address,
  CloudMap,
  MeshConfiguration,
  MetricSample,
  RunningTask,
  TargetGroups,
  TaskEvents,
  TaskRunner,
  TaskSpec,
} from '../ports.ts';
import { testNetwork } from '../testNetwork.ts';
import { EcsService } from './ecsService.ts';

const REGION = 'eu-west-1';
const ACCOUNT = '111122223333';

/** A runner of plain objects: tasks answer at once, stop after `stopMs`, and crash when told to. */
class FakeRunner implements TaskRunner {
  readonly running = new Map<string, { spec: TaskSpec; events: TaskEvents }>();
  /** Everything that happened, in order: `start <ip>`, `SIGTERM <ip>`, `gone <ip>`. */
  readonly journal: string[] = [];
  /** How new tasks behave: `ready` at once, `crash` before they are, `hang` without ever being so. */
  behaviour: 'ready' | 'crash' | 'hang' = 'ready';
  stopMs = 1_000;
  /** Whether the health checks of containers pass, and of single tasks by their address. */
  passes = true;
  readonly checks = new Map<string, boolean>();
  readonly #clock: SimulatedClock;

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  start(spec: TaskSpec, events: TaskEvents): RunningTask {
    this.journal.push(`start ${spec.ip}`);
    this.running.set(spec.ip, { spec, events });
    if (this.behaviour === 'ready') events.running();
    if (this.behaviour === 'crash') this.crash(spec.ip);
    return {
      check: (_check, heard) => heard(this.checks.get(spec.ip) ?? this.passes),
      stop: () => {
        this.journal.push(`SIGTERM ${spec.ip}`);
        this.#clock.after(this.stopMs, () => {
          if (!this.running.delete(spec.ip)) return;
          this.journal.push(`gone ${spec.ip}`);
          events.stopped({ exitCode: 143, message: '' });
        });
      },
    };
  }

  crash(ip: string): void {
    const task = this.running.get(ip);
    this.running.delete(ip);
    this.journal.push(`gone ${ip}`);
    task?.events.stopped({ exitCode: 1, message: 'boom' });
  }

  specs(): TaskSpec[] {
    return [...this.running.values()].map(({ spec }) => spec);
  }
}

/** Target groups whose targets are healthy at once unless told otherwise. */
class FakeTargetGroups implements TargetGroups {
  readonly groups = new Map<string, { targetType: string; hasLoadBalancer: boolean }>();
  readonly targets = new Map<string, string>();
  drainMs = 30_000;
  /** The state of what registers from now on. */
  state = 'healthy';
  onRegister: (target: Address) => void = () => {};
  readonly #clock: SimulatedClock;
  readonly #journal: string[];

  constructor(clock: SimulatedClock, journal: string[]) {
    this.#clock = clock;
    this.#journal = journal;
  }

  find(arn: string) {
    return this.groups.get(arn);
  }

  register(arn: string, target: Address): void {
    if (!this.groups.has(arn)) throw new Error('no such target group');
    this.onRegister(target);
    this.targets.set(`${arn} ${target.ip}:${target.port}`, this.state);
  }

  deregister(arn: string, target: Address, drained: () => void): void {
    const key = `${arn} ${target.ip}:${target.port}`;
    this.#journal.push(`draining ${target.ip}`);
    this.targets.set(key, 'draining');
    this.#clock.after(this.drainMs, () => {
      this.targets.delete(key);
      this.#journal.push(`drained ${target.ip}`);
      drained();
    });
  }

  health(arn: string, target: Address): string {
    return this.targets.get(`${arn} ${target.ip}:${target.port}`) ?? 'unused';
  }

  setHealth(ip: string, state: string): void {
    for (const key of this.targets.keys()) if (key.includes(` ${ip}:`)) this.targets.set(key, state);
  }

  inUse(): string[] {
    return [...this.targets].filter(([, state]) => state !== 'draining').map(([key]) => key);
  }
}

interface FakeCloudMapService {
  id: string;
  arn: string;
  name: string;
  namespaceId: string;
  instances: Map<string, Readonly<Record<string, string>>>;
}

class FakeCloudMap implements CloudMap {
  readonly namespaces = [
    { id: 'ns-sc', arn: `arn:aws:servicediscovery:${REGION}:${ACCOUNT}:namespace/ns-sc`, name: 'shop-sc' },
    { id: 'ns-dns', arn: `arn:aws:servicediscovery:${REGION}:${ACCOUNT}:namespace/ns-dns`, name: 'shop.local' },
  ];
  readonly services = new Map<string, FakeCloudMapService>();

  findNamespace(reference: string) {
    return this.namespaces.find(({ id, arn, name }) => [id, arn, name].includes(reference));
  }

  findService(reference: string) {
    const service = [...this.services.values()].find(({ id, arn }) => id === reference || arn === reference);
    if (service === undefined) return undefined;
    const { id, arn, name, namespaceId } = service;
    return { id, arn, name, namespaceName: this.findNamespace(namespaceId)?.name ?? '' };
  }

  findServiceByName(namespaceId: string, name: string) {
    return [...this.services.values()].find((service) => service.namespaceId === namespaceId && service.name === name);
  }

  createServiceConnectService(namespaceId: string, name: string) {
    const id = `srv-${name}-${this.services.size}`;
    const service = {
      id,
      arn: `arn:aws:servicediscovery:${REGION}:${ACCOUNT}:service/${id}`,
      name,
      namespaceId,
      instances: new Map<string, Readonly<Record<string, string>>>(),
    };
    this.services.set(id, service);
    return { id, arn: service.arn };
  }

  removeServiceConnectService(serviceId: string): void {
    this.services.delete(serviceId);
  }

  register(serviceId: string, instanceId: string, attributes: Readonly<Record<string, string>>): void {
    const service = this.services.get(serviceId);
    if (service === undefined) throw new Error('no such service');
    service.instances.set(instanceId, attributes);
  }

  deregister(serviceId: string, instanceId: string): void {
    this.services.get(serviceId)?.instances.delete(instanceId);
  }

  instances(serviceId: string) {
    return [...(this.services.get(serviceId)?.instances ?? [])].map(([instanceId, attributes]) => ({
      instanceId,
      attributes,
    }));
  }

  resolveDns(): Address[] {
    return [];
  }
}

class FakeMesh implements MeshConfiguration {
  gone = false;

  serves(meshName: string): boolean {
    return !this.gone && meshName === 'shop';
  }

  routes() {
    return [];
  }
}

/** An ECS with everything around it faked, in simulated time. */
export class TestWorld {
  readonly clock = new SimulatedClock();
  readonly runner = new FakeRunner(this.clock);
  readonly targetGroups = new FakeTargetGroups(this.clock, this.runner.journal);
  readonly cloudMap = new FakeCloudMap();
  readonly mesh = new FakeMesh();
  readonly samples: MetricSample[] = [];
  readonly ecs: EcsService;

  constructor(delays: Partial<Delays> = {}) {
    this.ecs = new EcsService({
      clock: this.clock,
      random: new Random(7),
      account: { id: ACCOUNT, region: REGION },
      delays: { ...NO_DELAYS, ...delays },
      tasks: this.runner,
      targetGroups: this.targetGroups,
      cloudMap: this.cloudMap,
      mesh: this.mesh,
      metrics: { record: (sample) => this.samples.push(sample) },
      network: testNetwork(REGION),
      taskLogs: { open: () => ({ kind: 'open', mute: [] }) },
    });
    this.call('CreateCluster', { clusterName: 'shop' });
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the answer's type is each operation's own.
  call(operation: string, input: object): any {
    const run = this.ecs.operations[operation];
    if (run === undefined) throw new Error(`${operation} is not served`);
    return run(input, { requestId: 'r', accessKeyId: 'a' });
  }

  targetGroup(name: string, options: { targetType?: string; hasLoadBalancer?: boolean } = {}): string {
    const arn = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/${name}/0123456789abcdef`;
    this.targetGroups.groups.set(arn, { targetType: 'ip', hasLoadBalancer: true, ...options });
    return arn;
  }

  /** Registers a revision of `family` that listens on 8080 as the named port `http`, and answers its ARN. */
  define(family: string, change: Partial<RegisterTaskDefinitionCommandInput> = {}): string {
    return this.call('RegisterTaskDefinition', { ...taskDefinition(family), ...change }).taskDefinition
      .taskDefinitionArn;
  }

  create(name: string, change: Partial<CreateServiceCommandInput> = {}): Service {
    return this.call('CreateService', {
      cluster: 'shop',
      serviceName: name,
      taskDefinition: change.taskDefinition ?? this.define(name),
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      ...change,
    }).service;
  }

  update(name: string, change: object): Service {
    return this.call('UpdateService', { cluster: 'shop', service: name, ...change }).service;
  }

  describe(name: string): Service {
    const { services, failures }: DescribeServicesCommandOutput = this.call('DescribeServices', {
      cluster: 'shop',
      services: [name],
    });
    const [service] = services ?? [];
    if (service === undefined) throw new Error(`service ${name}: ${failures?.[0]?.reason}`);
    return service;
  }

  tasks(name: string, desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING'): Task[] {
    const { taskArns } = this.call('ListTasks', { cluster: 'shop', serviceName: name, desiredStatus });
    if (taskArns.length === 0) return [];
    const answer: DescribeTasksCommandOutput = this.call('DescribeTasks', { cluster: 'shop', tasks: taskArns });
    return answer.tasks ?? [];
  }

  messages(name: string): string[] {
    return (this.describe(name).events ?? []).map((event) => event.message ?? '');
  }

  /** Long enough for any rollout of healthy tasks. */
  settle(): void {
    this.clock.advance(120_000);
  }
}

export const NETWORK = {
  awsvpcConfiguration: {
    subnets: ['subnet-a', 'subnet-b'],
    securityGroups: ['sg-1'],
    assignPublicIp: 'DISABLED' as const,
  },
};

export function taskDefinition(family: string): RegisterTaskDefinitionCommandInput {
  return {
    family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    containerDefinitions: [
      {
        name: 'app',
        image: 'shop:1',
        environment: [{ name: 'ROLE', value: family }],
        portMappings: [{ name: 'http', containerPort: 8080, protocol: 'tcp', appProtocol: 'http' }],
      },
    ],
  };
}

/** The same on App Mesh: an Envoy beside the application. */
export function meshedTaskDefinition(family: string): RegisterTaskDefinitionCommandInput {
  const plain = taskDefinition(family);
  const containers = plain.containerDefinitions ?? [];
  return {
    ...plain,
    containerDefinitions: [
      ...containers.map((container) => ({
        ...container,
        dependsOn: [{ containerName: 'envoy', condition: 'HEALTHY' as const }],
      })),
      {
        name: 'envoy',
        image: 'public.ecr.aws/appmesh/aws-appmesh-envoy:v1.29.12.1-prod',
        environment: [{ name: 'APPMESH_RESOURCE_ARN', value: `mesh/shop/virtualNode/${family}-vn` }],
      },
    ],
    proxyConfiguration: {
      type: 'APPMESH',
      containerName: 'envoy',
      properties: [
        { name: 'IgnoredUID', value: '1337' },
        { name: 'ProxyIngressPort', value: '15000' },
        { name: 'ProxyEgressPort', value: '15001' },
        { name: 'AppPorts', value: '8080' },
      ],
    },
  };
}

/** A Service Connect configuration that publishes the port `http` under the name, as `<name>.local:80`. */
export function serviceConnect(discoveryName?: string) {
  return {
    enabled: true,
    namespace: 'shop-sc',
    ...(discoveryName === undefined
      ? {}
      : {
          services: [
            { portName: 'http', discoveryName, clientAliases: [{ dnsName: `${discoveryName}.local`, port: 80 }] },
          ],
        }),
  };
}

/** What an operation throws; fails where it throws nothing. */
export function refusal(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return { code: error.name, message: error.message };
    throw error;
  }
  throw new Error('nothing was refused');
}
