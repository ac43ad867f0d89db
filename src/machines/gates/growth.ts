/** What is done about a blue that has fewer tasks than its load needs by now. */
export type Follows =
  /** Its scaling's minimum is raised, to this maximum at most. */
  | { kind: 'asked'; maximum: number }
  /** Nothing: why, and what a person may do. */
  | { kind: 'left'; why: string };

/** A service whose load has grown since it was recorded. */
export interface Growth {
  service: string;
  recorded: number;
  /** Tasks that all traffic needs by now. */
  needed: number;
  healthy: number;
  follows: Follows;
}

/** `load has grown since: frontend needs 6 tasks, 2 when it was recorded`; `undefined` where none has. */
export const growthWords = (growth: readonly Growth[]): string | undefined =>
  growth.length === 0
    ? undefined
    : `load has grown since: ${growth.map((one) => `${one.service} needs ${one.needed} tasks, ${one.recorded} when it was recorded`).join(', ')}`;

/** What is done, or to be done, about the tasks that blue lacks; `undefined` where it lacks none. */
export function growthRemedy(growth: readonly Growth[]): string | undefined {
  const short = growth.filter(({ healthy, needed }) => healthy < needed);
  return short.length === 0 ? undefined : short.map(remedyFor).join('; ');
}

function remedyFor({ service, needed, follows }: Growth): string {
  switch (follows.kind) {
    case 'asked':
      return follows.maximum >= needed
        ? `the scaling of ${service} is asked for them`
        : `the scaling of ${service} goes to ${follows.maximum}: raise its maximum, or change rollback.viability`;
    case 'left':
      return follows.why;
  }
}

/**
 * Whether blue gets what it lacks without anybody: then the plan waits for that, and does not go back for it (`rollBackNow`), since a blue
 * that is growing carries less today than tomorrow.
 */
export const isComing = ({ needed, follows }: Growth): boolean => follows.kind === 'asked' && follows.maximum >= needed;
