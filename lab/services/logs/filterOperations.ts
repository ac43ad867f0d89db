import type {
  DeleteMetricFilterRequest,
  DescribeMetricFiltersRequest,
  DescribeMetricFiltersResponse,
  MetricFilter,
  PutMetricFilterRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import { markerAt } from '../marker.ts';
import { notPlayed } from '../notPlayed.ts';
import type { Operation } from '../service.ts';
import { readPattern } from './filterPattern.ts';
import { invalid, type LogGroupRecord, type MetricFilterRecord, missing, placeAfter } from './logGroups.ts';
import type { LogParts } from './streamOperations.ts';

const PAGE_MAX = 50;

/** Metric filters (row N73): what a group takes from now on is counted in CloudWatch; what it has is not. */
export function filterOperations({ groups, clock }: LogParts): Readonly<Record<string, Operation>> {
  return {
    PutMetricFilter: (input: PutMetricFilterRequest) => {
      const group = groups.byName(input.logGroupName);
      const filter = filterOf(input, clock.now());
      group.filters.set(filter.name, filter);
    },
    DeleteMetricFilter: ({ logGroupName, filterName = '' }: DeleteMetricFilterRequest) => {
      if (!groups.byName(logGroupName).filters.delete(filterName)) {
        throw missing('The specified metric filter does not exist.');
      }
    },
    DescribeMetricFilters: (input: DescribeMetricFiltersRequest) =>
      describe(input, groups.all(), groups.byName.bind(groups)),
  };
}

function filterOf(input: PutMetricFilterRequest, nowMs: number): MetricFilterRecord {
  const { filterName = '', filterPattern: text = '', metricTransformations = [] } = input;
  const [transformation, ...more] = metricTransformations;
  if (transformation === undefined || more.length > 0) throw invalid('There must be one metric transformation.');
  const { metricNamespace, metricName, metricValue, defaultValue, dimensions, unit } = transformation;
  if (defaultValue !== undefined || Object.keys(dimensions ?? {}).length > 0) {
    throw notPlayed('cloudwatch-logs', 'default values and dimensions of metric filters');
  }
  if (input.applyOnTransformedLogs === true) throw notPlayed('cloudwatch-logs', 'transformed events');
  if (Number.isNaN(Number(metricValue))) {
    throw notPlayed('cloudwatch-logs', 'values of metric filters that stand in the event', metricValue);
  }
  const holds = readPattern(text);
  if (holds === undefined) throw notPlayed('cloudwatch-logs', 'other filter patterns', text);
  return {
    name: filterName,
    createdMs: nowMs,
    text,
    holds,
    metric: { namespace: metricNamespace ?? '', name: metricName ?? '', value: metricValue ?? '', unit },
  };
}

/** Of one group, or of all; or those that make one metric. */
function describe(
  input: DescribeMetricFiltersRequest,
  all: readonly LogGroupRecord[],
  byName: (name: string) => LogGroupRecord,
): DescribeMetricFiltersResponse {
  const { logGroupName, filterNamePrefix: prefix = '', metricName, metricNamespace } = input;
  const after = placeAfter(input.nextToken);
  const found = (logGroupName === undefined ? all : [byName(logGroupName)])
    .flatMap((group) => [...group.filters.values()].map((filter) => ({ group, filter })))
    .filter(({ filter: { name, metric } }) => {
      const isOfMetric = metric.name === (metricName ?? metric.name);
      return isOfMetric && metric.namespace === (metricNamespace ?? metric.namespace) && name.startsWith(prefix);
    })
    .map(({ group, filter }) => ({ place: `${group.name} ${filter.name}`, filter: presented(filter, group.name) }))
    .filter(({ place }) => place > after)
    .toSorted((a, b) => (a.place < b.place ? -1 : 1));
  const page = found.slice(0, input.limit ?? PAGE_MAX);
  const last = page.at(-1);
  return {
    metricFilters: page.map(({ filter }) => filter),
    ...(last !== undefined && page.length < found.length ? { nextToken: markerAt(last.place) } : {}),
  };
}

function presented({ name, createdMs, text, metric }: MetricFilterRecord, logGroupName: string): MetricFilter {
  return {
    filterName: name,
    filterPattern: text,
    creationTime: createdMs,
    logGroupName,
    applyOnTransformedLogs: false,
    metricTransformations: [
      {
        metricName: metric.name,
        metricNamespace: metric.namespace,
        metricValue: metric.value,
        unit: (metric.unit ?? 'None') as 'None',
      },
    ],
  };
}
