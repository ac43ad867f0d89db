import type { Estate } from '../../../estate/model.ts';
import { instanceTypeOf } from '../../../estate/room.ts';
import { instanceMemory } from './memory.ts';
import { type Moving, type Row, total } from './row.ts';

type Instances = NonNullable<Estate['containerInstances']>;
type Found = Pick<Row, 'have' | 'source'>;

/** What a service on container instances needs of them. */
export function instanceRows(estate: Estate, moving: readonly Moving[]): Row[] {
  const onInstances = moving.filter((one) => !one.onFargate && one.blue.service.launchType !== 'EXTERNAL');
  if (onInstances.length === 0) return [];
  const unread = whyUnread(estate, onInstances);
  const instances = unread === undefined ? (estate.containerInstances ?? []) : [];
  const inVpc = onInstances.filter(({ blue }) => blue.taskDefinition.networkMode === 'awsvpc');
  const memory = onInstances.flatMap((one) => Array.from({ length: one.tasks }, () => one.greenMebibytes));
  const interfaces = total(inVpc, (one) => one.tasks);
  return [
    {
      what: 'memory of container instances',
      need: total(onInstances, (one) => one.tasks * one.greenMebibytes),
      unit: 'MiB',
      have: unread === undefined ? instanceMemory(instances, memory) : undefined,
      source: `green's tasks; ${
        unread ?? 'what remains on active container instances, as far as each holds whole tasks'
      }`,
    },
    {
      what: 'network interfaces of container instances',
      need: interfaces,
      unit: 'interfaces',
      ...(unread === undefined
        ? interfacesOf(estate, instances, interfaces)
        : { have: undefined, source: `${EACH}; ${unread}` }),
    },
  ];
}

const EACH = "one for each of green's tasks with awsvpc";

const READS: ReadonlySet<string> = new Set(['ecs:ListContainerInstances', 'ecs:DescribeContainerInstances']);

function whyUnread(estate: Estate, onInstances: readonly Moving[]): string | undefined {
  if (onInstances.some(({ blue }) => (blue.service.capacityProviderStrategy?.length ?? 0) > 0)) {
    return 'a capacity provider may add instances';
  }
  if (estate.containerInstances === undefined) return 'container instances are not told';
  return estate.errors.some(({ call }) => READS.has(call)) ? 'not all container instances could be read' : undefined;
}

/**
 * An instance's own interface is no task's. How many tasks have one is not told: none may, or each that runs on it. So there is an
 * answer where it is the same both ways.
 */
function interfacesOf({ room }: Estate, instances: Instances, need: number): Found {
  const active = instances.filter((instance) => instance.status === 'ACTIVE');
  if (active.some((one) => one.attributes?.some((attribute) => attribute.name === 'ecs.awsvpc-trunk-id'))) {
    return { have: undefined, source: `${EACH}; instances with trunk interfaces take more than their type tells` };
  }
  const counted = active.map((one) => ({
    most: (room?.networkInterfaces?.[instanceTypeOf(one) ?? ''] ?? Number.NaN) - 1,
    tasks: (one.runningTasksCount ?? 0) + (one.pendingTasksCount ?? 0),
  }));
  const most = total(counted, (one) => one.most);
  if (Number.isNaN(most)) {
    return { have: undefined, source: `${EACH}; how many an instance takes is its type's, and was not read` };
  }
  const least = total(counted, (one) => Math.max(0, one.most - one.tasks));
  if (need > most) return { have: most, source: `${EACH}; as many as the instances' types have beside their own` };
  if (need <= least) {
    return {
      have: least,
      source: `${EACH}; those of the instances' types, less their own and one for each task there is`,
    };
  }
  return {
    have: undefined,
    source: `${EACH}; between ${least} and ${most} are free, as how many of the tasks there have one is not told`,
  };
}
