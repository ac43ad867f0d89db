/** Differences that are explained in docs/aws-behaviour.md, section 15.1, each under the name of its row there. */
export interface KnownDifference {
  row: string;
  steps: RegExp;
  /** How the difference reads, the lab's side first. */
  reads: RegExp;
}

const REFUSED_HERE_ALONE = /^\w+ \(400\) \/ answered$/;
const REFUSED_THERE_ALONE = /^answered \/ \w+ \(400\)$/;
const OTHER_CODE = /^\w+ \(400\) \/ [\w.]+ \(\d+\)$/;

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    row: 'action-without-a-list',
    steps: /./,
    reads: /(Default)?Actions\.0\.(ForwardConfig: \{.*\}|TargetGroupArn: "\w+") \/ nothing$/,
  },
  { row: 'condition-forms', steps: /Rule/, reads: /Conditions\.0\.(Values|PathPatternConfig): .* \/ nothing$/ },
  { row: 'redirect-defaults', steps: /Rule/, reads: /RedirectConfig\.(Host|Path|Query): "\/?#\{\w+\}" \/ nothing$/ },
  { row: 'equal-settings', steps: /^CreateTargetGroup .* the same settings$/, reads: REFUSED_THERE_ALONE },
  {
    row: 'equal-settings',
    steps: /^Create\w+ .* the same settings$/,
    reads: /(Arn: "\w+" \/ "<arn>"|State\.Code: "active" \/ "provisioning")$/,
  },
  { row: 'names-in-use', steps: /of the same name with other settings$/, reads: REFUSED_HERE_ALONE },
  { row: 'names-in-use', steps: /^CreateListener on the same port with another action$/, reads: REFUSED_HERE_ALONE },
  { row: 'scheme', steps: /LoadBalancer/, reads: /Scheme: "internet-facing" \/ nothing$/ },
  { row: 'subnets', steps: /^CreateLoadBalancer in one subnet$/, reads: REFUSED_HERE_ALONE },
  { row: 'subnets', steps: /^CreateLoadBalancer (without subnets|in a subnet that is not)$/, reads: OTHER_CODE },
  {
    row: 'load-balancer-attributes',
    steps: /LoadBalancerAttributes/,
    reads: /^Attributes\.[\w.]+: "\w*" \/ (nothing|"false")$/,
  },
  {
    row: 'target-group-attributes',
    steps: /TargetGroupAttributes/,
    reads: /^Attributes\.[\w.]+: ("\w*" \/ nothing|nothing \/ "false")$/,
  },
  {
    row: 'attribute-checks',
    steps: /^Modify\w+Attributes with a (value that is none|slow start out of range)$/,
    reads: REFUSED_HERE_ALONE,
  },
  {
    row: 'attribute-checks',
    steps: /^ModifyTargetGroupAttributes with an (unknown key|algorithm that is none)$/,
    reads: REFUSED_HERE_ALONE,
  },
  { row: 'attribute-checks', steps: /^ModifyLoadBalancerAttributes with an unknown key$/, reads: OTHER_CODE },
  { row: 'longest-delay', steps: /with the longest delay$/, reads: REFUSED_THERE_ALONE },
  { row: 'matcher', steps: /with a matcher that is none$/, reads: OTHER_CODE },
  { row: 'no-groups', steps: /^DescribeTargetGroups of a load balancer that has none$/, reads: REFUSED_THERE_ALONE },
  { row: 'tags', steps: /^(AddTags|DescribeTags) /, reads: REFUSED_HERE_ALONE },
  { row: 'ssl-policy', steps: /Listener/, reads: /SslPolicy: nothing \/ "ELBSecurityPolicy-2016-08"$/ },
  {
    row: 'listener-checks',
    steps: /^CreateListener (without actions|on port 0|in HTTPS without a certificate)$/,
    reads: REFUSED_HERE_ALONE,
  },
  { row: 'listener-checks', steps: /^ModifyListener to a target group that is not$/, reads: REFUSED_HERE_ALONE },
  { row: 'one-load-balancer', steps: /of another load balancer$/, reads: REFUSED_HERE_ALONE },
  { row: 'known-and-unknown', steps: /by one known and one unknown ARN$/, reads: REFUSED_HERE_ALONE },
  {
    row: 'rule-checks',
    steps: /^CreateRule (at priority \d+|on six values|without (conditions|actions)|with two routing actions)$/,
    reads: REFUSED_HERE_ALONE,
  },
  {
    row: 'weights',
    steps:
      /^ModifyRule to (a weight|one group at weight 0|two groups without|one group twice|six groups|a group beside another|a list that is empty)/,
    reads: REFUSED_HERE_ALONE,
  },
  {
    row: 'stickiness',
    steps: /^ModifyRule to a (sticky group without a duration|group that is sticky for too long)$/,
    reads: REFUSED_HERE_ALONE,
  },
  {
    row: 'default-rule',
    steps: /of the default rule$/,
    reads: /^OperationNotPermitted \(400\) \/ (answered|undefined \(500\))$/,
  },
  { row: 'trading-places', steps: /that trade places$/, reads: REFUSED_THERE_ALONE },
  {
    row: 'target-health',
    steps: /^DescribeTargetHealth of a (group in no rule|target that is not registered)$/,
    reads: /(HealthCheckPort|TargetHealth\.\w+): /,
  },
  { row: 'addresses', steps: /^RegisterTargets of what is no address$/, reads: REFUSED_HERE_ALONE },
  {
    row: 'what-is-gone',
    steps: /^(DeleteTargetGroup that is gone|DeregisterTargets that are not registered)$/,
    reads: REFUSED_THERE_ALONE,
  },
  { row: 'what-is-gone', steps: /^DeleteRule that is gone$/, reads: REFUSED_HERE_ALONE },
  { row: 'protection', steps: /^DeleteLoadBalancer that is protected$/, reads: REFUSED_HERE_ALONE },
];
