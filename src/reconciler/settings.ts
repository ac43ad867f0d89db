/**
 * How often the operator looks and how long it is patient. Plan time (lab time in the lab), but for those that say real:
 * they pace the operator's own process.
 */
export interface Settings {
  /** While a weight is baking, a service is starting, something is draining. */
  tickMs: number;
  /** While a plan is refused and only a person can change that. */
  refusedMs: number;
  /** How long green may take to become ready before the plan goes backward. */
  provisionDeadlineMs: number;
  /** How long green may take to start in the place of a blue that has stopped, before the plan goes backward. */
  cutoverDeadlineMs: number;
  /** How long a rollback waits for blue to be whole again before it takes the better side. */
  reviveMs: number;
  /** How long App Mesh may not answer before a plan that is through otherwise leaves its resources where they are. */
  meshPatienceMs: number;
  /** The window over which the edge must have counted nothing for blue before blue is retired. */
  quietWindowMs: number;
  /** How long the side that has left a rule is still left alone: the load balancer's own propagation (row L7). */
  settleMs: number;
  /** How long AWS may not show what was just made (row E11). */
  unseenMs: number;
  /** The window of the shares and errors that a screen shows. */
  reportWindowMs: number;
  /** How often what the plan made is looked at while weights bake: by the service a few calls. */
  stackMs: number;
  /** Real. How often the table is looked at for new plans and changed specs. */
  pollRealMs: number;
  /** Real. How often every plan in the table is looked at, whether or not it was seen to change. */
  sweepRealMs: number;
  /** Plans of other operators that are looked at in a second of real time, to take over those that nobody renews. */
  leaseLooksPerSecondMax: number;
  /** Real. A reconcile that takes longer is given up. */
  reconcileRealMsMax: number;
  /** Real. How long an operator that is told to stop waits for the reconciles under way before it gives them up. */
  stopRealMs: number;
  /** Real. Errors back off from here, doubling, with jitter. */
  backoffRealMs: { first: number; max: number };
}

/** So many calls may a reconcile wait for in a row, each to its timeout. */
const CALLS_IN_A_ROW = 60;
/** An inventory of a large account waits for the budgets too, which have nothing to do with timeouts. */
const RECONCILE_MS_LEAST = 5 * 60_000;

/** How long a reconcile may take, given how long one attempt of a call may; far more than any that goes on. */
export function reconcileMsMax(callTimeoutMs: number): number {
  return Math.max(RECONCILE_MS_LEAST, CALLS_IN_A_ROW * callTimeoutMs);
}

export const DEFAULT_SETTINGS: Settings = {
  tickMs: 10_000,
  refusedMs: 30_000,
  provisionDeadlineMs: 30 * 60_000,
  cutoverDeadlineMs: 10 * 60_000,
  reviveMs: 3 * 60_000,
  meshPatienceMs: 10 * 60_000,
  quietWindowMs: 2 * 60_000,
  settleMs: 15_000,
  unseenMs: 2 * 60_000,
  reportWindowMs: 2 * 60_000,
  stackMs: 60_000,
  pollRealMs: 1_000,
  sweepRealMs: 60_000,
  leaseLooksPerSecondMax: 20,
  reconcileRealMsMax: reconcileMsMax(8_000),
  // A container is killed 30 s after SIGTERM (row E46): by then the leases of all other plans are to be given back.
  stopRealMs: 20_000,
  backoffRealMs: { first: 250, max: 30_000 },
};
