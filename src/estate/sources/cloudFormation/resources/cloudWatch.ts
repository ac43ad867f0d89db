import type { Draft } from '../../draft.ts';
import { COMPOSITE_ALARM, METRIC_ALARM } from '../../shapes/cloudWatch.ts';
import type { Shape } from '../../shapes/shape.ts';
import { attributeOf } from '../identities.ts';
import { asTheSdk } from '../spelling.ts';
import type { Resource } from '../resource.ts';
import { added, type Reader } from './reader.ts';

type Alarms = NonNullable<Draft['cloudWatch']>;

/** Properties that say when an alarm is judged, and not what it watches. */
const BESIDE = ['EvaluationCriteria', 'EvaluationInterval', 'EvaluationWindow', 'WarmUpConfiguration'];

const alarm =
  (list: keyof Alarms, shape: { readonly [member: string]: Shape }): Reader =>
  (resource: Resource, draft: Draft) => {
    // An export has a list of alarms only where something tells of one.
    draft.cloudWatch ??= { metricAlarms: [], compositeAlarms: [] };
    return added<object>(draft.cloudWatch[list], {
      AlarmName: resource.told(resource.named('AlarmName'), 'AlarmName'),
      AlarmArn: resource.told(attributeOf(resource, 'Arn'), 'AlarmName'),
      ...resource.fitAll(shape, asTheSdk({}, 'AlarmName', 'Tags', ...BESIDE)),
    });
  };

export const CLOUD_WATCH: Readonly<Record<string, Reader>> = {
  'AWS::CloudWatch::Alarm': alarm('metricAlarms', METRIC_ALARM),
  'AWS::CloudWatch::CompositeAlarm': alarm('compositeAlarms', COMPOSITE_ALARM),
};
