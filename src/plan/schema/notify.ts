import { z } from 'zod';
import { NOTIFY_TOPICS, type NotifyChannel, refusedUrl } from '../notify.ts';
import { notYet, section, unique } from './building.ts';

const CHANNELS_MAX = 10;
const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/;
const BUS = /^(arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/)?[.\-_A-Za-z0-9]+$/;
const BUS_LENGTH_MAX = 256;

// A refused address is not repeated: what is wrong with it is told where others read it too.
const webhook = z.string('must be an address: https://<host>/…').superRefine((text, context) => {
  const message = refusedUrl(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const channel = section({
  webhook: webhook.optional().describe('Address that every message is posted to. https, or http on loopback.'),
  form: z
    .enum(['json', 'slack'])
    .optional()
    .describe("A webhook's body: Meshlift's own fields, or what Slack's incoming webhooks take. Default json."),
  secretFrom: notYet('an address that is read from Secrets Manager'),
  sns: z
    .string()
    .regex(TOPIC_ARN, 'must be the ARN of an SNS topic: arn:aws:sns:<region>:<account>:<name>')
    .optional()
    .describe('ARN of an SNS topic in the Region of the operator. On a FIFO topic a repetition is not delivered.'),
  eventBridge: z
    .string()
    .regex(BUS, 'must be the name or the ARN of an event bus')
    .max(BUS_LENGTH_MAX, `must be the name or the ARN of an event bus, at most ${BUS_LENGTH_MAX} characters`)
    .optional()
    .describe(
      'Name or ARN of an EventBridge bus, e.g. default. It must exist: EventBridge does not say when it does not.',
    ),
  on: unique(z.enum(NOTIFY_TOPICS), (topic) => topic, 'topic')
    .min(1, `must name at least one of ${NOTIFY_TOPICS.join(', ')}`)
    .default([...NOTIFY_TOPICS])
    .describe('What the channel is told of. Default everything.'),
}).transform(({ webhook: url, form, sns, eventBridge, on }, context): NotifyChannel => {
  const named = [url, sns, eventBridge].filter((one) => one !== undefined).length;
  if (named === 1 && url !== undefined) return { kind: 'webhook', url, form: form ?? 'json', on };
  if (form !== undefined) context.addIssue({ code: 'custom', path: ['form'], message: 'belongs to a webhook' });
  else if (named === 1 && sns !== undefined) return { kind: 'sns', topicArn: sns, on };
  else if (named === 1 && eventBridge !== undefined) return { kind: 'eventBridge', bus: eventBridge, on };
  else context.addIssue({ code: 'custom', message: 'must have exactly one of webhook, sns and eventBridge' });
  return z.NEVER;
});

export const notify = z
  .array(channel)
  .max(CHANNELS_MAX, `must list at most ${CHANNELS_MAX} channels`)
  .default([])
  .describe('Who is told of what happens to the plan. Default nobody.');
