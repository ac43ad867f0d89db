import { ListClustersCommand } from '@aws-sdk/client-ecs';
import type { EstateExport, MeshAnswer } from '../../estate/export.ts';
import { meshReference } from '../../estate/chosenMesh.ts';
import { keyOf, OBJECT_LISTS } from '../../estate/identity.ts';
import { byText } from '../../estate/order.ts';
import type { Clock } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import { translated } from '../errors.ts';
import { expectCalls, whileListing } from '../expectedCalls.ts';
import { everyPage } from '../pages.ts';
import { readAlarms } from './alarms.ts';
import { listMeshes, whyUnread } from './appMesh.ts';
import { readHostsAndTasks } from './hostsAndTasks.ts';
import { INVENTORY_ACTIONS, takeInventory } from './inventory.ts';
import { type InventoryClients, ReadErrors } from './reading.ts';
import { readRoom, type RoomClients } from './room.ts';

export type WholeInventoryClients = InventoryClients & RoomClients & Pick<AwsClients, 'cloudWatch'>;

export interface WholeInventoryOptions {
  /** Names or ARNs of ECS clusters. None: all of the account and Region. */
  clusters: readonly string[];
  /** Names of meshes. None: all of the account and Region, with those that are shared with it. */
  meshes: readonly string[];
  clock: Pick<Clock, 'now'>;
  /** Told what is read next, for a person: `cluster shop`, then `mesh shop`. */
  onProgress?: (what: string) => void;
}

/** The IAM actions that a whole inventory needs. None is needed by a plan that is not an inventory's too. */
export const WHOLE_INVENTORY_ACTIONS: readonly string[] = [
  ...INVENTORY_ACTIONS,
  'appmesh:ListMeshes',
  'cloudwatch:DescribeAlarms',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeSubnets',
  'ecs:DescribeContainerInstances',
  'ecs:DescribeTasks',
  'ecs:ListClusters',
  'ecs:ListContainerInstances',
  'ecs:ListTasks',
  'elasticloadbalancing:DescribeAccountLimits',
  'servicequotas:GetAWSDefaultServiceQuota',
  'servicequotas:ListServiceQuotas',
].toSorted(byText);

type Mesh = { name: string; owner: string | undefined };

/** Told apart by name and owner: the account's own meshes and those that others share with it are in one list. */
async function meshesOf(
  clients: InventoryClients,
  wanted: readonly string[],
  errors: ReadErrors,
): Promise<{ meshes: Mesh[]; answer: MeshAnswer }> {
  expectCalls(1);
  try {
    const listed = await listMeshes(clients);
    const meshes =
      wanted.length === 0
        ? listed
        : wanted.flatMap((text) => {
            const { name, owner } = meshReference(text);
            const found = listed.filter((one) => one.name === name && (owner ?? one.owner) === one.owner);
            return found.length === 0 ? [{ name, owner }] : found;
          });
    return { meshes, answer: { state: 'absent', why: 'App Mesh knows no mesh in this account and Region.' } };
  } catch (error) {
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
    // Whoever may not list meshes may still describe one by name.
    const meshes = wanted.map(meshReference);
    return { meshes, answer: whyUnread('list', error, wanted.length === 0 ? errors : new ReadErrors()) };
  }
}

async function clustersOf(clients: InventoryClients): Promise<string[]> {
  expectCalls(1);
  const arns = await translated(() =>
    everyPage(async (nextToken) => {
      const page = await clients.ecs.send(new ListClustersCommand({ nextToken }));
      return { items: page.clusterArns, next: page.nextToken };
    }),
  );
  return arns.toSorted(byText);
}

const unique = <Item>(items: readonly Item[]): Item[] => [
  ...new Map(items.map((item) => [JSON.stringify(item), item])).values(),
];

const GROUPS = ['appMesh', 'ecs', 'serviceDiscovery', 'elbv2', 'autoScaling'] as const;

/** Several inventories of one account as one; what they share is there once. */
function joined(exports: readonly [EstateExport, ...EstateExport[]]): EstateExport {
  const [first, ...others] = exports;
  const all: EstateExport = structuredClone(first);
  for (const group of GROUPS) {
    const into = all[group] as Record<string, unknown>;
    for (const [name, value] of others.flatMap((one) => Object.entries(one[group] ?? {}))) {
      const known = into[name];
      into[name] = Array.isArray(value)
        ? unique([...(Array.isArray(known) ? (known as unknown[]) : []), ...(value as unknown[])])
        : { ...(known as object | undefined), ...(value as object) };
    }
  }
  for (const list of OBJECT_LISTS) {
    const found = exports.flatMap((one) =>
      list.read(one).map((object) => [keyOf(object, one.caller), object.value] as const),
    );
    list.write(all, [...new Map(found).values()]);
  }
  return { ...all, errors: unique(exports.flatMap((one) => one.errors)) };
}

/** One answer for several meshes: they were read, where one was; what was not is among the errors. */
function answered(meshes: readonly Mesh[], answers: readonly MeshAnswer[], errors: EstateExport['errors']): MeshAnswer {
  const [first, ...others] = answers;
  if (first === undefined || others.length === 0) return first ?? { state: 'absent', why: 'No mesh was asked for.' };
  const read = answers.filter((one) => one.state === 'read');
  if (read.length === 0) return { state: first.state, why: answers.map((one) => one.why).join(' ') };
  for (const [index, { state, why }] of answers.entries()) {
    if (state === 'read') continue;
    errors.push({
      call: 'appmesh:DescribeMesh',
      subject: `mesh/${meshes[index]?.name ?? ''}`,
      code: state,
      message: why,
    });
  }
  return { state: 'read', why: answers.map((one) => one.why).join(' ') };
}

/** Adds what an assessment looks at beyond what a plan needs. */
async function readBeyond(clients: WholeInventoryClients, whole: EstateExport, errors: ReadErrors): Promise<void> {
  const clusterArns = whole.ecs.clusters.flatMap((cluster) => cluster.clusterArn ?? []);
  const hostsAndTasks = await whileListing(() =>
    readHostsAndTasks(clients, clusterArns, whole.ecs.taskDefinitions, errors),
  );
  whole.ecs.taskDefinitions.push(...hostsAndTasks.taskDefinitions);
  whole.ecs = { ...whole.ecs, ...hostsAndTasks, taskDefinitions: whole.ecs.taskDefinitions };
  const { accountLimits, ...room } = await readRoom(clients, whole, errors);
  Object.assign(whole, room);
  if (accountLimits !== undefined) whole.elbv2.accountLimits = accountLimits;
}

/**
 * Reads several clusters and meshes of one account and Region, or all of them, into the format of an export. Shared meshes are read
 * as their owner's. What failed is in `errors`, and how App Mesh answered in `appMeshAnswer`; only a failure of ECS throws, an
 * `AwsCallError`.
 */
export async function takeWholeInventory(
  clients: WholeInventoryClients,
  options: WholeInventoryOptions,
): Promise<EstateExport> {
  const { clock, onProgress } = options;
  const errors = new ReadErrors();
  onProgress?.('clusters and meshes');
  const clusters = options.clusters.length === 0 ? await clustersOf(clients) : options.clusters;
  const { meshes, answer } = await meshesOf(clients, options.meshes, errors);
  const lastCluster = clusters.at(-1);
  const exports: EstateExport[] = [];
  // Each cluster and each mesh once, as long as there are as many of both.
  for (let index = 0; index < Math.max(clusters.length, meshes.length); index += 1) {
    const cluster = clusters[index] ?? lastCluster;
    if (cluster === undefined) break;
    const mesh = meshes[index];
    const before = exports.at(-1);
    // Cloud Map is the account's; where meshes are more than clusters the last cluster is there already.
    const known = index < clusters.length ? before && { serviceDiscovery: before.serviceDiscovery } : before;
    exports.push(
      await takeInventory(clients, {
        cluster,
        mesh: mesh?.name ?? answer,
        ...(mesh?.owner === undefined ? {} : { meshOwner: mesh.owner }),
        clock,
        ...(known === undefined ? {} : { known }),
        ...(onProgress === undefined ? {} : { onProgress }),
      }),
    );
  }
  const [first, ...others] = exports;
  if (first === undefined) throw new Error('there is no ECS cluster in this account and Region');
  const whole = joined([first, ...others]);
  onProgress?.('CloudWatch alarms');
  const cloudWatch = await readAlarms(clients, whole, errors);
  if (cloudWatch !== undefined) whole.cloudWatch = cloudWatch;
  onProgress?.('tasks, instances and quotas');
  await readBeyond(clients, whole, errors);
  whole.errors.push(...errors.errors);
  const answers = exports.slice(0, Math.max(meshes.length, 1)).flatMap((one) => one.appMeshAnswer ?? []);
  return { ...whole, appMeshAnswer: answered(meshes, answers, whole.errors) };
}
