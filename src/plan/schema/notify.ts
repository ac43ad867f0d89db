import { z } from 'zod';
import { NOTIFY_TOPICS, type NotifyChannel, refusedUrl } from '../notify.ts';
import { notYet, section, unique } from './building.ts';

const CHANNELS_MAX = 10;

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
  sns: notYet('an SNS topic; a webhook'),
  eventBridge: notYet('an EventBridge bus; a webhook'),
  on: unique(z.enum(NOTIFY_TOPICS), (topic) => topic, 'topic')
    .min(1, `must name at least one of ${NOTIFY_TOPICS.join(', ')}`)
    .default([...NOTIFY_TOPICS])
    .describe('What the channel is told of. Default everything.'),
}).transform(({ webhook: url, form, on }, context): NotifyChannel => {
  if (url !== undefined) return { kind: 'webhook', url, form: form ?? 'json', on };
  context.addIssue({ code: 'custom', message: 'must have a webhook' });
  return z.NEVER;
});

export const notify = z
  .array(channel)
  .max(CHANNELS_MAX, `must list at most ${CHANNELS_MAX} channels`)
  .default([])
  .describe('Who is told of what happens to the plan. Default nobody.');
