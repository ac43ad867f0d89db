import type { PlanStatus } from '../machines/record.ts';

/**
 * A status is an attribute of an item that has room for 400 KB in all, and beside it stand the events of a write and what is still to be told.
 * The plan that it runs on has up to 128 KB of that.
 */
const STATUS_BYTES_MAX = 220 * 1024;

/** To so many characters sentences are cut, one after the other, until there is room. */
const SENTENCE_LENGTHS = [2_000, 500, 120] as const;

/**
 * The status as the table takes it. What a hundred alarms give for their reasons, or a thousand resources for their waiting, may be more than
 * an item holds, and a decision that cannot be written is not carried out: a rollback is not to fail by words. The screens show less then.
 */
export function fitting(status: PlanStatus): PlanStatus {
  let fitted = status;
  for (const length of SENTENCE_LENGTHS) {
    if (hasRoom(fitted)) return fitted;
    fitted = withSentencesOf(status, length);
  }
  return hasRoom(fitted) ? fitted : { ...fitted, report: { ...fitted.report, resources: [] } };
}

const hasRoom = (status: PlanStatus): boolean => Buffer.byteLength(JSON.stringify(status)) <= STATUS_BYTES_MAX;

function withSentencesOf(status: PlanStatus, length: number): PlanStatus {
  const cut = (text: string): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);
  const withWhy = <T extends { why: string }>(one: T): T => ({ ...one, why: cut(one.why) });
  const { machine, report } = status;
  const { backwardBecause, haltedBecause } = machine.context;
  return {
    ...status,
    machine: {
      ...machine,
      context: {
        ...machine.context,
        backwardBecause: backwardBecause && { ...backwardBecause, message: cut(backwardBecause.message) },
        haltedBecause: haltedBecause && cut(haltedBecause),
      },
    },
    conditions: status.conditions.map((condition) => ({ ...condition, message: cut(condition.message) })),
    report: {
      ...report,
      waitingFor: cut(report.waitingFor),
      wayBack: cut(report.wayBack),
      resources: report.resources.map(withWhy),
      gates: report.gates.map(withWhy),
      guards: report.guards.map(withWhy),
    },
  };
}
