/**
 * How often the operator looks and how long it is patient. Plan time (lab time in the lab), but for the two that say real:
 * those pace the operator's own process.
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
  /** The window of the shares and errors that a screen shows. */
  reportWindowMs: number;
  /** How often what the plan made is looked at while weights bake: by the service a few calls. */
  stackMs: number;
  /** Real. How often the table is looked at for new plans and changed specs. */
  pollRealMs: number;
  /** Real. Errors back off from here, doubling, with jitter. */
  backoffRealMs: { first: number; max: number };
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
  reportWindowMs: 2 * 60_000,
  stackMs: 60_000,
  pollRealMs: 1_000,
  backoffRealMs: { first: 250, max: 30_000 },
};
