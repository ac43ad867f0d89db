import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallScope, CallUnderWay } from '../reconciler/ports.ts';

export type { CallPriority, Look } from '../reconciler/ports.ts';

/** What the calls made inside {@link withCallContext} share; `normal` where no priority is given. Contexts nest: an inner one overrides member by member. */
export interface CallContext extends Partial<CallScope> {
  /** The next attempt of a call of this API is in the budget already. */
  admitted?: { api: string } | undefined;
}

/** The SDK call under way: its name, and which attempt this is. */
export interface CurrentCall extends CallUnderWay {
  /** What the fence threw. */
  heldBackBy?: unknown;
}

const contexts = new AsyncLocalStorage<CallContext>();
const calls = new AsyncLocalStorage<CurrentCall>();

/** Runs `action`; every AWS call that it makes, directly or not, runs in the context. */
export function withCallContext<T>(context: CallContext, action: () => Promise<T>): Promise<T> {
  const outer = contexts.getStore();
  const merged = { ...outer, ...context, logFields: { ...outer?.logFields, ...context.logFields } };
  return contexts.run(merged, action);
}

/**
 * Runs `action` as nobody's: what is asked for several plans together carries the priority and the log fields of none.
 *
 * @param admittedApi its first attempt is in the budget already
 */
export const withoutCallContext = <T>(action: () => Promise<T>, admittedApi?: string): Promise<T> =>
  contexts.run(admittedApi === undefined ? {} : { admitted: { api: admittedApi } }, action);

/** Whether the attempt that begins now is in the budget already; the next one is not. */
export function isAdmitted(api: string): boolean {
  const context = callContext();
  if (context.admitted?.api !== api) return false;
  context.admitted = undefined;
  return true;
}

/** Where the pass stands that calls now: see `CallScope.turn`. What belongs to no pass goes first; there is little of it. */
export const turnNow = (): number => callContext().turn ?? 0;

export const callContext = (): CallContext => contexts.getStore() ?? {};

export const runCall = <T>(call: CurrentCall, action: () => Promise<T>): Promise<T> => calls.run(call, action);

export const currentCall = (): CurrentCall | undefined => calls.getStore();
