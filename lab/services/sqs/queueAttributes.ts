import { AwsError } from '../../errors.ts';
import { notPlayed } from '../notPlayed.ts';

/** What a queue is set to; row N51 has the bounds. */
export interface QueueSettings {
  DelaySeconds: string;
  MaximumMessageSize: string;
  MessageRetentionPeriod: string;
  ReceiveMessageWaitTimeSeconds: string;
  SqsManagedSseEnabled: string;
  VisibilityTimeout: string;
}

export const DEFAULT_SETTINGS: QueueSettings = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
  VisibilityTimeout: '30',
};

const BOUNDS: Readonly<Record<Exclude<keyof QueueSettings, 'SqsManagedSseEnabled'>, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
};

const NOT_KEPT: ReadonlyMap<
  string,
  'FIFO queues' | 'dead-letter queues' | 'policies of queues' | 'queues with a KMS key'
> = new Map([
  ['FifoQueue', 'FIFO queues'],
  ['ContentBasedDeduplication', 'FIFO queues'],
  ['DeduplicationScope', 'FIFO queues'],
  ['FifoThroughputLimit', 'FIFO queues'],
  ['RedrivePolicy', 'dead-letter queues'],
  ['RedriveAllowPolicy', 'dead-letter queues'],
  ['Policy', 'policies of queues'],
  ['KmsMasterKeyId', 'queues with a KMS key'],
  ['KmsDataKeyReusePeriodSeconds', 'queues with a KMS key'],
]);

const isSetting = (name: string): name is keyof QueueSettings => Object.hasOwn(DEFAULT_SETTINGS, name);

/** The attributes that may be set, as they were given. Throws where one is none, or its value is not taken. */
export function settingsIn(attributes: Readonly<Record<string, string>>): Partial<QueueSettings> {
  for (const [name, value] of Object.entries(attributes)) {
    const feature = NOT_KEPT.get(name);
    if (feature !== undefined) throw notPlayed('sqs', feature, name);
    if (!isSetting(name)) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    if (!takes(name, value)) {
      throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
    }
  }
  return attributes;
}

function takes(name: keyof QueueSettings, value: string): boolean {
  if (name === 'SqsManagedSseEnabled') return value === 'true' || value === 'false';
  const [least, most] = BOUNDS[name];
  return /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most;
}
