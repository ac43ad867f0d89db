/**
 * The values that a call has for a condition key, whose name comes in the case in which a policy has it; `undefined` where the call has no such
 * key. Asked only for the keys that a policy names.
 */
export type ContextOf = (key: string) => readonly string[] | undefined;

/** One thing that somebody wants to be allowed. */
export interface AskedFor {
  /** `ecs:CreateService`. */
  action: string;
  /** An ARN, or `*` where the action has no resource-level permission. */
  resource: string;
  context: ContextOf;
}
