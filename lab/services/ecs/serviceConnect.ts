import type {
  ServiceConnectConfiguration,
  ServiceConnectService,
  ServiceConnectServiceResource,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { AwsError } from '../../errors.ts';
import type { CloudMap, ServiceConnectEndpoint } from '../ports.ts';
import { notPlayed } from '../notPlayed.ts';
import { invalidParameter } from './errors.ts';
import type { ClusterRecord, ServiceConnectMesh, ServiceRecord } from './records.ts';
import { PORT_NAME } from './taskDefinitionChecks.ts';
import { appMeshOf, findPort } from './taskMesh.ts';

type AppProtocol = ServiceConnectEndpoint['appProtocol'];

/** A discovery name of a namespace, from the ECS service that published it first until its Cloud Map service is removed. */
interface PublishedName {
  namespaceId: string;
  cloudMapServiceId: string;
  cloudMapServiceArn: string;
  ownerArn: string;
  /** As in the port mapping; `undefined` is plain TCP. */
  appProtocol: 'http' | 'http2' | 'grpc' | undefined;
  endpoint: ServiceConnectEndpoint;
}

/** A valid Service Connect configuration, before anything was made for it. */
export interface CheckedServiceConnect {
  namespace: { id: string; arn: string; name: string };
  clusterName: string;
  serviceName: string;
  serviceArn: string;
  names: CheckedName[];
}

interface CheckedName {
  discoveryName: string;
  containerPort: number;
  appProtocol: PublishedName['appProtocol'];
  dnsName: string;
  port: number;
  perRequestTimeoutMs: number | undefined;
}

const DNS_NAME = /^[a-z0-9_.][a-z0-9_.-]{0,126}$/;

/** The names of every Service Connect namespace, and who owns them: rows S1 to S10 and S16. */
export class ServiceConnect {
  readonly #published = new Map<string, PublishedName>();
  readonly #cloudMap: CloudMap;
  readonly #findService: (serviceArn: string) => ServiceRecord | undefined;

  constructor(parts: { cloudMap: CloudMap; findService: (serviceArn: string) => ServiceRecord | undefined }) {
    this.#cloudMap = parts.cloudMap;
    this.#findService = parts.findService;
  }

  /** Refuses what AWS refuses (rows S1 to S6, S8, S9, S14, S17) and makes nothing. `undefined` when switched off. */
  check(
    service: { arn: string; name: string },
    cluster: ClusterRecord,
    configuration: ServiceConnectConfiguration | undefined,
    definition: TaskDefinition,
  ): CheckedServiceConnect | undefined {
    if (configuration?.enabled !== true) return undefined;
    const reference = configuration.namespace ?? cluster.defaultNamespaceArn;
    if (reference === undefined) throw invalidParameter('Namespace is missing');
    const namespace = this.#cloudMap.findNamespace(reference);
    if (namespace === undefined) {
      throw new AwsError('NamespaceNotFoundException', `The namespace ${reference} was not found.`);
    }
    if (appMeshOf(definition) !== undefined) {
      throw invalidParameter(
        'Service Connect cannot be used with a task definition that has an App Mesh proxyConfiguration.',
      );
    }
    const names = (configuration.services ?? []).map((entry) => checkEntry(entry, definition, namespace.name));
    const unique = new Set(names.map(({ discoveryName }) => discoveryName));
    if (unique.size < names.length) throw invalidParameter('Each discoveryName can be used only once in a service.');
    for (const name of names) this.#checkOwner(namespace, name, service.arn);
    return { namespace, clusterName: cluster.name, serviceName: service.name, serviceArn: service.arn, names };
  }

  /**
   * Makes the Cloud Map services that are missing (row S16) and freezes the endpoints that exist now, the service's own
   * included: the list that every task of the deployment gets, for good (row S10).
   */
  publish(checked: CheckedServiceConnect): { mesh: ServiceConnectMesh; resources: ServiceConnectServiceResource[] } {
    const { namespace } = checked;
    const resources = checked.names.map((name) => {
      const key = keyOf(namespace.id, name.discoveryName);
      const known = this.#published.get(key);
      const service =
        known === undefined || this.#cloudMap.findService(known.cloudMapServiceId) === undefined
          ? this.#cloudMap.createServiceConnectService(namespace.id, name.discoveryName)
          : { id: known.cloudMapServiceId, arn: known.cloudMapServiceArn };
      this.#published.set(key, {
        namespaceId: namespace.id,
        cloudMapServiceId: service.id,
        cloudMapServiceArn: service.arn,
        ownerArn: checked.serviceArn,
        appProtocol: name.appProtocol,
        endpoint: {
          dnsName: name.dnsName,
          port: name.port,
          discoveryName: name.discoveryName,
          cloudMapServiceId: service.id,
          appProtocol: name.appProtocol ?? 'tcp',
          ...timeoutOf(name),
        },
      });
      return { discoveryName: name.discoveryName, discoveryArn: service.arn };
    });
    const mesh: ServiceConnectMesh = {
      kind: 'serviceConnect',
      clusterName: checked.clusterName,
      serviceName: checked.serviceName,
      namespaceArn: namespace.arn,
      serves: checked.names.map((name) => ({
        containerPort: name.containerPort,
        discoveryName: name.discoveryName,
        appProtocol: name.appProtocol ?? 'tcp',
        ...timeoutOf(name),
      })),
      endpoints: structuredClone(this.#endpoints(namespace.id, checked.serviceArn)),
    };
    return { mesh, resources };
  }

  /** Removes what the service published and no deployment of it serves any more, with the Cloud Map services behind. */
  release(serviceArn: string, served: ReadonlySet<string>): void {
    for (const [key, name] of this.#published) {
      if (name.ownerArn !== serviceArn || served.has(name.cloudMapServiceArn)) continue;
      this.#published.delete(key);
      this.#cloudMap.removeServiceConnectService(name.cloudMapServiceId);
    }
  }

  #endpoints(namespaceId: string, ownArn: string): ServiceConnectEndpoint[] {
    return [...this.#published.values()]
      .filter((name) => name.namespaceId === namespaceId)
      .filter((name) => name.ownerArn === ownArn || this.#findService(name.ownerArn)?.status === 'ACTIVE')
      .map((name) => name.endpoint);
  }

  #checkOwner(namespace: { id: string; arn: string }, name: CheckedName, serviceArn: string): void {
    const known = this.#published.get(keyOf(namespace.id, name.discoveryName));
    const inUse = () => invalidParameter(`SC service is already used by ${namespace.arn}`);
    if (known === undefined) {
      if (this.#cloudMap.findServiceByName(namespace.id, name.discoveryName) !== undefined) throw inUse();
      return;
    }
    const ownerStatus = this.#findService(known.ownerArn)?.status ?? 'INACTIVE';
    if (known.ownerArn !== serviceArn && ownerStatus !== 'INACTIVE') throw inUse();
    if (known.ownerArn !== serviceArn || known.appProtocol !== name.appProtocol) {
      const previous = stableConfig(known.appProtocol, known.ownerArn);
      const current = stableConfig(name.appProtocol, serviceArn);
      throw invalidParameter(
        `The following config cannot be changed for a SC service. Previous config: ${previous}, current config: ${current}`,
      );
    }
  }
}

function checkEntry(entry: ServiceConnectService, definition: TaskDefinition, namespaceName: string): CheckedName {
  const portName = entry.portName ?? '';
  const mapping = findPort(definition, portName);
  if (mapping?.containerPort === undefined) {
    throw invalidParameter(
      `portName(${portName}) does not refer to any named PortMapping in the container definitions`,
    );
  }
  if (entry.ingressPortOverride !== undefined) throw notPlayed('ecs', 'ingressPortOverride of Service Connect');
  if (entry.tls !== undefined) throw notPlayed('ecs', 'TLS of Service Connect');
  const discoveryName = entry.discoveryName ?? portName;
  if (!PORT_NAME.test(discoveryName)) {
    throw invalidParameter(
      `discoveryName ${discoveryName} is invalid: up to 64 of [a-z0-9_-], not starting with a hyphen.`,
    );
  }
  const [alias, ...more] = entry.clientAliases ?? [];
  if (alias === undefined) throw invalidParameter('clientAliases must have 1 element.');
  if (more.length > 0) throw invalidParameter(`${more.length + 1} clientAliases exceeds the max limit of 1`);
  if (alias.testTrafficRules !== undefined) throw notPlayed('ecs', 'test traffic rules of Service Connect');
  const dnsName = alias.dnsName ?? `${discoveryName}.${namespaceName}`;
  if (!DNS_NAME.test(dnsName)) {
    throw invalidParameter(
      "The DNS name that you provided is invalid. The name must be a valid DNS name but doesn't need to be fully-qualified. Up to 127 characters are allowed. The characters can include lowercase letters, numbers, underscores (_), hyphens (-), and periods (.). A hyphen can't be the first character.",
    );
  }
  const seconds = entry.timeout?.perRequestTimeoutSeconds;
  if (seconds !== undefined && mapping.appProtocol === undefined) {
    throw invalidParameter(`Per request timeout ${seconds} can't be set for tcp application.`);
  }
  return {
    discoveryName,
    containerPort: mapping.containerPort,
    appProtocol: mapping.appProtocol,
    dnsName,
    port: alias.port ?? 0,
    perRequestTimeoutMs: seconds === undefined ? undefined : seconds * 1000,
  };
}

const keyOf = (namespaceId: string, discoveryName: string) => `${namespaceId}/${discoveryName}`;

const timeoutOf = ({ perRequestTimeoutMs }: CheckedName) =>
  perRequestTimeoutMs === undefined ? {} : { perRequestTimeoutMs };

const stableConfig = (appProtocol: AppProtocol | undefined, ownerArn: string) =>
  `ScServiceStableConfig(applicationProtocol=${appProtocol ?? 'null'}, transportProtocol=tcp, ecsServiceArn=${ownerArn})`;
