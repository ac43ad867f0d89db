import { describe, expect, test } from 'vitest';
import { exportOf } from '../../../test/fixtures/estates.ts';
import type { EstateExport } from '../../estate/export.ts';
import { readEstate } from '../../estate/fromExport.ts';
import { AwsCallError } from '../../reconciler/ports.ts';
import { rememberCall } from '../errors.ts';
import { takeInventory } from './inventory.ts';
import type { InventoryClients } from './reading.ts';

const NAME = '01-simple-three-tier';
const OPTIONS = { cluster: 'shop', mesh: 'shop', clock: { now: () => Date.UTC(2026, 10, 20) } };

type Input = Record<string, unknown>;
type Answer = (input: Input) => unknown;

/** Two items a page, whatever was asked for; an empty page in the middle, as Cloud Map gives them (row C6). */
function paged(items: readonly unknown[], token: unknown): { page: readonly unknown[]; next: string | undefined } {
  const text = typeof token === 'string' ? token : '0';
  const start = Number.parseInt(text, 10);
  if (text.endsWith('!')) return { page: [], next: String(start) };
  const end = start + 2;
  return { page: items.slice(start, end), next: items.length > end ? `${end}!` : undefined };
}

const failure = (name: string, status: number | undefined, extra: object = {}): Error =>
  Object.assign(new Error(`${name} happened`), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
    ...extra,
  });

const one = <Item extends object>(items: readonly Item[], wanted: Input): Item | undefined =>
  items.find((item) => Object.entries(wanted).every(([key, value]) => (item as Input)[key] === value));

const within = (items: readonly object[], input: Input): object[] =>
  items.filter((item) =>
    ['virtualRouterName', 'virtualGatewayName'].every(
      (key) => input[key] === undefined || (item as Input)[key] === input[key],
    ),
  );

const list =
  (member: string, items: readonly object[]): Answer =>
  (input) => {
    const { page, next } = paged(within(items, input), input['nextToken']);
    return { [member]: page, nextToken: next };
  };

/** The SDK's clients over an estate: `send` answers by the command's name, and dates are dates. */
function clientsOver(exported: EstateExport, overrides: Record<string, Answer> = {}): InventoryClients {
  const { ecs, elbv2, serviceDiscovery, appMesh, autoScaling } = exported;
  const answers: Record<string, Answer> = {
    DescribeClusters: () => ({ clusters: ecs.clusters }),
    ListServices: (input) => {
      if ('cluster' in input) {
        const { page, next } = paged(ecs.services, input['nextToken']);
        return { serviceArns: page.map((service) => (service as { serviceArn: string }).serviceArn), nextToken: next };
      }
      // A Cloud Map summary does not say which namespace it is in.
      const [filter] = input['Filters'] as { Values: string[] }[];
      const inside = serviceDiscovery.services.filter((service) => service.NamespaceId === filter?.Values[0]);
      const { page, next } = paged(
        inside.map((service) => ({ ...service, NamespaceId: undefined })),
        input['NextToken'],
      );
      return { Services: page, NextToken: next };
    },
    DescribeServices: (input) => ({
      services: ecs.services
        .filter((service) => (input['services'] as string[]).includes(service.serviceArn ?? ''))
        .map((service) => ({ ...service, createdAt: new Date(service.createdAt as unknown as string) })),
    }),
    DescribeTaskDefinition: (input) =>
      ecs.taskDefinitions.find((found) => found.taskDefinition.taskDefinitionArn === input['taskDefinition']),
    DescribeMesh: (input) => ({ mesh: one(appMesh.meshes, input) }),
    ListVirtualNodes: list('virtualNodes', appMesh.virtualNodes),
    DescribeVirtualNode: (input) => ({ virtualNode: one(appMesh.virtualNodes, input) }),
    ListVirtualServices: list('virtualServices', appMesh.virtualServices),
    DescribeVirtualService: (input) => ({ virtualService: one(appMesh.virtualServices, input) }),
    ListVirtualRouters: list('virtualRouters', appMesh.virtualRouters),
    DescribeVirtualRouter: (input) => ({ virtualRouter: one(appMesh.virtualRouters, input) }),
    ListRoutes: list('routes', appMesh.routes),
    DescribeRoute: (input) => ({ route: one(appMesh.routes, input) }),
    ListVirtualGateways: list('virtualGateways', appMesh.virtualGateways),
    DescribeVirtualGateway: (input) => ({ virtualGateway: one(appMesh.virtualGateways, input) }),
    ListGatewayRoutes: list('gatewayRoutes', appMesh.gatewayRoutes),
    DescribeGatewayRoute: (input) => ({ gatewayRoute: one(appMesh.gatewayRoutes, input) }),
    ListNamespaces: (input) => {
      const { page, next } = paged(serviceDiscovery.namespaces, input['NextToken']);
      return { Namespaces: page, NextToken: next };
    },
    ListInstances: (input) => ({ Instances: [{ Id: `of-${String(input['ServiceId'])}` }] }),
    DescribeTargetGroups: (input) => ({
      TargetGroups: elbv2.targetGroups.filter((group) =>
        (input['TargetGroupArns'] as string[]).includes(group.TargetGroupArn ?? ''),
      ),
    }),
    DescribeTargetGroupAttributes: () => ({ Attributes: [{ Key: 'slow_start.duration_seconds', Value: '0' }] }),
    DescribeTags: (input) => ({
      TagDescriptions: (input['ResourceArns'] as string[]).map((arn) => ({
        ResourceArn: arn,
        Tags: elbv2.tags?.[arn] ?? [],
      })),
    }),
    DescribeLoadBalancers: () => ({ LoadBalancers: elbv2.loadBalancers }),
    DescribeListeners: (input) => {
      const { page, next } = paged(elbv2.listeners, input['Marker']);
      return { Listeners: page, NextMarker: next };
    },
    DescribeRules: (input) => {
      const { page, next } = paged(elbv2.rules, input['Marker']);
      return { Rules: page, NextMarker: next };
    },
    DescribeScalableTargets: (input) => ({
      ScalableTargets: (autoScaling?.targets ?? []).filter((target) =>
        (input['ResourceIds'] as string[]).includes(target.ResourceId ?? ''),
      ),
    }),
    DescribeScalingPolicies: () => ({ ScalingPolicies: [] }),
    DescribeScheduledActions: () => ({ ScheduledActions: [] }),
    GetCallerIdentity: () => ({ Account: exported.caller.account }),
    ...overrides,
  };
  const send = async (command: { constructor: { name: string }; input: Input }): Promise<unknown> => {
    const name = command.constructor.name.replace(/Command$/, '');
    const answer = answers[name];
    if (answer === undefined) throw new Error(`the test answers no ${name}`);
    try {
      return structuredClone(answer(command.input));
    } catch (error) {
      rememberCall(error, `aws:${name}`);
      throw error;
    }
  };
  const client = { send } as never;
  return {
    ecs: client,
    appMesh: () => Promise.resolve(client),
    serviceDiscovery: client,
    elbv2: client,
    autoScaling: client,
    sts: client,
  };
}

const throws =
  (error: Error): Answer =>
  () => {
    throw error;
  };

const ruleArn = (index: number): string => `arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/${index}`;

describe('a whole inventory', () => {
  const source = exportOf(NAME);

  test('C6: is the estate that the APIs hold, over all pages, empty ones too', async () => {
    const taken = await takeInventory(clientsOver(source), OPTIONS);
    expect(taken.errors).toEqual([]);
    expect(taken.caller).toEqual({ account: '111122223333', region: 'eu-west-1' });
    expect(taken.takenAt).toBe('2026-11-20T00:00:00.000Z');
    expect(taken.appMeshAnswer?.state).toBe('read');
    expect(taken.appMesh).toEqual({ ...source.appMesh, tags: {} });
    expect(taken.ecs.services).toEqual(source.ecs.services);
    expect(taken.ecs.taskDefinitions).toEqual(source.ecs.taskDefinitions);
    expect(taken.elbv2.listeners).toEqual(source.elbv2.listeners);
    expect(Object.keys(taken.serviceDiscovery.instances ?? {})).toEqual(
      source.serviceDiscovery.services.map((one) => one.Id),
    );
  });

  test('L16: tags of target groups and of the rules and listeners that lead to them, twenty ARNs a call', async () => {
    const wide = exportOf(NAME);
    const [listener] = wide.elbv2.listeners;
    const [group] = wide.elbv2.targetGroups;
    const forward = { Type: 'forward', TargetGroupArn: group?.TargetGroupArn ?? '' } as const;
    wide.elbv2.rules.push(
      ...Array.from({ length: 30 }, (_, index) => ({
        RuleArn: ruleArn(index),
        ListenerArn: listener?.ListenerArn ?? '',
        Actions: [forward],
      })),
      {
        RuleArn: ruleArn(99),
        ListenerArn: listener?.ListenerArn ?? '',
        Actions: [{ Type: 'fixed-response' as const }],
      },
    );
    const tags = [{ Key: 'managed-by', Value: 'terraform' }];
    wide.elbv2.tags = {
      [group?.TargetGroupArn ?? '']: tags,
      [listener?.ListenerArn ?? '']: tags,
      [ruleArn(29)]: tags,
    };
    const asked: string[][] = [];
    const taken = await takeInventory(
      clientsOver(wide, {
        DescribeTags: ({ ResourceArns }) => {
          asked.push(ResourceArns as string[]);
          return {
            TagDescriptions: (ResourceArns as string[]).map((arn) => ({
              ResourceArn: arn,
              Tags: wide.elbv2.tags?.[arn],
            })),
          };
        },
      }),
      OPTIONS,
    );
    expect(taken.errors).toEqual([]);
    expect(taken.elbv2.tags).toEqual(wide.elbv2.tags);
    expect(asked.map((arns) => arns.length <= 20)).toEqual([true, true]);
    expect(asked.flat()).not.toContain(ruleArn(99));
  });

  test('rules say which listener they are of, and Cloud Map services which namespace they are in', async () => {
    const taken = await takeInventory(clientsOver(source), OPTIONS);
    expect(taken.elbv2.rules.map((rule) => rule.ListenerArn)).toEqual([source.elbv2.listeners[0]?.ListenerArn]);
    expect(taken.serviceDiscovery.services).toEqual(source.serviceDiscovery.services);
  });

  test('reads the same estate as the export that it was taken from', async () => {
    const taken = readEstate(await takeInventory(clientsOver(source), OPTIONS), 'shop', 'shop');
    const direct = readEstate(source, 'shop', 'shop');
    expect(taken.edges).toEqual(direct.edges);
    expect(taken.virtualServices).toEqual(direct.virtualServices);
    expect(taken.meshResources).toEqual(direct.meshResources);
  });
});

const answering = (error: Error) =>
  takeInventory(clientsOver(exportOf(NAME), { DescribeMesh: throws(error) }), OPTIONS);

describe('A0: how App Mesh answered', () => {
  test.each([
    ['a name that resolves to nothing', failure('Error', undefined, { code: 'ENOTFOUND' }), 'unreachable'],
    ['a refused connection', failure('Error', undefined, { code: 'ECONNREFUSED' }), 'unreachable'],
    ['a reset connection', failure('Error', undefined, { code: 'ECONNRESET' }), 'unreachable'],
    ['no answer in time', failure('AbortError', undefined), 'unreachable'],
    ['a server that fails', failure('ServiceUnavailableException', 503), 'unreachable'],
    ['a denial', failure('ForbiddenException', 403), 'refused'],
    ['an unknown 403', failure('UnknownError', 403), 'refused'],
    ['a mesh that it does not know', failure('NotFoundException', 404), 'absent'],
  ])('%s', async (_, error, state) => {
    const taken = await answering(error);
    expect(taken.appMeshAnswer?.state).toBe(state);
    expect(taken.appMeshAnswer?.why).toContain(error.message);
    expect(taken.appMesh.virtualNodes).toEqual([]);
    expect(taken.ecs.services).toHaveLength(3);
    expect(taken.errors).toEqual([]);
  });

  test('throttling is no sign that it is gone: the inventory is incomplete', async () => {
    const taken = await answering(failure('TooManyRequestsException', 429));
    expect(taken.errors).toMatchObject([{ call: 'appmesh:DescribeMesh', code: 'TooManyRequestsException' }]);
  });

  test('a part that is denied stands on record, the rest is read', async () => {
    const denied = throws(failure('ForbiddenException', 403));
    const taken = await takeInventory(clientsOver(exportOf(NAME), { ListVirtualGateways: denied }), OPTIONS);
    expect(taken.appMeshAnswer?.state).toBe('read');
    expect(taken.appMesh.virtualNodes).toHaveLength(3);
    expect(taken.errors).toMatchObject([{ call: 'appmesh:ListVirtualGateways', code: 'ForbiddenException' }]);
  });

  test('a resource that goes away while it is read is left out', async () => {
    const gone = throws(failure('NotFoundException', 404));
    const taken = await takeInventory(clientsOver(exportOf(NAME), { DescribeRoute: gone }), OPTIONS);
    expect(taken.appMeshAnswer?.state).toBe('read');
    expect(taken.appMesh.routes).toEqual([]);
  });
});

describe('reads that fail', () => {
  test.each([
    ['DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetGroups'],
    ['ListNamespaces', 'servicediscovery:ListNamespaces'],
    ['DescribeScalableTargets', 'application-autoscaling:DescribeScalableTargets'],
    ['GetCallerIdentity', 'sts:GetCallerIdentity'],
  ])('%s is on record, and the rest is read', async (name, call) => {
    const broken = throws(failure('AccessDeniedException', 400));
    const taken = await takeInventory(clientsOver(exportOf(NAME), { [name]: broken }), OPTIONS);
    expect(taken.errors).toMatchObject([{ call, code: 'AccessDeniedException' }]);
    expect(taken.ecs.services).toHaveLength(3);
    expect(taken.caller.account).toBe('111122223333');
  });

  test('without ECS there is no inventory', async () => {
    const broken = throws(failure('ClusterNotFoundException', 400));
    await expect(takeInventory(clientsOver(exportOf(NAME), { ListServices: broken }), OPTIONS)).rejects.toThrow(
      AwsCallError,
    );
  });
});
