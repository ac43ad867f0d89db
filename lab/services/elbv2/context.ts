import type { Clock } from '../../clock.ts';
import type { Delays } from '../../delays.ts';
import type { Random } from '../../random.ts';
import type { Network } from '../ports.ts';
import type { Account } from '../service.ts';
import type { HealthChecks } from './healthChecks.ts';
import type { Store } from './store.ts';

/** What the operations share. */
export interface Context {
  clock: Clock;
  random: Random;
  account: Account;
  delays: Delays;
  network: Network;
  store: Store;
  healthChecks: HealthChecks;
  /**
   * To be called after every change of a listener, its actions or its rules: brings the change to the nodes (row L7) and looks
   * anew which target groups are in use (rows L8, L19). With `undefined` only the second.
   */
  changed(listenerArn: string | undefined): void;
  /** To be called when a listener has appeared, gone, or moved to another port. */
  listenersChanged(): void;
}

/** `arn:aws:elasticloadbalancing:<region>:<account>:<rest>` */
export function arnOf(context: Context, rest: string): string {
  return `arn:aws:elasticloadbalancing:${context.account.region}:${context.account.id}:${rest}`;
}

/** The metric dimension `LoadBalancer`: `app/<name>/<id>` (§8.3). */
export function loadBalancerDimension(arn: string): string {
  return arn.split(':loadbalancer/')[1] ?? arn;
}

/** The metric dimension `TargetGroup`: `targetgroup/<name>/<id>` (§8.3). */
export function targetGroupDimension(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}
