import { MACHINE_STATES, type Condition, type Report, type StoredMachine } from '../machines/record.ts';
import { isRecord } from '../plan/json.ts';

/** The furthest that a `Date` goes, either way. */
const TIME_MS_MAX = 8.64e15;

/** Milliseconds since the epoch that can be shown as a date. */
export const isTime = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= TIME_MS_MAX;

export const isTimeOrNull = (value: unknown): boolean => value === null || isTime(value);

/** Whether it is a machine's at all, of whatever version: its version can be asked for, and its context completed. */
export const isMachine = (value: unknown): value is StoredMachine =>
  isRecord(value) && typeof value['value'] === 'string' && isRecord(value['context']);

/** Where a machine of today's version is none, as a path in the status; `undefined` where it is one. */
export function wrongInMachine({ value, context }: StoredMachine): string | undefined {
  if (!MACHINE_STATES.includes(value)) return `machine.value: no state "${value}"`;
  const { step, enteredAt, verifiedAt, rampedAt } = context;
  if (!Number.isSafeInteger(step) || step < 0) return 'machine.context.step: no whole number from 0';
  if (!isTime(enteredAt)) return 'machine.context.enteredAt: no time';
  if (!isTimeOrNull(verifiedAt)) return 'machine.context.verifiedAt: no time';
  if (!isTimeOrNull(rampedAt)) return 'machine.context.rampedAt: no time';
  return undefined;
}

/** A condition is written anew with the next status: one that cannot be shown is left out until then. */
export const isCondition = (value: unknown): value is Condition =>
  hasTexts(value, ['type', 'status', 'reason', 'message']) && isTime(value['since']);

/** The lists of a report, and what of each member is text that a screen shows. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  weights: ['entry', 'service'],
  services: ['blue', 'green'],
  resources: ['id', 'status', 'why'],
  gates: ['name', 'verdict', 'why'],
  guards: ['name', 'verdict', 'why'],
};

/** What a screen shows is written anew with every look: a report that is none says so until then. */
export function reportOf(value: unknown): Report {
  if (isReport(value)) return value;
  const why = 'its report in the table cannot be read; the next look of an operator writes it anew';
  return { waitingFor: why, wayBack: why, weights: [], services: [], resources: [], gates: [], guards: [] };
}

function isReport(value: unknown): value is Report {
  if (!isRecord(value) || typeof value['waitingFor'] !== 'string' || typeof value['wayBack'] !== 'string') return false;
  if (value['observedAt'] !== undefined && !isTime(value['observedAt'])) return false;
  return Object.entries(LISTS).every(([name, texts]) => {
    const list = value[name];
    return Array.isArray(list) && list.every((member) => hasTexts(member, texts));
  });
}

const hasTexts = (value: unknown, names: readonly string[]): value is Record<string, unknown> =>
  isRecord(value) && names.every((name) => typeof value[name] === 'string');
