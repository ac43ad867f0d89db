import type { OperatorRecord, OperatorRegister } from '../reconciler/ports.ts';
import { textOf } from './attributes.ts';
import { TTL_ATTRIBUTE } from './createTable.ts';
import { OPERATOR_SK, operatorKey, operatorOfPk } from './keys.ts';
import { isTime } from './statusShape.ts';
import type { Item, Table } from './table.ts';

/** Operators are read a few at a time. */
const READS_AT_ONCE = 8;
/** So long an operator that ended without a word is told of. */
const REMEMBERED_SECONDS = 86_400;
/** So many names of plans stand on the item; `planCount` counts them all. */
const PLANS_MAX = 500;

/** {@link OperatorRegister} on the table: one item an operator, a partition of its own. */
export class TableOperatorRegister implements OperatorRegister {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async beat({ name, plans, ...record }: OperatorRecord): Promise<void> {
    await this.#table.putAgain(operatorKey(name), {
      ...record,
      plans: plans.slice(0, PLANS_MAX),
      [TTL_ATTRIBUTE]: Math.floor(record.lastSeen / 1000) + REMEMBERED_SECONDS,
    });
  }

  /** An operator that was started anew under the same name stays. */
  async leave(name: string, uid: string): Promise<void> {
    await this.#table.delete(operatorKey(name), { uid });
  }
}

/**
 * Every operator that runs, or ended without a word a day ago at most, by name. What has outlived its time to live is left out, whether or not it
 * was deleted yet (row D7).
 *
 * @param now milliseconds since the epoch
 */
export async function readOperators(table: Table, now: number): Promise<OperatorRecord[]> {
  const names = (await table.partitionsWith(OPERATOR_SK)).flatMap((pk) => operatorOfPk(pk) ?? []).toSorted();
  const records: OperatorRecord[] = [];
  for (let index = 0; index < names.length; index += READS_AT_ONCE) {
    const batch = names.slice(index, index + READS_AT_ONCE).map((name) => readOperator(table, name, now));
    records.push(...(await Promise.all(batch)).filter((record) => record !== undefined));
  }
  return records;
}

export async function readOperator(table: Table, name: string, now: number): Promise<OperatorRecord | undefined> {
  const item = await table.get(operatorKey(name));
  if (item === undefined || numberOf(item[TTL_ATTRIBUTE]) * 1000 < now) return undefined;
  return recordOf(name, item);
}

function recordOf(name: string, item: Item): OperatorRecord {
  const plans = Array.isArray(item['plans']) ? item['plans'].map(textOf) : [];
  return {
    name,
    uid: textOf(item['uid']),
    version: textOf(item['version']),
    machineVersion: numberOf(item['machineVersion']),
    host: textOf(item['host']),
    region: textOf(item['region']),
    leaseMs: numberOf(item['leaseMs']),
    startedAt: timeOf(item['startedAt']),
    lastSeen: timeOf(item['lastSeen']),
    planCount: numberOf(item['planCount']),
    plans,
  };
}

const timeOf = (value: unknown): number => (isTime(value) ? value : 0);
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
