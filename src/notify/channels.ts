import type { AwsClients } from '../aws/clients.ts';
import { putOnBus } from '../aws/notify/bus.ts';
import { publishToTopic } from '../aws/notify/topic.ts';
import type { NotifyChannels } from '../reconciler/ports.ts';
import { postToWebhook } from './webhook.ts';

/** How long a channel may take with a message, its repetitions by the SDK included; real milliseconds. */
const SEND_MS_MAX = 5_000;

/** Every kind of channel that a plan can name. */
export const createChannels = (clients: Pick<AwsClients, 'sns' | 'eventBridge'>): NotifyChannels => ({
  longestMs: SEND_MS_MAX,
  async send(channel, message) {
    switch (channel.kind) {
      case 'webhook':
        return postToWebhook(channel, message, SEND_MS_MAX);
      case 'sns':
        return publishToTopic(clients, channel, message, AbortSignal.timeout(SEND_MS_MAX));
      case 'eventBridge':
        return putOnBus(clients, channel, message, AbortSignal.timeout(SEND_MS_MAX));
    }
  },
});
