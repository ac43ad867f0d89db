import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../../lab/clock.ts';
import { NO_DELAYS } from '../../../lab/delays.ts';
import { createEdge } from '../../../lab/estates/shop/edge.ts';
import { createMesh } from '../../../lab/estates/shop/mesh.ts';
import { createRegistries } from '../../../lab/estates/shop/registries.ts';
import { createServices } from '../../../lab/estates/shop/services.ts';
import { createScaling } from '../../../lab/estates/shop/watch.ts';
import { createSimulatedAws, SIMULATED_ACCOUNT, type SimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import type { AwsClients } from '../clients.ts';
import { rememberCall } from '../errors.ts';
import { operatorClients } from '../simulatedShop.ts';
import { INVENTORY_ACTIONS, takeInventory } from './inventory.ts';
import { takeWholeInventory, WHOLE_INVENTORY_ACTIONS } from './whole.ts';

let simulated: SimulatedAws;
let clients: AwsClients;
const clock = new SimulatedClock();
const OPTIONS = { clusters: ['shop'], meshes: ['shop'], clock };
const CLUSTER = `arn:aws:ecs:eu-west-1:${SIMULATED_ACCOUNT.id}:cluster/shop`;

beforeEach(async () => {
  simulated = createSimulatedAws({ clock, delays: NO_DELAYS });
  const { clients: person } = operatorClients(simulated);
  await createMesh(await person.appMesh());
  const registries = await createRegistries(person.serviceDiscovery, performance.now() + 10_000);
  const edge = await createEdge(person.elbv2);
  await createServices({
    ecs: person.ecs,
    account: SIMULATED_ACCOUNT,
    registries,
    targetGroupArn: edge.targetGroupArn,
  });
  await createScaling(person.autoScaling, edge);
  await clock.advanceAsync(60_000);
  ({ clients } = operatorClients(simulated));
});

afterEach(() => simulated.close());

type Answer = (input: Record<string, unknown>) => unknown;

/** The lab's clients, but for the operations that a test answers itself. */
function answering(answers: Readonly<Record<string, Answer>>): AwsClients {
  const over = <Client extends { send: unknown }>(client: Client): Client =>
    Object.assign(Object.create(client) as Client, {
      send: async (command: { constructor: { name: string }; input: Record<string, unknown> }, ...rest: unknown[]) => {
        const answer = answers[command.constructor.name.replace(/Command$/, '')];
        if (answer === undefined) return (client.send as (...all: unknown[]) => unknown)(command, ...rest);
        return answer(command.input);
      },
    });
  return {
    ...clients,
    ecs: over(clients.ecs),
    elbv2: over(clients.elbv2),
    ec2: async () => over(await clients.ec2()),
    serviceQuotas: async () => over(await clients.serviceQuotas()),
  };
}

const denied = (): never => {
  const error = Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' });
  rememberCall(error, 'aws:Something');
  throw error;
};

const actionsOf = ({ calls }: AwsClients): string[] => Object.keys(calls);

describe('of the whole account', () => {
  test('free addresses, limits, quotas, and that there are no instances and no tasks of their own, are read', async () => {
    const { ec2, ecs, elbv2, serviceQuotas, errors } = await takeWholeInventory(clients, OPTIONS);
    expect(errors).toEqual([]);
    const free = (ec2?.subnets ?? []).map((one) => one.AvailableIpAddressCount ?? 0);
    // Two subnets of 4,091 addresses, in which the load balancer has two and the six tasks one each.
    expect([free.length, free.reduce((sum, one) => sum + one, 0)]).toEqual([2, 2 * 4091 - 2 - 6]);
    expect(ec2).not.toHaveProperty('instanceTypes');
    expect(elbv2.accountLimits).toContainEqual({ Name: 'rules-per-application-load-balancer', Max: '100' });
    expect(serviceQuotas?.quotas?.map(({ QuotaCode, Value }) => [QuotaCode, Value])).toEqual([
      ['L-3032A538', 6],
      ['L-36FBB829', 6],
    ]);
    expect([ecs.containerInstances, ecs.tasks]).toEqual([[], []]);
  });

  test('needs the actions that are written down, and the inventory of a plan no more than its own', async () => {
    await takeWholeInventory(clients, { clusters: [], meshes: [], clock });
    const known = new Set<string>(WHOLE_INVENTORY_ACTIONS);
    expect(actionsOf(clients).filter((action) => !known.has(action))).toEqual([]);
    const { clients: operator } = operatorClients(simulated);
    await takeInventory(operator, { cluster: 'shop', mesh: 'shop', clock });
    const planned = new Set<string>(INVENTORY_ACTIONS);
    expect(actionsOf(operator).filter((action) => !planned.has(action))).toEqual([]);
    expect(actionsOf(clients).length).toBeGreaterThan(actionsOf(operator).length + 6);
  });

  test('what is the account’s is read once, and a cluster once, however many meshes there are', async () => {
    const { appMeshAnswer } = await takeWholeInventory(clients, {
      clusters: ['shop'],
      meshes: ['shop', 'other'],
      clock,
    });
    expect(appMeshAnswer?.state).toBe('read');
    const calls = new Map(Object.entries(clients.calls));
    expect(['servicediscovery:ListNamespaces', 'ecs:DescribeClusters'].map((api) => calls.get(api))).toEqual([1, 1]);
    await takeWholeInventory(clients, { clusters: ['shop', 'shop'], meshes: ['shop'], clock });
    expect(clients.calls['servicediscovery:ListNamespaces']).toBe(2);
  });

  test('several clusters are looked at each, and one of them twice is told once', async () => {
    const { ec2, ecs } = await takeWholeInventory(clients, { ...OPTIONS, clusters: ['shop', 'shop'] });
    expect(ecs.services).toHaveLength(3);
    expect(ec2?.subnets).toHaveLength(2);
  });
});

const task = (id: number, group: string, definition: string) => ({
  taskArn: `${CLUSTER.replace(':cluster/', ':task/')}/${id}`,
  clusterArn: CLUSTER,
  group,
  taskDefinitionArn: `arn:aws:ecs:eu-west-1:${SIMULATED_ACCOUNT.id}:task-definition/${definition}`,
});

const paged = (items: readonly string[], token: unknown) => {
  const start = Number(token ?? 0);
  const next = start + 100 < items.length ? String(start + 100) : undefined;
  return { items: items.slice(start, start + 100), next };
};

describe('tasks and instances', () => {
  const tasks = Array.from({ length: 250 }, (_, id) =>
    task(id, id < 248 ? 'service:frontend' : 'family:report', id === 249 ? 'report:3' : 'user-api:1'),
  );
  const hosts = Array.from({ length: 101 }, (_, id) => ({
    containerInstanceArn: `${CLUSTER.replace(':cluster/', ':container-instance/')}/${id}`,
    status: 'ACTIVE',
    attributes: [{ name: 'ecs.instance-type', value: 'm7g.large' }],
  }));
  const batches: number[] = [];
  const answers: Record<string, Answer> = {
    ListTasks: ({ nextToken }) => {
      const { items, next } = paged(
        tasks.map((one) => one.taskArn),
        nextToken,
      );
      return { taskArns: items, nextToken: next };
    },
    DescribeTasks: ({ tasks: asked }) => {
      batches.push((asked as string[]).length);
      return { tasks: tasks.filter((one) => (asked as string[]).includes(one.taskArn)) };
    },
    DescribeTaskDefinition: ({ taskDefinition }) => ({
      taskDefinition: { taskDefinitionArn: taskDefinition, family: 'any', containerDefinitions: [] },
    }),
    ListContainerInstances: ({ nextToken }) => {
      const { items, next } = paged(
        hosts.map((one) => one.containerInstanceArn),
        nextToken,
      );
      return { containerInstanceArns: items, nextToken: next };
    },
    DescribeContainerInstances: ({ containerInstances: asked }) => ({
      containerInstances: hosts.filter((one) => (asked as string[]).includes(one.containerInstanceArn)),
    }),
    DescribeInstanceTypes: ({ Filters }) => ({
      InstanceTypes: (Filters as { Values: string[] }[])
        .flatMap((one) => one.Values)
        .map((InstanceType) => ({
          InstanceType,
          Hypervisor: 'nitro',
          NetworkInfo: { MaximumNetworkInterfaces: 3, NetworkPerformance: 'Up to 12.5 Gigabit' },
        })),
    }),
  };

  test('E26: over all pages, a hundred at a time, those of services left out, with their task definitions', async () => {
    const { ecs, ec2, errors } = await takeWholeInventory(answering(answers), OPTIONS);
    expect(errors).toEqual([]);
    expect(batches.toSorted((left, right) => left - right)).toEqual([50, 100, 100]);
    expect(ecs.tasks?.map((one) => one.group)).toEqual(['family:report', 'family:report']);
    const arns = ecs.taskDefinitions.map((one) => one.taskDefinition.taskDefinitionArn ?? '');
    expect(arns.filter((arn) => arn.endsWith('report:3'))).toHaveLength(1);
    expect(arns.filter((arn) => arn.endsWith('user-api:1'))).toHaveLength(1);
    expect(ecs.containerInstances).toHaveLength(101);
    expect(ec2?.instanceTypes).toEqual([{ InstanceType: 'm7g.large', NetworkInfo: { MaximumNetworkInterfaces: 3 } }]);
  });

  test.each([
    ['ListTasks', 'tasks', 'ecs:ListTasks'],
    ['DescribeTasks', 'tasks', 'ecs:DescribeTasks'],
    ['ListContainerInstances', 'containerInstances', 'ecs:ListContainerInstances'],
    ['DescribeContainerInstances', 'containerInstances', 'ecs:DescribeContainerInstances'],
  ] as const)(
    'where %s is denied, %s are absent, the rest is there and the failure on record',
    async (operation, list, call) => {
      const { ecs, errors } = await takeWholeInventory(answering({ ...answers, [operation]: denied }), OPTIONS);
      expect(ecs).not.toHaveProperty(list);
      expect(ecs.services).toHaveLength(3);
      expect(new Set(errors.map((one) => `${one.call} ${one.subject} ${one.code}`))).toEqual(
        new Set([`${call} ${CLUSTER} AccessDeniedException`]),
      );
    },
  );
});

describe('room that cannot be read', () => {
  test.each([
    ['DescribeSubnets', 'ec2:DescribeSubnets'],
    ['DescribeAccountLimits', 'elasticloadbalancing:DescribeAccountLimits'],
    ['ListServiceQuotas', 'servicequotas:ListServiceQuotas'],
  ])('%s is on record, and nothing stands in its place', async (operation, call) => {
    const { ec2, elbv2, serviceQuotas, errors } = await takeWholeInventory(answering({ [operation]: denied }), OPTIONS);
    expect(errors).toMatchObject([{ call, code: 'AccessDeniedException' }]);
    const there = [ec2?.subnets, elbv2.accountLimits, serviceQuotas?.quotas].filter((one) => one !== undefined);
    expect(there).toHaveLength(2);
  });

  test("N32: a quota that has no applied value is AWS's default", async () => {
    const { serviceQuotas } = await takeWholeInventory(
      answering({ ListServiceQuotas: () => ({ Quotas: [] }) }),
      OPTIONS,
    );
    expect(serviceQuotas?.quotas?.map((one) => one.QuotaArn)).toEqual([
      'arn:aws:servicequotas:eu-west-1::fargate/L-3032A538',
      'arn:aws:servicequotas:eu-west-1::fargate/L-36FBB829',
    ]);
  });
});
