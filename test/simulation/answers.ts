/** How the answers of reads may be other than they should: what AWS answers now and then without an error. */

type Answer = Record<string, unknown>;

/** The lists that AWS answers by pages: where the items are, where the next page's token is, and where it goes in the request. */
const PAGED: Readonly<Record<string, { items: string; token: string; from: string }>> = {
  'ecs:ListServices': { items: 'serviceArns', token: 'nextToken', from: 'nextToken' },
  'ecs:ListTasks': { items: 'taskArns', token: 'nextToken', from: 'nextToken' },
  'ecs:ListTaskDefinitions': { items: 'taskDefinitionArns', token: 'nextToken', from: 'nextToken' },
  'servicediscovery:ListNamespaces': { items: 'Namespaces', token: 'NextToken', from: 'NextToken' },
  'servicediscovery:ListServices': { items: 'Services', token: 'NextToken', from: 'NextToken' },
  'application-autoscaling:DescribeScalableTargets': {
    items: 'ScalableTargets',
    token: 'NextToken',
    from: 'NextToken',
  },
  'application-autoscaling:DescribeScalingPolicies': {
    items: 'ScalingPolicies',
    token: 'NextToken',
    from: 'NextToken',
  },
  'elasticloadbalancing:DescribeRules': { items: 'Rules', token: 'NextMarker', from: 'Marker' },
  'elasticloadbalancing:DescribeTargetGroups': { items: 'TargetGroups', token: 'NextMarker', from: 'Marker' },
  'appmesh:ListVirtualNodes': { items: 'virtualNodes', token: 'nextToken', from: 'nextToken' },
  'cloudwatch:GetMetricData': { items: 'MetricDataResults', token: 'NextToken', from: 'NextToken' },
};

/** Things that are asked for by name, and may be left out of the answer; where ECS says so, and how. */
const NAMED: Readonly<Record<string, { items: string; arn?: string }>> = {
  'ecs:DescribeServices': { items: 'services', arn: 'serviceArn' },
  'ecs:DescribeTasks': { items: 'tasks', arn: 'taskArn' },
  'cloudwatch:DescribeAlarms': { items: 'MetricAlarms' },
};

const NO_SUCH_TOKEN = 'a-page-without-items';

/** In a request they name what is wanted: such a list has no pages. */
const NAMES = ['RuleArns', 'TargetGroupArns', 'Names'];

/** The first page of a list, which has nothing on it; `undefined` for what is no list. */
export function emptyPage(api: string, input: object, whole: object): Answer | undefined {
  const paged = PAGED[api];
  const asked = new Map<string, unknown>(Object.entries(input));
  if (paged === undefined || [...NAMES, paged.from].some((name) => asked.get(name) !== undefined)) return undefined;
  return { ...whole, [paged.items]: [], [paged.token]: NO_SUCH_TOKEN };
}

/** The request that a request for the page after {@link emptyPage} stands for; the request itself where it is none. */
export function withoutToken<Input extends object>(api: string, input: Input): Input {
  const paged = PAGED[api];
  const from = new Map<string, unknown>(Object.entries(input)).get(paged?.from ?? '');
  if (paged === undefined || from !== NO_SUCH_TOKEN) return input;
  const { [paged.from]: _, ...rest } = input as Answer;
  return rest as Input;
}

/** The answer without the first of what was asked for by name; `undefined` where nothing was. */
export function withoutOne(api: string, whole: object): Answer | undefined {
  const named = NAMED[api];
  const answer = whole as Answer;
  const items = named === undefined ? undefined : answer[named.items];
  if (named === undefined || !Array.isArray(items) || items.length === 0) return undefined;
  const [gone, ...rest]: Answer[] = items;
  const failures = Array.isArray(answer['failures']) ? answer['failures'] : [];
  return {
    ...answer,
    [named.items]: rest,
    ...(named.arn === undefined ? {} : { failures: [...failures, { arn: gone?.[named.arn], reason: 'MISSING' }] }),
  };
}
