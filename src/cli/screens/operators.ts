import type { OperatorRecord } from '../../reconciler/ports.ts';
import { table } from './table.ts';
import { age, printable } from './words.ts';

/** An operator at a time. */
export interface OperatorView extends OperatorRecord {
  /** By the clock of the records, milliseconds since the epoch. */
  now: number;
  /** `Silent`: not seen for longer than its lease. Another operator may have its plans by now. */
  status: 'Live' | 'Silent';
}

/** @param realMs of a span of the records' time, which may run faster; a lease is real time. */
export const operatorView = (record: OperatorRecord, now: number, realMs: (ms: number) => number): OperatorView => ({
  ...record,
  now,
  status: realMs(now - record.lastSeen) > record.leaseMs ? 'Silent' : 'Live',
});

/** `get operators`: one row an operator, no spaces in a cell. */
export function operatorsTable(views: readonly OperatorView[], wide: boolean): string[] {
  const header = ['NAME', 'STATUS', 'VERSION', 'MACHINE', 'PLANS', 'LAST-RENEWAL'];
  const more = ['HOST', 'REGION', 'HOLDS'];
  const rows = views.map((view) => [
    view.name,
    view.status,
    orUnknown(view.version),
    `v${view.machineVersion}`,
    String(view.planCount),
    age(view.now - view.lastSeen),
    ...(wide ? [orUnknown(view.host), orUnknown(view.region), holds(view)] : []),
    age(view.now - view.startedAt),
  ]);
  return table([[...header, ...(wide ? more : []), 'AGE'], ...rows]).map(printable);
}

/** An operator as an object, for `-o json` and `-o yaml`. */
export function operatorObject(view: OperatorView): Record<string, unknown> {
  const { name, uid, status, version, machineVersion, host, region, leaseMs, startedAt, lastSeen, planCount, plans } =
    view;
  const times = { startedAt: new Date(startedAt).toISOString(), lastSeen: new Date(lastSeen).toISOString() };
  return { name, uid, status, version, machineVersion, host, region, leaseMs, ...times, planCount, plans };
}

/** Names of plans have no comma. */
function holds({ plans, planCount }: OperatorView): string {
  if (planCount === 0) return '<none>';
  const more = planCount - plans.length;
  return [...plans, ...(more > 0 ? [`+${more}`] : [])].join(',');
}

const orUnknown = (text: string): string => (text === '' ? '<unknown>' : text);
