import type { Clock } from '../../clock.ts';
import type { Delays } from '../../delays.ts';
import type { Random } from '../../random.ts';
import { isolated } from '../isolated.ts';
import type { Address, HealthProbe, MetricSink, Network, PlacedInterface, TargetGroups } from '../ports.ts';
import type { Account, Operation, Service } from '../service.ts';
import { accountLimitOperations } from './accountLimits.ts';
import { attributeOperations } from './attributes.ts';
import { interfacesOf } from './balancerNetwork.ts';
import type { Context } from './context.ts';
import { HealthChecks } from './healthChecks.ts';
import { publishHostCounts } from './hostCounts.ts';
import { listenerOperations } from './listeners.ts';
import { loadBalancerOperations, NODES } from './loadBalancers.ts';
import { propagate } from './propagation.ts';
import type { RouteDecision } from './routing.ts';
import { routeRequest } from './routing.ts';
import type { RoutedRequest } from './routingTable.ts';
import { ruleOperations } from './rules.ts';
import { Store } from './store.ts';
import { tagOperations } from './tags.ts';
import { targetGroupOperations } from './targetGroups.ts';
import { refreshUse } from './targetGroupUse.ts';
import { deregisterTarget, healthOf, registerTarget, targetKey, targetOperations } from './targets.ts';

/** A listener as the data plane must serve it. */
export interface ServedListener {
  listenerArn: string;
  loadBalancerArn: string;
  loadBalancerName: string;
  port: number;
  protocol: 'HTTP' | 'HTTPS';
}

/**
 * Elastic Load Balancing v2: Application Load Balancers with listeners, rules, target groups and health checks, as
 * `aws-behaviour.md` §5 describes them. It forwards nothing itself: {@link Elbv2Service.route} says where a request goes.
 */
export class Elbv2Service implements Service, TargetGroups {
  readonly id = 'elastic-load-balancing-v2';
  readonly operations: Readonly<Record<string, Operation>>;
  /** How many nodes each load balancer has; they are numbered from 0. */
  readonly nodeCount = NODES;

  readonly #context: Context;
  readonly #watchers = new Set<() => void>();

  constructor(parts: {
    clock: Clock;
    random: Random;
    account: Account;
    delays: Delays;
    probe: HealthProbe;
    metrics: MetricSink;
    network: Network;
  }) {
    const store = new Store();
    const context: Context = {
      clock: parts.clock,
      random: parts.random,
      account: parts.account,
      delays: parts.delays,
      network: parts.network,
      store,
      healthChecks: new HealthChecks(parts),
      changed: (listenerArn) => {
        if (listenerArn !== undefined) propagate(context, listenerArn);
        refreshUse(context);
      },
      listenersChanged: () => {
        for (const watcher of this.#watchers) watcher();
      },
    };
    this.#context = context;
    this.operations = isolated({
      ...loadBalancerOperations(context),
      ...listenerOperations(context),
      ...ruleOperations(context),
      ...targetGroupOperations(context),
      ...targetOperations(context),
      ...attributeOperations(context),
      ...tagOperations(context),
      ...accountLimitOperations,
    });
    publishHostCounts({ clock: parts.clock, metrics: parts.metrics, store });
  }

  find(targetGroupArn: string): { targetType: string; hasLoadBalancer: boolean } | undefined {
    const group = this.#context.store.targetGroups.get(targetGroupArn);
    return group && { targetType: group.targetType, hasLoadBalancer: group.usedBy !== undefined };
  }

  /** A group that has been deleted is ignored; the target's health then is `unused`. */
  register(targetGroupArn: string, target: Address): void {
    const group = this.#context.store.targetGroups.get(targetGroupArn);
    if (group !== undefined) registerTarget(this.#context, group, target);
  }

  deregister(targetGroupArn: string, target: Address, drained: () => void): void {
    const group = this.#context.store.targetGroups.get(targetGroupArn);
    if (group === undefined) this.#context.clock.after(0, drained);
    else deregisterTarget(this.#context, group, target, drained);
  }

  health(targetGroupArn: string, target: Address): string {
    const group = this.#context.store.targetGroups.get(targetGroupArn);
    return group === undefined ? 'unused' : (healthOf(group, group.targets.get(targetKey(target))).State ?? 'unused');
  }

  /** What the load balancers have in their subnets, for EC2. */
  networkInterfaces(): PlacedInterface[] {
    return [...this.#context.store.loadBalancers.values()].flatMap(interfacesOf);
  }

  /** Every listener of every load balancer. */
  listeners(): ServedListener[] {
    const { store } = this.#context;
    return [...store.listeners.values()].map((listener) => ({
      listenerArn: listener.arn,
      loadBalancerArn: listener.loadBalancerArn,
      loadBalancerName: store.loadBalancer(listener.loadBalancerArn).name,
      port: listener.port,
      protocol: listener.protocol,
    }));
  }

  /** Calls `watcher` whenever {@link listeners} answers something else. Returns what stops it. */
  watchListeners(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** The value of a load balancer's attribute, such as `idle_timeout.timeout_seconds`; `undefined` once the load balancer has gone. */
  loadBalancerAttribute(loadBalancerArn: string, key: string): string | undefined {
    return this.#context.store.loadBalancers.get(loadBalancerArn)?.attributes.get(key);
  }

  /**
   * Where a request goes that reaches node `node` of a listener's load balancer, by the rules that this node has got by now
   * (row L7). Takes the target's turn in the round robin and draws among the weights.
   */
  route(listenerArn: string, node: number, request: RoutedRequest, random: Random): RouteDecision {
    const { store, clock } = this.#context;
    const listener = store.listeners.get(listenerArn);
    const nodeRecord = store.loadBalancers.get(listener?.loadBalancerArn ?? '')?.nodes[node];
    if (listener === undefined || nodeRecord === undefined) {
      return { kind: 'unavailable', why: `there is no listener ${listenerArn} with a node ${node}` };
    }
    const { port, protocol } = listener;
    return routeRequest({ clock, random, store, port, protocol }, nodeRecord, listenerArn, request);
  }
}
