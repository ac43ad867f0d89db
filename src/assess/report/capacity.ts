import type { BlueService, Estate } from '../../estate/model.ts';
import { by, byText, lastPart } from '../../estate/order.ts';
import { forwardTargets, listenerArnOf } from '../entries.ts';
import { runsOnFargate } from '../greenService.ts';
import type { CapacityRow } from '../report.ts';
import type { GreenTaskDefinition } from '../taskDefinition.ts';
import { instanceMemory } from './instances.ts';
import { taskSize } from './taskSize.ts';

/** AWS's own default for every account; a raised one is not known here. */
const RULES_PER_LOAD_BALANCER = 100;
const TARGET_GROUPS_PER_LOAD_BALANCER = 100;
const TARGETS_PER_LOAD_BALANCER = 1000;
const ELB_DEFAULT = 'default quota, row L31';
/** Row C9: a task of a Service Connect service is an instance of a Cloud Map service. */
const INSTANCES_PER_CLOUD_MAP_SERVICE = 1000;

/** A service that moves, with what its green takes. */
interface Moving {
  blue: BlueService;
  tasks: number;
  vcpu: { blue: number; green: number };
  greenMebibytes: number;
  onFargate: boolean;
}

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
  const judged = (row: Omit<CapacityRow, 'verdict'>): CapacityRow => ({ ...row, verdict: verdictOf(row, isCounted) });
  return [
    ...addressRows(moving),
    ...fargateRows(moving),
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

type Row = Omit<CapacityRow, 'verdict'>;

const total = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  Math.round(items.reduce((sum, item) => sum + of(item), 0) * 1000) / 1000;

/** One row for subnets that services share, directly or by a third: each of green's tasks takes an address in one of them. */
function addressRows(moving: readonly Moving[]): Row[] {
  const groups: { subnets: Set<string>; tasks: number }[] = [];
  for (const { blue, tasks } of moving) {
    const own = blue.service.networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
    if (own.length === 0) continue;
    const merged = { subnets: new Set(own), tasks };
    for (const group of groups.filter((one) => own.some((subnet) => one.subnets.has(subnet)))) {
      for (const subnet of group.subnets) merged.subnets.add(subnet);
      merged.tasks += group.tasks;
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(merged);
  }
  return groups
    .map(
      ({ subnets, tasks }): Row => ({
        what: `addresses in ${[...subnets].sort(byText).join(', ')}`,
        need: tasks,
        have: undefined,
        unit: 'addresses',
        source: "one for each of green's tasks; free addresses of subnets are not read",
      }),
    )
    .sort(by((row) => row.what));
}

function fargateRows(moving: readonly Moving[]): Row[] {
  const isSpot = ({ blue }: Moving): boolean =>
    (blue.service.capacityProviderStrategy ?? []).some((one) => one.capacityProvider === 'FARGATE_SPOT');
  const row = (what: string, services: readonly Moving[]): Row[] =>
    services.length === 0
      ? []
      : [
          {
            what,
            need: total(services, ({ tasks, vcpu }) => tasks * (vcpu.blue + vcpu.green)),
            have: undefined,
            unit: 'vCPU',
            source: `both sides of this cluster; the account's "${what} resource count" of Service Quotas is not read`,
          },
        ];
  const onFargate = moving.filter((one) => one.onFargate);
  return [
    ...row(
      'Fargate On-Demand vCPU',
      onFargate.filter((one) => !isSpot(one)),
    ),
    // Which of its tasks are Spot's is the scheduler's choice.
    ...row('Fargate Spot vCPU', onFargate.filter(isSpot)),
  ];
}

function instanceRows(estate: Estate, moving: readonly Moving[]): Row[] {
  const onInstances = moving.filter((one) => !one.onFargate && one.blue.service.launchType !== 'EXTERNAL');
  if (onInstances.length === 0) return [];
  const scales = onInstances.some(({ blue }) => (blue.service.capacityProviderStrategy?.length ?? 0) > 0);
  const tasks = onInstances.filter(({ blue }) => blue.taskDefinition.networkMode === 'awsvpc');
  return [
    {
      what: 'memory of container instances',
      need: total(onInstances, (one) => one.tasks * one.greenMebibytes),
      have: scales
        ? undefined
        : instanceMemory(
            estate.containerInstances,
            onInstances.flatMap((one) => Array.from({ length: one.tasks }, () => one.greenMebibytes)),
          ),
      unit: 'MiB',
      source: `green's tasks; ${
        scales
          ? 'a capacity provider may add instances'
          : estate.containerInstances === undefined
            ? 'container instances are not told'
            : 'what remains on active container instances, as far as each holds whole tasks'
      }`,
    },
    {
      what: 'network interfaces of container instances',
      need: total(tasks, (one) => one.tasks),
      have: undefined,
      unit: 'interfaces',
      source: "one for each of green's tasks with awsvpc; how many an instance takes is its type's, and is not read",
    },
  ];
}

function loadBalancerRows(estate: Estate, moving: readonly Moving[]): Row[] {
  const listeners = new Map(estate.listeners.map((one) => [one.ListenerArn ?? '', one.LoadBalancerArn ?? '']));
  const balancers = new Map<string, { rules: number; groups: Set<string> }>();
  const of = (arn: string): { rules: number; groups: Set<string> } => {
    const found = balancers.get(arn) ?? { rules: 0, groups: new Set<string>() };
    balancers.set(arn, found);
    return found;
  };
  for (const listener of estate.listeners) {
    for (const group of forwardTargets(listener.DefaultActions ?? []))
      of(listener.LoadBalancerArn ?? '').groups.add(group);
  }
  for (const rule of estate.rules) {
    const balancer = of(listeners.get(listenerArnOf(rule)) ?? '');
    if (rule.IsDefault !== true) balancer.rules += 1;
    for (const group of forwardTargets(rule.Actions ?? [])) balancer.groups.add(group);
  }
  return [...balancers]
    .filter(([arn]) => arn.includes(':loadbalancer/app/'))
    .sort(by(([arn]) => arn))
    .flatMap(([arn, { rules, groups }]): Row[] => {
      const twins = moving.flatMap(({ blue, tasks }) =>
        blue.targetGroups.flatMap(({ targetGroup }) => {
          const group = targetGroup.TargetGroupArn ?? '';
          return groups.has(group) ? [{ group, tasks }] : [];
        }),
      );
      if (twins.length === 0) return [];
      const name = arn.split('/').at(-2) ?? lastPart(arn);
      const row = (what: string, need: number, have: number, how: string): Row => ({
        what: `${what} of the load balancer ${name}`,
        need,
        have,
        unit: what,
        source: `${how}; ${ELB_DEFAULT}`,
      });
      return [
        row('rules', rules, RULES_PER_LOAD_BALANCER, 'as many as now: green is put into the rules that there are'),
        row(
          'target groups',
          groups.size + new Set(twins.map((twin) => twin.group)).size,
          TARGET_GROUPS_PER_LOAD_BALANCER,
          "those of today's rules, and a twin for each that moves",
        ),
        row(
          'targets',
          total(twins, (twin) => 2 * twin.tasks),
          TARGETS_PER_LOAD_BALANCER,
          'tasks of both sides, as far as the services of this cluster go',
        ),
      ];
    });
}

function serviceConnectRows(moving: readonly Moving[]): Row[] {
  const most = (one: Moving): number => Math.max(one.tasks, one.blue.scaling?.target.MaxCapacity ?? 0);
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
