import { type Budget, familyOf, isReading } from './budget.ts';
import { callContext, currentCall, isAdmitted, runCall, turnNow } from './callContext.ts';
import { codeOf, isThrottling, outcomeOf, rememberCall, requestIdOf } from './errors.ts';
import { leaveKeysOut } from '../plan/withoutKeys.ts';
import { createReadFailureLog } from './readFailureLog.ts';
import type { Log } from '../reconciler/ports.ts';

/** A wait for our own budget from this long on is a line in the log. */
const LONG_WAIT_MS = 1_000;

export interface MannersOptions {
  log: Log;
  budget: Budget;
  /** Hears of every attempt of every call; for metrics. */
  onCall?: (api: string, outcome: 'ok' | 'fail' | 'unknown', throttled: boolean) => void;
  /** Hears of every call that changes something, when it begins and when it is over, however it ended. */
  onChange: () => void;
  /** Goes around every call, all its attempts together; for traces. */
  traced?: <T>(api: string, action: () => Promise<T>) => Promise<T>;
  /** Hears how long an attempt waited for the budget, real milliseconds. */
  onWait?: (api: string, ms: number) => void;
}

/** What stands around every call of AWS, by whatever way it goes there. */
export interface Manners {
  /**
   * Around the whole call: gives it a name that the attempts, the back-off and the error's reader all see. `api` is the IAM action,
   * `ecs:DescribeServices`.
   */
  call<T>(api: string, action: () => Promise<T>): Promise<T>;
  /** Around each attempt of a call: budget, log. Outside of {@link Manners.call} it does nothing. */
  attempt<T>(action: () => Promise<T>, requestIdOfAnswer: (answer: T) => string | undefined): Promise<T>;
  /**
   * Right before each request goes out, after all that may take time, credentials and the signature: the fence, and the counter. A process that
   * stands still between the two is left with a signed request, which AWS takes for five minutes only (row K11). Throws what the fence throws.
   */
  send(): void;
}

const isMutating = (api: string): boolean => !isReading(api.slice(api.indexOf(':') + 1));

/** @param calls counts the attempts, by API */
export function createManners(options: MannersOptions, calls: Record<string, number>): Manners {
  const readFailed = createReadFailureLog(options.log, () => performance.now());
  return {
    call: (api, action) => {
      const call = { api, attempt: 0 };
      const { underWay } = callContext();
      const mutating = isMutating(api);
      return runCall(call, async () => {
        underWay?.add(call);
        if (mutating) options.onChange();
        try {
          return await (options.traced === undefined ? action() : options.traced(api, action));
        } catch (error) {
          leaveKeysOut(error);
          rememberCall(error, api);
          if (!mutating) readFailed(api, error, callContext().logFields ?? {});
          throw error;
        } finally {
          underWay?.delete(call);
          if (mutating) options.onChange();
        }
      });
    },

    attempt: async (action, requestIdOfAnswer) => {
      const call = currentCall();
      if (call === undefined) return action();
      const { api } = call;
      const mutating = isMutating(api);
      const context = callContext();
      call.attempt += 1;
      const attempt = call.attempt;

      const askedAt = performance.now();
      // Asked here: the budget looks at it while it serves somebody else.
      const turn = turnNow();
      const waitedMs = isAdmitted(api)
        ? 0
        : await options.budget.take(familyOf(api), context.priority ?? 'normal', () => turn);
      if (waitedMs > 0) options.onWait?.(api, performance.now() - askedAt);
      if (waitedMs >= LONG_WAIT_MS) options.log.info({ ...context.logFields, api, attempt, waitedMs }, 'heldBack');
      const startedAt = performance.now();
      const report = (outcome: 'ok' | 'fail' | 'unknown', requestId: string | undefined, error?: unknown) => {
        if (!mutating) return;
        const ms = Math.round(performance.now() - startedAt);
        const failure = error === undefined ? {} : { code: codeOf(error), error: (error as Error).message };
        const fields = { ...context.logFields, awsCall: api, requestId, attempt, ms, outcome, ...failure };
        if (outcome === 'ok') options.log.info(fields, 'awsCall');
        else options.log.warn(fields, 'awsCall');
      };
      try {
        const answer = await action();
        options.budget.succeeded(familyOf(api));
        report('ok', requestIdOfAnswer(answer));
        options.onCall?.(api, 'ok', false);
        return answer;
      } catch (error) {
        if (call.heldBackBy === error) throw error;
        leaveKeysOut(error);
        const outcome = outcomeOf(error);
        report(outcome, requestIdOf(error), error);
        options.onCall?.(api, outcome, isThrottling(error));
        throw error;
      }
    },

    send: () => {
      const call = currentCall();
      if (call === undefined) return;
      const { api } = call;
      if (isMutating(api)) {
        try {
          callContext().beforeMutation?.(api);
        } catch (error) {
          call.heldBackBy = error;
          throw error;
        }
      }
      calls[api] = (calls[api] ?? 0) + 1;
    },
  };
}
