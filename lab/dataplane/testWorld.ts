import http from 'node:http';
import { ScaledClock } from '../clock.ts';
import type { FaultName } from '../faults.ts';
import { Faults } from '../faults.ts';
import { SHOP_IMAGE } from '../images/images.ts';
import type { CloudMap, MeshConfiguration, MeshRoute, MetricSample, RunningTask, TaskMesh } from '../services/ports.ts';
import { Addresses } from './addresses.ts';
import { ProcessTasks } from './processTasks.ts';

type Instance = { instanceId: string; attributes: Record<string, string> };

/** A Cloud Map with one private DNS namespace, `shop.local`; services are made by registering. */
export class FakeCloudMap implements CloudMap {
  readonly services = new Map<string, Instance[]>();

  findNamespace(reference: string) {
    return { id: reference, arn: reference, name: reference };
  }
  findService(reference: string) {
    return { id: reference, arn: reference, name: reference, namespaceName: 'shop.local' };
  }
  findServiceByName(_namespaceId: string, name: string) {
    return this.services.has(name) ? { id: name, arn: name } : undefined;
  }
  createServiceConnectService(_namespaceId: string, name: string) {
    this.services.set(name, []);
    return { id: name, arn: name };
  }
  removeServiceConnectService(serviceId: string): void {
    this.services.delete(serviceId);
  }
  register(serviceId: string, instanceId: string, attributes: Record<string, string>): void {
    this.deregister(serviceId, instanceId);
    this.services.set(serviceId, [...this.instances(serviceId), { instanceId, attributes }]);
  }
  deregister(serviceId: string, instanceId: string): void {
    const left = this.instances(serviceId).filter((instance) => instance.instanceId !== instanceId);
    this.services.set(serviceId, left);
  }
  instances(serviceId: string): Instance[] {
    return this.services.get(serviceId) ?? [];
  }
  resolveDns(hostName: string) {
    if (!hostName.endsWith('.shop.local')) return [];
    return this.instances(hostName.slice(0, -'.shop.local'.length)).map(({ attributes }) => ({
      ip: attributes['AWS_INSTANCE_IPV4'] ?? '',
      port: 8080,
    }));
  }
}

/** One mesh, whose routes every virtual node has. */
export class FakeMesh implements MeshConfiguration {
  gone = false;
  current: MeshRoute[] = [];

  serves(): boolean {
    return !this.gone;
  }
  routes(): MeshRoute[] {
    return this.current;
  }
  /** A route to Cloud Map services of `shop.local`, by weight. */
  route(name: string, weights: Record<string, number>): void {
    const route: MeshRoute = {
      virtualServiceName: name,
      port: 8080,
      protocol: 'http',
      perRequestTimeoutMs: 15_000,
      targets: Object.entries(weights).map(([serviceName, weight]) => ({
        weight,
        port: 8080,
        discovery: { kind: 'cloudMap', namespaceName: 'shop.local', serviceName, attributes: {} },
      })),
    };
    this.current = [...this.current.filter((candidate) => candidate.virtualServiceName !== name), route];
  }
}

interface TestContainer {
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  stopTimeoutMs?: number;
  port?: number;
}

/** What the world saw of one task. */
export interface Watched extends RunningTask {
  ip: string;
  arn: string;
  id: string;
  runningCount: number;
  stopped: { exitCode: number | undefined; message: string }[];
}

/** A lab's data plane on fakes; close it. */
export class TestWorld {
  readonly cloudMap = new FakeCloudMap();
  readonly mesh = new FakeMesh();
  readonly addresses = new Addresses();
  readonly faults: Faults;
  readonly samples: MetricSample[] = [];
  readonly lines: string[] = [];
  readonly tasks: ProcessTasks;
  #count = 0;

  constructor(options: { factor?: number; faults?: FaultName[] } = {}) {
    this.faults = new Faults(options.faults);
    this.tasks = new ProcessTasks({
      clock: new ScaledClock({ labOriginMs: Date.now(), realOriginMs: Date.now(), factor: options.factor ?? 30 }),
      cloudMap: this.cloudMap,
      mesh: this.mesh,
      metrics: { record: (sample) => void this.samples.push(sample) },
      faults: this.faults,
      addresses: this.addresses,
      log: {
        debug: (_fields, line) => void this.lines.push(line),
        warn: (_fields, line) => void this.lines.push(line),
      },
    });
  }

  /** Starts a task of the sample application, one container unless `containers` says otherwise. */
  start(serviceName: string, mesh: TaskMesh, ...containers: TestContainer[]): Watched {
    this.#count += 1;
    const id = `${this.#count}`.padStart(32, '0');
    const arn = `arn:aws:ecs:eu-west-1:111122223333:task/shop/${id}`;
    const ip = `10.0.0.${this.#count}`;
    const watched: Watched = { ip, arn, id, runningCount: 0, stopped: [], stop: () => {}, check: () => {} };
    const task = this.tasks.start(
      {
        taskArn: arn,
        clusterName: 'shop',
        serviceName,
        ip,
        mesh,
        containers: (containers.length === 0 ? [{}] : containers).map((container, index) => ({
          name: `app${index}`,
          image: container.image ?? SHOP_IMAGE,
          command: container.command ?? [serviceName],
          environment: container.environment ?? {},
          containerPorts: [container.port ?? 8080],
          essential: true,
          stopTimeoutMs: container.stopTimeoutMs ?? 30_000,
        })),
      },
      {
        running: () => {
          watched.runningCount += 1;
        },
        stopped: (reason) => void watched.stopped.push(reason),
      },
    );
    watched.stop = () => task.stop();
    watched.check = (check, heard) => task.check(check, heard);
    return watched;
  }

  listens(task: Watched): boolean {
    return this.addresses.find(task.ip, 8080) !== undefined;
  }

  /** Puts a task behind a Cloud Map service. */
  register(service: string, task: Watched): void {
    this.cloudMap.register(service, task.id, { AWS_INSTANCE_IPV4: task.ip, AWS_INSTANCE_PORT: '8080' });
  }

  /** GET from outside, as the load balancer would. */
  get(task: Watched, path = '/', headers: Record<string, string> = {}): Promise<TestAnswer> {
    const port = this.addresses.find(task.ip, 8080);
    if (port === undefined) return Promise.reject(new Error(`nobody listens at ${task.ip}:8080`));
    return new Promise((resolve, reject) => {
      const request = http.get({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      request.on('error', reject);
    });
  }
}

export interface TestAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

export const BLUE: TaskMesh = { kind: 'appMesh', meshName: 'shop', virtualNodeName: 'any-vn' };

/** A Service Connect task that serves `discoveryName` and knows the aliases `<name>.shop.local` of `knows`. */
export function green(serviceName: string, discoveryName: string, knows: string[] = []): TaskMesh {
  return {
    kind: 'serviceConnect',
    clusterName: 'shop',
    serviceName,
    namespaceArn: 'arn:aws:servicediscovery:eu-west-1:111122223333:namespace/ns-sc',
    serves: [{ containerPort: 8080, discoveryName, appProtocol: 'http' }],
    endpoints: knows.map((name) => ({
      dnsName: `${name}.shop.local`,
      port: 8080,
      discoveryName: `${name}-8080`,
      cloudMapServiceId: `${name}-8080`,
      appProtocol: 'http',
    })),
  };
}
