import type { BlueService, Estate } from '../../estate/model.ts';
import { runsOnFargate } from '../greenService.ts';
import type { CapacityRow } from '../report.ts';
import type { GreenTaskDefinition } from '../taskDefinition.ts';
import { addressRows } from './capacity/addresses.ts';
import { fargateRows } from './capacity/fargate.ts';
import { instanceRows } from './capacity/instances.ts';
import { loadBalancerRows } from './capacity/loadBalancers.ts';
import type { Moving, Row } from './capacity/row.ts';
import { taskSize } from './taskSize.ts';

/** Row C9: a task of a Service Connect service is an instance of a Cloud Map service. */
const INSTANCES_PER_CLOUD_MAP_SERVICE = 1000;

/**
 * What running both sides at once needs, and what there is. Green is counted at blue's count of today. A need that cannot be
 * counted to its end, since a source tells no count, is a least one: it may be `short`, and is never `enough`. Where only AWS's
 * default quota is known, `source` says so.
 */
export function capacityOf(
  estate: Estate,
  services: readonly BlueService[],
  greenTaskDefinitions: ReadonlyMap<string, GreenTaskDefinition>,
): CapacityRow[] {
  const moving = services.map((blue): Moving => {
    const green = taskSize(greenTaskDefinitions.get(blue.name)?.input ?? blue.taskDefinition);
    return {
      blue,
      tasks: blue.service.desiredCount ?? 0,
      vcpu: { blue: taskSize(blue.taskDefinition).vcpu, green: green.vcpu },
      greenMebibytes: green.gigabytes * 1024,
      onFargate: runsOnFargate(blue.service),
    };
  });
  if (moving.length === 0) return [];
  const isCounted = moving.every(({ blue }) => blue.service.desiredCount !== undefined);
  const judged = (row: Row): CapacityRow => ({ ...row, verdict: verdictOf(row, isCounted) });
  return [
    ...addressRows(estate, moving),
    ...fargateRows(estate, moving),
    ...instanceRows(estate, moving),
    ...loadBalancerRows(estate, moving),
    ...serviceConnectRows(moving),
  ].map(judged);
}

function verdictOf({ need, have }: Pick<CapacityRow, 'need' | 'have'>, isCounted: boolean): CapacityRow['verdict'] {
  if (have === undefined) return 'unknown';
  if (need > have) return 'short';
  return isCounted ? 'enough' : 'unknown';
}

/** What Auto Scaling may raise the count to, where it may. */
const most = (one: Moving): number => Math.max(one.tasks, one.blue.scaling?.target.MaxCapacity ?? 0);

function serviceConnectRows(moving: readonly Moving[]): Row[] {
  const [largest] = moving.toSorted((left, right) => most(right) - most(left));
  if (largest === undefined) return [];
  return [
    {
      what: `tasks of one Service Connect service (the largest: ${largest.blue.name})`,
      need: most(largest),
      have: INSTANCES_PER_CLOUD_MAP_SERVICE,
      unit: 'tasks',
      source: "its count, or what Auto Scaling may raise it to; Cloud Map's instances of a service, row C9",
    },
  ];
}
