/** `app/<name>/<id>` of a load balancer, a listener or a rule: the value of the metric dimension `LoadBalancer`. */
export function loadBalancerDimension(arn: string): string {
  const match = /:(?:loadbalancer|listener|listener-rule)\/((?:app|net|gwy)\/[^/]+\/[^/]+)/.exec(arn);
  if (match?.[1] === undefined) throw new TypeError(`not the ARN of a load balancer, a listener or a rule: ${arn}`);
  return match[1];
}

/** The load balancer that a listener or a rule belongs to. */
export function loadBalancerArnOf(arn: string): string {
  const dimension = loadBalancerDimension(arn);
  return `${arn.slice(0, arn.search(/:(?:loadbalancer|listener|listener-rule)\//))}:loadbalancer/${dimension}`;
}

/** `targetgroup/<name>/<id>`: the value of the metric dimension `TargetGroup`. */
export const targetGroupDimension = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);
