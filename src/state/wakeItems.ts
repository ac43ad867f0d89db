import { textOf } from './attributes.ts';
import { planOfPk, wakeKey } from './keys.ts';
import { ABSENT } from './table.ts';
import type { Table } from './table.ts';

/*
 * Beside a plan's spec stands an item from each change that a person makes until an operator has read it. All such items are under one key of
 * the index, so that finding them costs what has changed, and not what there is. They are hints alone: a change without one is found by the sweep.
 */

/** Says that a plan was changed. It cannot fail: the change itself is written already, and the sweep finds it too. */
export async function wake(table: Table, plan: string): Promise<void> {
  await table.put(wakeKey(plan), {}, {}).catch(() => false);
}

/** Plans with a change that nobody has read yet; eventually consistent (row D6). */
export async function changedPlans(table: Table): Promise<string[]> {
  const partitions = await table.partitionsWith(wakeKey('').sk);
  return partitions.flatMap((pk) => planOfPk(pk) ?? []);
}

/** The last change of a plan that nobody has read, by its write token; empty for one that a person put into the table by hand. */
export async function unreadChange(table: Table, plan: string): Promise<string | undefined> {
  const item = await table.get(wakeKey(plan));
  return item === undefined ? undefined : textOf(item['writeToken']);
}

/** That change was read. `false`: there is a later one, which stands. */
export function changeWasRead(table: Table, plan: string, change: string): Promise<boolean> {
  return table.delete(wakeKey(plan), { writeToken: change === '' ? ABSENT : change });
}
