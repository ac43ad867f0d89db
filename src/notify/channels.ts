import type { NotifyChannels } from '../reconciler/ports.ts';
import { postToWebhook, WEBHOOK_TIMEOUT_MS } from './webhook.ts';

/** Every kind of channel that a plan can name. */
export const createChannels = (): NotifyChannels => ({
  longestMs: WEBHOOK_TIMEOUT_MS,
  async send(channel, message) {
    switch (channel.kind) {
      case 'webhook':
        await postToWebhook(channel, message);
    }
  },
});
