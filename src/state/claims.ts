import type { ClaimConflict } from '../reconciler/ports.ts';
import { textOf } from './attributes.ts';
import { RecordMovedError } from './errors.ts';
import { claimKey, claimsKey } from './keys.ts';
import { ABSENT } from './table.ts';
import type { Table } from './table.ts';

/**
 * Claims: one item a target, and one item that lists the targets of a plan. The list is written first, so that a crash between
 * two claims leaves none that nobody knows of.
 */

/** All or nothing, in sorted order, so that two plans that want the same targets meet at the first. May run again. */
export async function claimTargets(
  table: Table,
  plan: string,
  uid: string,
  targets: readonly string[],
): Promise<ClaimConflict[]> {
  const sorted = [...new Set(targets)].toSorted();
  await listTargets(table, plan, uid, sorted);
  const conflicts: ClaimConflict[] = [];
  for (const target of sorted) {
    // After the first conflict the others are only looked at, so that the answer names them all.
    const heldBy = await (conflicts.length === 0 ? claimOne(table, plan, uid, target) : holderOf(table, target));
    if (heldBy !== undefined && heldBy !== plan) conflicts.push({ target, heldBy });
  }
  if (conflicts.length > 0) await unclaim(table, plan, uid, sorted);
  return conflicts;
}

/** Which of the targets plans of other names hold, in the order of the targets. Changes nothing. */
export async function heldByOthers(table: Table, plan: string, targets: readonly string[]): Promise<ClaimConflict[]> {
  const holders = await Promise.all(
    targets.map(async (target) => ({ target, heldBy: (await holderOf(table, target)) ?? plan })),
  );
  return holders.filter(({ heldBy }) => heldBy !== plan);
}

/** Takes the plan's claims away; those of another uid stay. May run again. */
export async function releaseTargets(table: Table, plan: string, uid: string): Promise<void> {
  const list = await table.get(claimsKey(plan));
  if (list === undefined || list['uid'] !== uid) return;
  await unclaim(table, plan, uid, targetsOf(list['targets']));
  await table.delete(claimsKey(plan), { uid });
}

/** Adds to the list; targets of an earlier claim stay in it until they are released. */
async function listTargets(table: Table, plan: string, uid: string, targets: readonly string[]): Promise<void> {
  const key = claimsKey(plan);
  const list = await table.get(key);
  const known = targetsOf(list?.['targets']);
  const all = [...new Set([...known, ...targets])].toSorted();
  if (list !== undefined && list['uid'] === uid && all.length === known.length) return;
  const token = list?.['writeToken'];
  const hasLanded = await table.put(
    key,
    { uid, targets: all },
    token === undefined ? { pk: ABSENT } : { writeToken: token },
  );
  if (!hasLanded) throw new RecordMovedError(`the claims of plan "${plan}" changed while they were written; try again`);
}

/** Claims a target. Answers who holds it, if not this plan. */
async function claimOne(table: Table, plan: string, uid: string, target: string): Promise<string | undefined> {
  const key = claimKey(target);
  const attributes = { target, plan, uid };
  if (await table.put(key, attributes, { pk: ABSENT })) return undefined;
  const held = await table.get(key);
  if (held === undefined) return '<unknown>';
  if (held['plan'] !== plan) return textOf(held['plan']);
  if (held['uid'] === uid) return undefined;
  // A plan's name stands for one plan: a claim of the same name and another uid was left behind by an earlier one.
  const isTaken = await table.put(key, attributes, { plan, uid: held['uid'] ?? ABSENT });
  return isTaken ? undefined : '<unknown>';
}

async function holderOf(table: Table, target: string): Promise<string | undefined> {
  const held = await table.get(claimKey(target));
  return held === undefined ? undefined : textOf(held['plan']);
}

async function unclaim(table: Table, plan: string, uid: string, targets: readonly string[]): Promise<void> {
  for (const target of targets) await table.delete(claimKey(target), { plan, uid });
}

const targetsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(textOf) : []);
