import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { copied } from '../copied.ts';
import { compileConditions } from './conditions.ts';
import type { ListenerRecord, RuleRecord } from './store.ts';

/** A request as far as rules look at it. */
export interface RoutedRequest {
  method: string;
  /** The Host header; a port in it is ignored. */
  host: string;
  /** Without the query string. */
  path: string;
  /** Without the question mark; empty where there is none. */
  query: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  cookies: Readonly<Record<string, string>>;
  sourceIp: string;
}

/** A listener with its rules at one moment, ready to route: what a change carries to the load balancer's nodes. */
export interface RoutingTable {
  listenerArn: string;
  rules: { matches: (request: RoutedRequest) => boolean; action: Action }[];
  defaultAction: Action;
}

/** Authentication actions are stored and answered, but the data plane lets everybody through to the routing action. */
export function buildRoutingTable(listener: ListenerRecord, rules: RuleRecord[]): RoutingTable {
  return {
    listenerArn: listener.arn,
    rules: rules.map((rule) => ({ matches: compileConditions(rule.conditions), action: routingAction(rule.actions) })),
    defaultAction: routingAction(listener.defaultActions),
  };
}

function routingAction(actions: Action[]): Action {
  const last = actions.at(-1);
  if (last === undefined) throw new Error('a rule without actions was stored');
  return copied(last);
}

export function selectAction(table: RoutingTable, request: RoutedRequest): Action {
  return table.rules.find((rule) => rule.matches(request))?.action ?? table.defaultAction;
}
