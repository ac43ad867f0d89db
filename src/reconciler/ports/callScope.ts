/** An AWS call that has begun and not ended. */
export interface CallUnderWay {
  /** `ecs:DescribeServices`. */
  api: string;
  /** From 1; 0 before the first has been sent. */
  attempt: number;
}

/**
 * One look of a plan at the world. Its reads may be answered by what was asked for others, a tick ago at most; reads outside of a look are
 * each a call of their own.
 */
export interface Look {
  plan: string;
  /** Of this reconcile alone. */
  id: string;
  /** Of the lease: another one means that somebody else may have acted for the plan. */
  epoch: number;
}

/** Rollback may draw on a share of each API's budget that nothing else may touch. */
export type CallPriority = 'normal' | 'rollback';

/** What the AWS calls of one pass over a plan have in common. */
export interface CallScope {
  /**
   * The fence: called before every attempt of every mutating call, with the call's name (`ecs:CreateService`). What it throws keeps the call from
   * being sent, and passes through as it is.
   */
  beforeMutation: (callName: string) => void;
  priority: CallPriority;
  /** The pass' place among all of this process: where calls wait for the budget, those of a pass that began earlier go first. */
  turn: number;
  /** Whose pass it is: what the plan changes it reads anew. */
  plan: string;
  /** Where the pass only looks. Without it everything that is read is asked at once, and for this plan. */
  look?: Look;
  /** Joined to every log line about a call. */
  logFields: object;
  /** Calls are in here while they are under way. */
  underWay?: Set<CallUnderWay>;
}
