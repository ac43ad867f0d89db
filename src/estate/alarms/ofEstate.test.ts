import { expect, test } from 'vitest';
import { withAlarms } from '../../../test/fixtures/alarms.ts';
import { estateOf, exportOf } from '../../../test/fixtures/estates.ts';
import type { EstateExport } from '../export.ts';
import { alarmsOfEstate, metricName } from './ofEstate.ts';

type Told = NonNullable<EstateExport['cloudWatch']>;

const SHOP = '01-simple-three-tier';
const exported = withAlarms(exportOf(SHOP));
const [balancer] = exported.elbv2.loadBalancers;
const [group] = exported.elbv2.targetGroups;

const alarm = (Namespace: string, dimensions: Record<string, string>): Told['metricAlarms'][number] => ({
  AlarmName: 'one',
  Namespace,
  MetricName: 'x',
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
});

const math = (Expression: string): Told['metricAlarms'][number] => ({
  AlarmName: 'one',
  Metrics: [{ Id: 'q', Expression, ReturnData: true }],
});

const isKept = (one: Told['metricAlarms'][number]): boolean =>
  alarmsOfEstate(exported, { metricAlarms: [one], compositeAlarms: [] }).metricAlarms.length === 1;

test.each([
  ['a cluster', alarm('AWS/ECS', { ClusterName: 'shop' })],
  ['a service', alarm('AWS/ECS', { ClusterName: 'shop', ServiceName: 'frontend' })],
  ['a service of any cluster', alarm('AWS/ECS', { ServiceName: 'frontend' })],
  ['a family', alarm('ECS/ContainerInsights', { ClusterName: 'shop', TaskDefinitionFamily: 'frontend' })],
  ['a load balancer', alarm('AWS/ApplicationELB', { LoadBalancer: metricName(balancer?.LoadBalancerArn ?? '') })],
  ['a target group', alarm('AWS/ApplicationELB', { TargetGroup: metricName(group?.TargetGroupArn ?? '') })],
  ['a search', math(`SEARCH('{AWS/ECS,ClusterName,ServiceName} ServiceName="frontend"', 'Average')`)],
  [
    'a query',
    math(`SELECT MAX(CPUUtilization) FROM "AWS/ECS" WHERE ClusterName = 'shop' AND ServiceName = 'frontend'`),
  ],
])('an alarm that names %s of the estate is kept', (_, one) => {
  expect(isKept(one)).toBe(true);
});

test.each([
  ['another cluster', alarm('AWS/ECS', { ClusterName: 'other' })],
  [
    'a service of the same name in another cluster',
    alarm('AWS/ECS', { ClusterName: 'other', ServiceName: 'frontend' }),
  ],
  ['another service of the cluster', alarm('AWS/ECS', { ClusterName: 'shop', ServiceName: 'jobs' })],
  ['another family', alarm('ECS/ContainerInsights', { ClusterName: 'shop', TaskDefinitionFamily: 'jobs' })],
  ['another load balancer', alarm('AWS/ApplicationELB', { LoadBalancer: 'app/other/1' })],
  ['a metric of the application', alarm('Shop', { ClusterName: 'shop', ServiceName: 'frontend' })],
  ['a database', alarm('AWS/RDS', { DBInstanceIdentifier: 'shop' })],
  ['another service in a search', math(`SEARCH('{AWS/ECS,ClusterName,ServiceName} ServiceName="jobs"', 'Average')`)],
  ['nothing', math('TIME_SERIES(1)')],
])('an alarm that names %s is let go', (_, one) => {
  expect(isKept(one)).toBe(false);
});

test('composites are kept that look at a kept alarm by name, by ARN or through another composite, in whatever order', () => {
  const rules = {
    page: 'ALARM("all")',
    all: 'ALARM(arn:aws:cloudwatch:eu-west-1:111122223333:alarm:any) OR ALARM(elsewhere)',
    any: 'NOT OK("entry-cpu")',
    other: 'ALARM(elsewhere)',
    entry: 'ALARM("entry-cpu-2")',
    round: 'ALARM(round)',
  };
  const compositeAlarms = Object.entries(rules).map(([AlarmName, AlarmRule]) => ({ AlarmName, AlarmRule }));
  const kept = alarmsOfEstate(exported, { metricAlarms: exported.cloudWatch.metricAlarms, compositeAlarms });
  expect(kept.metricAlarms).toEqual(exported.cloudWatch.metricAlarms);
  expect(kept.compositeAlarms.map((one) => one.AlarmName)).toEqual(['page', 'all', 'any']);
});

test('an estate has none where none is told, and none at all where the list is empty', () => {
  expect(estateOf(SHOP).alarms).toBeUndefined();
  expect(estateOf(SHOP, { ...exportOf(SHOP), cloudWatch: { metricAlarms: [], compositeAlarms: [] } }).alarms).toEqual(
    [],
  );
});
