import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../../lab/clock.ts';
import { createSimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import { EMBEDDED } from '../../../src/web/embeddedMetrics.ts';
import { readTemplate } from '../deploy/template.ts';
import { QUERIES, read } from './page.ts';

interface Widget {
  type: 'text' | 'alarm' | 'metric' | 'log';
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { metrics?: unknown[][]; alarms?: string[]; query?: string };
}

const body = await read('deploy/dashboards/cloudwatch.json');
const { widgets } = JSON.parse(body) as { widgets: Widget[] };
const { Resources } = await readTemplate();

const propertiesOf = <T>(type: string): T[] =>
  Object.values(Resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties as T] : []));

interface Filter {
  MetricTransformations: { MetricNamespace: { 'Fn::Sub': string }; MetricName: string }[];
}

/** What the metric filters of the template make, which are those of the module (sameResult.test.ts). */
const filtered = propertiesOf<Filter>('AWS::Logs::MetricFilter').flatMap(({ MetricTransformations }) =>
  MetricTransformations.map(
    ({ MetricNamespace, MetricName }) =>
      `${MetricNamespace['Fn::Sub'].replace('AWS::StackName', 'Name')} ${MetricName}`,
  ),
);

/** AWS's own, as the page of AWS's behaviour has them: those in a paragraph that begins with the namespace and names the dimensions. */
const paragraphs = (await read('docs/aws-behaviour.md')).split('\n');
const isOfAws = (namespace: string, name: string, dimensions: readonly string[]): boolean =>
  paragraphs.some(
    (text) =>
      text.startsWith(`**\`${namespace}\`**`) &&
      new RegExp(`\\b${name}\\b`).test(text) &&
      text.includes(`{${dimensions.join(',')}}`),
  );

/** A row of a metric widget. */
function metricOf(row: readonly unknown[]) {
  const [namespace = '', name = '', ...rest] = row.filter((one) => typeof one === 'string');
  return { namespace, name, dimensions: rest.filter((_, index) => index % 2 === 0), values: rest.length / 2 };
}

const isKnown = (row: readonly unknown[]): boolean => {
  const { namespace, name, dimensions } = metricOf(row);
  if (namespace === 'Meshlift') return name in EMBEDDED && String(dimensions) === 'table';
  return dimensions.length === 0 ? filtered.includes(`${namespace} ${name}`) : isOfAws(namespace, name, dimensions);
};

const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);

describe('deploy/dashboards/cloudwatch.json', () => {
  test('is taken by CloudWatch, filled in', async () => {
    const { aws } = createSimulatedAws({ clock: new SimulatedClock() });
    const call = { requestId: 'r', accessKeyId: 'a' };
    const put = aws.services.cloudwatch.operations['PutDashboard'];
    const filled = body.replaceAll(/\$\{(\w+)\}/g, 'meshlift');
    expect(filled).not.toContain('${');
    expect(put?.({ DashboardName: 'meshlift', DashboardBody: filled }, call)).toEqual({
      DashboardValidationMessages: [],
    });
  });

  test.each(metrics.map((row) => [String(row.slice(0, 2)), row] as const))('%s is a metric that there is', (_, row) => {
    expect(Number.isInteger(metricOf(row).values), 'each dimension has a value').toBe(true);
    expect(isKnown(row)).toBe(true);
  });

  test('shows all that the metric filters count', () => {
    const shown = metrics.map(metricOf).map(({ namespace, name }) => `${namespace} ${name}`);
    expect(filtered.length).toBeGreaterThan(3);
    expect(filtered.filter((one) => !shown.includes(one))).toEqual([]);
  });

  test('shows each of the alarms, and none that there is not', () => {
    const made = propertiesOf<{ AlarmName: { 'Fn::Sub': string } }>('AWS::CloudWatch::Alarm').map(({ AlarmName }) =>
      AlarmName['Fn::Sub'].replace('AWS::StackName', 'Name'),
    );
    const shown = widgets.flatMap(({ properties }) => properties.alarms ?? []);
    const arns = made.map((name) => `arn:\${Partition}:cloudwatch:\${Region}:\${Account}:alarm:${name}`);
    expect(shown.toSorted()).toEqual(arns.toSorted());
  });

  test('asks the operator’s log what the page asks it, of every plan', () => {
    const asked = widgets.flatMap(({ properties: { query } }) => query ?? []);
    const source = "SOURCE '/meshlift/${Name}' | ";
    expect(asked.every((query) => query.startsWith(source))).toBe(true);
    const onPage = QUERIES.map((query) => query.replace(' and plan = "shop"', ''));
    expect(asked.map((query) => query.slice(source.length)).toSorted()).toEqual(onPage.toSorted());
  });

  test('is filled in with the same places by module and template, and reads the log group that both make', async () => {
    const module = await read('deploy/terraform/dashboard.tf');
    const inModule = [...module.matchAll(/^ {4}(\w+) += /gm)].map(([, name = '']) => name);
    const [made] = propertiesOf<{ DashboardBody: { 'Fn::Sub': [string, object] } }>('AWS::CloudWatch::Dashboard');
    const used = [...new Set([...body.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name))];
    expect(inModule.toSorted()).toEqual(used.toSorted());
    expect(Object.keys(made?.DashboardBody['Fn::Sub'][1] ?? {}).toSorted()).toEqual(used.toSorted());
    expect(JSON.parse(made?.DashboardBody['Fn::Sub'][0] ?? '')).toEqual(JSON.parse(body));
    expect(await read('deploy/terraform/service.tf')).toContain('= "/meshlift/${var.name}"');
    const [group] = propertiesOf<{ LogGroupName: unknown }>('AWS::Logs::LogGroup');
    expect(group?.LogGroupName).toEqual({ 'Fn::Sub': '/meshlift/${AWS::StackName}' });
  });

  test('has no widget on another', () => {
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});

test.each([
  [['Meshlift/${Name}', 'Restarted']],
  [['Meshlift', 'Started']],
  [['Meshlift', 'reconciles_total', 'table', 'a']],
  [['Meshlift', 'reconcile_total', 'operator', 'a']],
  [['AWS/ECS', 'CPUUsage', 'ClusterName', 'a', 'ServiceName', 'b']],
  [['AWS/ECS', 'CPUUtilization', 'ServiceName', 'b']],
])('a metric that does not exist is found: %s', (row) => {
  expect(isKnown(row)).toBe(false);
});
