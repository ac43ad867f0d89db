import type { RuleResource } from '../../assess/model.ts';
import type { WantedRoute } from '../../machines/intent.ts';
import type { Verdict } from '../../plan/verdict.ts';
import type { Resolved } from './resources.ts';

/** What an entry's rule is to carry. */
export type Route = WantedRoute;

export interface RouterReading {
  /**
   * What the rule carries, in the router's words; `foreign` is none of ours. Whether that gives green any weight is only known where green's
   * target group is: without it `sendsToGreen` is false.
   */
  route: Route | { kind: 'foreign'; why: string; sendsToGreen: boolean };
  /** What was changed since the rule carried that route, field by field; empty where nothing was. */
  changesSince: (was: Route) => readonly string[];
}

/** What moves traffic. One file per way of shifting. */
export interface Router {
  read(rule: RuleResource, resolved: Resolved): Promise<RouterReading>;
  /** One mutating call. Keeps every other action, stickiness and login of the original. */
  write(rule: RuleResource, route: Route, resolved: Resolved): Promise<void>;
  /** `pass` only when every listener and rule that names either target group carries the route. An API error is `unknown`. */
  verify(rule: RuleResource, route: Route, resolved: Resolved): Promise<Verdict>;
  /**
   * Of an entry whose rule is gone: `pass` only when nothing else of its load balancer names blue's target group, or that is gone as well. An
   * API error is `unknown`.
   */
  verifyGone(rule: RuleResource): Promise<Verdict>;
  /** Writes the original actions back unchanged, which proves the way back. Refused when the rule is not as recorded. */
  proveWayBack(rule: RuleResource): Promise<Verdict>;
}
