import { isRecord } from '../plan/json.ts';
import type { PlanRequests, SpecItem } from '../reconciler/ports.ts';
import { textOf } from './attributes.ts';
import { specKey } from './keys.ts';
import type { Item, Table } from './table.ts';

/** The user's part with the token of its last write through Meshlift; `undefined` for an item that was put by hand. */
export interface SpecRecord extends SpecItem {
  writeToken: string | undefined;
}

/** What of the item is not the manifest. Everything else is, so that an unknown attribute is refused like an unknown key. */
const BOOK_KEEPING = new Set(['pk', 'sk', 'requests', 'writeToken']);

export async function readSpecRecord(table: Table, plan: string): Promise<SpecRecord | undefined> {
  const item = await table.get(specKey(plan));
  return item === undefined ? undefined : specRecordOf(plan, item);
}

function specRecordOf(name: string, item: Item): SpecRecord {
  const token = item['writeToken'];
  return {
    name,
    manifest: Object.fromEntries(Object.entries(item).filter(([key]) => !BOOK_KEEPING.has(key))),
    requests: requestsOf(item['requests']),
    writeToken: typeof token === 'string' ? token : undefined,
  };
}

/**
 * Requests, however they were written: an abort that a person put into the item by hand, in whatever form, is heard. What opens
 * something must be whole: an approval says by whom, a promotion of which step, a retry after which attempt.
 */
export function requestsOf(value: unknown): PlanRequests {
  if (!isRecord(value)) return {};
  const { abort, delete: deletion, approvals, promote, retry } = value;
  const read: PlanRequests = {};
  if (isAsked(abort)) read.abort = asked(abort);
  if (isAsked(deletion)) {
    const { by, at } = asked(deletion);
    read.delete = { by, at };
  }
  if (isRecord(approvals)) {
    const whole = Object.entries(approvals).flatMap(([name, approval]) => {
      if (!isRecord(approval) || typeof approval['by'] !== 'string') return [];
      const services = approval['services'];
      const named = Array.isArray(services) ? { services: services.map(textOf) } : {};
      const recordVersion = numberOr(approval['recordVersion'], 0);
      const { expiresAt } = approval;
      const expiry = expiresAt === undefined ? {} : { expiresAt: numberOr(expiresAt, 0) };
      return [[name, { ...asked(approval), ...named, ...expiry, recordVersion }] as const];
    });
    if (whole.length > 0) read.approvals = Object.fromEntries(whole);
  }
  if (isRecord(promote) && typeof promote['state'] === 'string' && typeof promote['step'] === 'number') {
    const { state, step, forced, enteredAt } = promote;
    const recordVersion = numberOr(promote['recordVersion'], 0);
    const seen = enteredAt === undefined ? {} : { enteredAt: numberOr(enteredAt, 0) };
    read.promote = { ...asked(promote), state, step, ...seen, forced: forced === true, recordVersion };
  }
  if (isRecord(retry) && typeof retry['attempt'] === 'number') {
    read.retry = { ...asked(retry), attempt: retry['attempt'] };
  }
  return read;
}

/** So much of what a person wrote is kept: who pastes a log as the reason of an abort is heard all the same. */
const WORDS_LENGTH_MAX = 1000;

const shortened = (text: string): string =>
  text.length <= WORDS_LENGTH_MAX ? text : `${text.slice(0, WORDS_LENGTH_MAX - 1)}…`;

function asked(member: unknown): { by: string; at: number; why: string } {
  const fields = isRecord(member) ? member : {};
  const [by, why] = [textOr(fields['by'], '<unknown>'), textOr(fields['why'], '')].map(shortened) as [string, string];
  return { by, at: numberOr(fields['at'], 0), why };
}

const isAsked = (member: unknown): boolean => member !== undefined && member !== null && member !== false;

const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
