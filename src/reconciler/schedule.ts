import { isBackward, isSettled, mayCarryGreenWeight } from '../machines/classify.ts';
import type { Decision } from '../machines/decide.ts';
import type { Acted } from './acts/acting.ts';
import { PRIORITY, type Priority } from './queue.ts';
import type { Memory } from './run.ts';
import type { Settings } from './settings.ts';

/**
 * So many reconciles in a row may change something and still be where they were. One that goes on after that mends what
 * something else undoes each time: it goes on at the pace of a tick.
 */
const RESTLESS_MAX = 20;

/** When to look again; the return value of a reconcile is its schedule. */
export type Next =
  | {
      kind: 'after';
      delayMs: number;
      priority: Priority;
      /** The operator that has the plan's lease, where that is another. */
      heldBy?: string;
    }
  /** Look again at once: something changed. */
  | { kind: 'again'; priority: Priority }
  /** Taken over from an operator whose last call may still be on its way: look again after that, real milliseconds. */
  | { kind: 'quarantined'; realMs: number; priority: Priority }
  /** An error: back off. */
  | { kind: 'backoff'; priority: Priority }
  /** Only a change of the table can make work. */
  | { kind: 'settled' };

/** After a pass that came to this decision, and to this when it acted. Counts in the memory how often it came no further. */
export function nextAfter(
  memory: Memory,
  decision: Decision,
  { progress, failed }: Pick<Acted, 'progress' | 'failed'>,
  settings: Settings,
): Next {
  const priority = priorityOf(decision.to);
  if (isSettled(decision.to)) return { kind: 'settled' };
  if (failed) return { kind: 'backoff', priority };
  memory.restless = progress && !decision.moved ? memory.restless + 1 : 0;
  const isRestless = memory.restless > RESTLESS_MAX;
  if (decision.moved || (progress && !isRestless)) return { kind: 'again', priority };
  const delayMs = decision.to === 'inventory.assess' ? settings.refusedMs : settings.tickMs;
  return { kind: 'after', delayMs, priority };
}

/** How urgent a plan is in a state. */
export function priorityOf(state: Decision['to']): Priority {
  if (isBackward(state)) return PRIORITY.rollback;
  if (mayCarryGreenWeight(state)) return PRIORITY.ramp;
  if (state === 'provision' || state === 'verify') return PRIORITY.verify;
  return PRIORITY.inventory;
}
