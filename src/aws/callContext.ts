import { AsyncLocalStorage } from 'node:async_hooks';

/** Rollback may draw on a share of each API's budget that nothing else may touch. */
export type CallPriority = 'normal' | 'rollback';

/** What the calls made inside {@link withCallContext} share. Contexts nest: an inner one overrides member by member. */
export interface CallContext {
  /** Default `normal`. */
  priority?: CallPriority;
  /**
   * The fence: runs before every attempt of every mutating call, with the call's name (`ecs:CreateService`). What it throws
   * ends the call before anything is sent, and passes through untranslated.
   */
  beforeMutation?: (callName: string) => void;
  /** Joined to every log line about a call: plan, uid, epoch, phase. */
  logFields?: object;
}

/** The SDK call under way: its name, and which attempt this is. */
export interface CurrentCall {
  api: string;
  attempt: number;
}

const contexts = new AsyncLocalStorage<CallContext>();
const calls = new AsyncLocalStorage<CurrentCall>();

/** Runs `action`; every AWS call that it makes, directly or not, runs in the context. */
export function withCallContext<T>(context: CallContext, action: () => Promise<T>): Promise<T> {
  const outer = contexts.getStore();
  const merged = { ...outer, ...context, logFields: { ...outer?.logFields, ...context.logFields } };
  return contexts.run(merged, action);
}

export const callContext = (): CallContext => contexts.getStore() ?? {};

export const runCall = <T>(call: CurrentCall, action: () => Promise<T>): Promise<T> => calls.run(call, action);

export const currentCall = (): CurrentCall | undefined => calls.getStore();
