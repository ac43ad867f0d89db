import { expect, test } from 'vitest';
import { withAlarms } from '../../../../test/fixtures/alarms.ts';
import { asTemplate } from '../../../../test/fixtures/asCloudFormation.ts';
import { exportOf, type FixtureName } from '../../../../test/fixtures/estates.ts';
import { objectsOf } from '../../identity.ts';
import { mergeReadings } from '../merge.ts';
import type { SourceReading } from '../reading.ts';
import { readCloudFormation } from './read.ts';
import { settled } from './settled.ts';

// The third estate has objects of another account, which no template of this one could make.
const OWN: FixtureName[] = ['01-simple-three-tier', '02-retries-tls-canary'];

const count = (exported: Parameters<typeof objectsOf>[0]): Record<string, number> =>
  Object.fromEntries(
    Object.entries(Object.groupBy(objectsOf(exported), (one) => one.kind)).map(([k, v]) => [k, v.length]),
  );

test.each(OWN)('%s: its template speaks of the same objects as its export, once settled', (name) => {
  const exported = withAlarms(exportOf(name));
  const file = { where: 'blue.json', text: JSON.stringify(asTemplate(exported)) };
  const reading = readCloudFormation([file], exported.caller);
  const live: SourceReading = { source: 'export', where: 'export.json', exported, unresolved: [] };
  const merged = mergeReadings([live, { ...reading, exported: settled(reading.exported, exported) }]);
  expect(count(merged)).toEqual(count(exported));
  expect(JSON.stringify(settled(reading.exported, exported))).not.toContain('${blue.');
});

test('a service that nobody named is found by its stack and logical id, another is left alone', () => {
  const text = `
Resources:
  Web: {Type: AWS::ECS::Service, Properties: {Cluster: shop}}
  Api: {Type: AWS::ECS::Service, Properties: {Cluster: shop}}
`;
  const known = exportOf('01-simple-three-tier');
  const [first] = known.ecs.services;
  if (first === undefined) throw new Error('the fixture lost its services');
  first.serviceName = 'front-Web-1A2B3C4D5E6F';
  const { exported } = readCloudFormation([{ where: 'front.yaml', text }], known.caller);
  const names = settled(exported, known).ecs.services.map((one) => [one.serviceName, one.serviceArn]);
  expect(names).toEqual([
    ['front-Web-1A2B3C4D5E6F', 'arn:aws:ecs:eu-west-1:111122223333:service/shop/front-Web-1A2B3C4D5E6F'],
    ['${front.Api}', 'arn:aws:ecs:eu-west-1:111122223333:service/shop/${front.Api}'],
  ]);
});

test('an alarm that nobody named is found so too, wherever a rule names it', () => {
  const text = `
Resources:
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/ECS, MetricName: CPUUtilization, EvaluationPeriods: 1, ComparisonOperator: GreaterThanThreshold}
  Any: {Type: AWS::CloudWatch::CompositeAlarm, Properties: {AlarmName: any, AlarmRule: !Sub 'ALARM(\${Errors})'}}
`;
  const known = withAlarms(exportOf('01-simple-three-tier'));
  const [first] = known.cloudWatch.metricAlarms;
  if (first === undefined) throw new Error('the fixture lost its alarms');
  first.AlarmName = 'front-Errors-1A2B3C4D5E6F';
  const { exported, unresolved } = readCloudFormation([{ where: 'front.yaml', text }], known.caller);
  expect(unresolved).toEqual([]);
  const { metricAlarms, compositeAlarms } = settled(exported, known).cloudWatch ?? {};
  expect(metricAlarms).toMatchObject([
    {
      AlarmName: 'front-Errors-1A2B3C4D5E6F',
      AlarmArn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:front-Errors-1A2B3C4D5E6F',
    },
  ]);
  expect(compositeAlarms).toMatchObject([{ AlarmName: 'any', AlarmRule: 'ALARM(front-Errors-1A2B3C4D5E6F)' }]);
});
