import { recentAmong, REASSERTIONS_MAX } from '../machines/drift.ts';
import type { PlanStatus } from '../machines/record.ts';
import type { Memory } from './run.ts';

/**
 * The status with what a successor must know of writes that others undo: the times of each that was repeated lately, the last few. Of one
 * that was made once there is nothing to know, so that a rival gets one write more from each operator that dies, and no more than that.
 */
export function withContested(status: PlanStatus, { key, written }: Memory, now: number): PlanStatus {
  const { contested: _, ...rest } = status;
  const repeated = [...written].flatMap(([route, times]) => {
    const recent = recentAmong(times, now);
    return recent.length > 1 ? [[route, recent.slice(-(REASSERTIONS_MAX + 1))] as const] : [];
  });
  return repeated.length === 0 ? rest : { ...rest, contested: { of: key, writtenAt: Object.fromEntries(repeated) } };
}

/** What the record tells of them, where it was written under the same spec and in the same attempt. */
export const writtenBefore = ({ contested }: PlanStatus, key: string): Map<string, number[]> =>
  new Map(contested?.of === key ? Object.entries(contested.writtenAt) : []);
