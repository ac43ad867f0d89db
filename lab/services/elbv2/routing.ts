import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Clock } from '../../clock.ts';
import type { Random } from '../../random.ts';
import type { Address } from '../ports.ts';
import type { RoutedRequest } from './routingTable.ts';
import { selectAction } from './routingTable.ts';
import type { LoadBalancerNode, Store, TargetGroupRecord, TargetRecord } from './store.ts';
import { groupCookies, groupOfCookie, targetCookies, targetOfCookie } from './stickiness.ts';

/** What a load balancer node does with one request. */
export type RouteDecision =
  | {
      kind: 'forward';
      targetGroupArn: string;
      target: Address;
      /** `HTTP1`, or what a client that speaks HTTP/1.1 cannot be forwarded to. */
      protocolVersion: string;
      /** How many targets the group could have chosen from (for RequestCountPerTarget). */
      targetCount: number;
      /** `Set-Cookie` headers for the response. */
      setCookies: string[];
    }
  | { kind: 'fixedResponse'; status: number; contentType: string; body: string }
  | { kind: 'redirect'; status: 301 | 302; location: string }
  /** The load balancer answers 503 itself (rows L10, L11). */
  | { kind: 'unavailable'; why: string };

export interface RouteContext {
  clock: Clock;
  random: Random;
  store: Store;
  /** Of the listener; for redirects. */
  port: number;
  protocol: 'HTTP' | 'HTTPS';
}

export function routeRequest(
  context: RouteContext,
  node: LoadBalancerNode,
  listenerArn: string,
  request: RoutedRequest,
): RouteDecision {
  const table = node.applied.get(listenerArn)?.table;
  if (table === undefined) return { kind: 'unavailable', why: `the node has no listener ${listenerArn}` };
  const action = selectAction(table, request);
  switch (action.Type) {
    case 'forward':
      return forward(context, node, action, request);
    case 'fixed-response':
      return {
        kind: 'fixedResponse',
        status: Number(action.FixedResponseConfig?.StatusCode),
        contentType: action.FixedResponseConfig?.ContentType ?? 'text/plain',
        body: action.FixedResponseConfig?.MessageBody ?? '',
      };
    case 'redirect':
      return redirect(context, action, request);
    default:
      return { kind: 'unavailable', why: `an action of type ${action.Type} routes nowhere` };
  }
}

/**
 * Cookie first, then weights; within the group a sticky target first, then round robin. A weighted forward never fails over to
 * another group (row L9). Only the round-robin algorithm is built; `slow_start` (row L24) is stored and has no effect.
 */
function forward(context: RouteContext, node: LoadBalancerNode, action: Action, request: RoutedRequest): RouteDecision {
  const nowMs = context.clock.now();
  const tuples = action.ForwardConfig?.TargetGroups ?? [];
  const stickiness = action.ForwardConfig?.TargetGroupStickinessConfig;
  const stickySeconds = stickiness?.Enabled === true ? stickiness.DurationSeconds : undefined;
  const cookieArn = stickySeconds === undefined ? undefined : groupOfCookie(request.cookies, nowMs);
  const stuck = tuples.find((tuple) => tuple.TargetGroupArn === cookieArn);
  const arn = (stuck ?? drawWeighted(tuples, context.random))?.TargetGroupArn;
  if (arn === undefined) return { kind: 'unavailable', why: 'every target group of the action has weight 0' };
  const group = context.store.targetGroups.get(arn);
  if (group === undefined) return { kind: 'unavailable', why: `target group ${arn} has been deleted` };
  const candidates = routableTargets(group);
  const target = stickyTarget(group, candidates, request, nowMs) ?? takeTurn(node, arn, candidates);
  if (target === undefined) return { kind: 'unavailable', why: `target group ${arn} has no registered target` };
  return {
    kind: 'forward',
    targetGroupArn: arn,
    target: { ip: target.ip, port: target.port },
    protocolVersion: group.protocolVersion,
    targetCount: candidates.length,
    setCookies: [
      ...(stickySeconds === undefined ? [] : groupCookies(arn, nowMs, stickySeconds)),
      ...targetCookies(group, target, nowMs),
    ],
  };
}

function drawWeighted<T extends { Weight?: number | undefined }>(tuples: T[], random: Random): T | undefined {
  const total = tuples.reduce((sum, tuple) => sum + (tuple.Weight ?? 0), 0);
  let left = random.next() * total;
  for (const tuple of tuples) {
    left -= tuple.Weight ?? 0;
    if (left < 0) return tuple;
  }
  return undefined;
}

/** The healthy targets; where none is healthy, all that are registered (fail-open, row L9). Never a draining one (row L23). */
function routableTargets(group: TargetGroupRecord): TargetRecord[] {
  const registered = [...group.targets.values()].filter((target) => target.state !== 'draining');
  const healthy = registered.filter((target) => target.state === 'healthy');
  return healthy.length > 0 ? healthy : registered;
}

function stickyTarget(
  group: TargetGroupRecord,
  candidates: TargetRecord[],
  request: RoutedRequest,
  nowMs: number,
): TargetRecord | undefined {
  const address = targetOfCookie(group, request.cookies, nowMs);
  return candidates.find((target) => `${target.ip}:${target.port}` === address);
}

function takeTurn(node: LoadBalancerNode, arn: string, candidates: TargetRecord[]): TargetRecord | undefined {
  const turn = node.turns.get(arn) ?? 0;
  node.turns.set(arn, turn + 1);
  return candidates[turn % candidates.length];
}

function redirect(context: RouteContext, action: Action, request: RoutedRequest): RouteDecision {
  const config = action.RedirectConfig;
  const host = request.host.replace(/:\d+$/, '');
  const fill = (text: string) =>
    text
      .replaceAll('#{protocol}', context.protocol)
      .replaceAll('#{host}', host)
      .replaceAll('#{port}', String(context.port))
      .replaceAll('#{path}', request.path.replace(/^\//, ''))
      .replaceAll('#{query}', request.query);
  const query = fill(config?.Query ?? '');
  const origin = `${fill(config?.Protocol ?? '').toLowerCase()}://${fill(config?.Host ?? '')}:${fill(config?.Port ?? '')}`;
  return {
    kind: 'redirect',
    status: config?.StatusCode === 'HTTP_301' ? 301 : 302,
    location: `${origin}${fill(config?.Path ?? '')}${query === '' ? '' : `?${query}`}`,
  };
}
