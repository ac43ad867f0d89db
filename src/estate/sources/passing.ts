import type { EstateExport } from '../export.ts';
import { unique } from '../order.ts';
import type { SourceReading } from './reading.ts';

type Caller = EstateExport['caller'];

/** A list of what comes and goes, or changes by the minute. */
interface PassingList<Item> {
  of: (exported: EstateExport) => readonly Item[] | undefined;
  keyOf: (item: Item) => string;
  put: (exported: EstateExport, items: Item[]) => void;
  /** Whether the reading would have told of the item, were it still there. */
  looksAt?: (exported: EstateExport, item: Item) => boolean;
  /** Whether it is told of one account and Region as a whole, and an item does not say of which. */
  isOfCaller?: true;
}

const hasCluster = (exported: EstateExport, clusterArn: string | undefined): boolean =>
  exported.ecs.clusters.some((cluster) => cluster.clusterArn === clusterArn);

/** `undefined` for an ARN of the old form, which names no cluster. */
const clusterOfInstance = (arn = ''): string | undefined =>
  /^(.*):container-instance\/([^/]+)\/./.exec(arn)?.slice(1).join(':cluster/');

const list = <Item>(one: PassingList<Item>): PassingList<Item> => one;

const LISTS = [
  list({
    of: (from) => from.ecs.containerInstances,
    keyOf: (one) => one.containerInstanceArn ?? '',
    put: (to, items) => (to.ecs.containerInstances = items),
    looksAt: (exported, one) => hasCluster(exported, clusterOfInstance(one.containerInstanceArn)),
  }),
  list({
    of: (from) => from.ecs.tasks,
    keyOf: (one) => one.taskArn ?? JSON.stringify(one),
    put: (to, items) => (to.ecs.tasks = items),
    looksAt: (exported, one) => hasCluster(exported, one.clusterArn),
  }),
  list({
    of: (from) => from.ec2?.subnets,
    keyOf: (one) => one.SubnetId ?? '',
    put: (to, items) => (to.ec2 = { ...to.ec2, subnets: items }),
  }),
  list({
    of: (from) => from.ec2?.instanceTypes,
    keyOf: (one) => one.InstanceType ?? '',
    put: (to, items) => (to.ec2 = { ...to.ec2, instanceTypes: items }),
  }),
  list({
    of: (from) => from.elbv2.accountLimits,
    keyOf: (one) => one.Name ?? '',
    put: (to, items) => (to.elbv2.accountLimits = items),
    isOfCaller: true,
  }),
  list({
    of: (from) => from.serviceQuotas?.quotas,
    keyOf: (one) => `${one.ServiceCode ?? ''}/${one.QuotaCode ?? ''}`,
    put: (to, items) => (to.serviceQuotas = { ...to.serviceQuotas, quotas: items }),
    isOfCaller: true,
  }),
];

const isSame = (left: Caller, right: Caller): boolean => left.account === right.account && left.region === right.region;

function take<Item>(to: EstateExport, readings: readonly SourceReading[], passing: PassingList<Item>): void {
  const { of, keyOf, put, looksAt, isOfCaller } = passing;
  const told = readings
    .map(({ exported }) => ({ exported, items: of(exported) ?? [], isRead: of(exported) !== undefined }))
    .filter(({ exported, isRead }) => isRead && (isOfCaller !== true || isSame(exported.caller, to.caller)));
  if (told.length === 0) return;
  const taken = told.flatMap(({ items }, at) =>
    items.filter((item) => !told.slice(0, at).some(({ exported }) => looksAt?.(exported, item) === true)),
  );
  put(to, unique(taken, keyOf));
}

/**
 * Takes over what is so only at the moment of reading: tasks, instances, free addresses, quotas. Of what several readings tell, the
 * first's is taken, and what it does not tell of a cluster that it read is gone; that they differ is no difference between them. A list that none read stays absent. Limits of an account are taken
 * only from readings of the account and Region that the merged export is of.
 */
export function takePassing(to: EstateExport, readings: readonly SourceReading[]): void {
  for (const one of LISTS) take(to, readings, one as PassingList<unknown>);
}
