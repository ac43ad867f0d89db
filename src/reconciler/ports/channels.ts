import type { NamedMessage } from '../../notify/message.ts';
import type { NotifyChannel } from '../../plan/notify.ts';

/** What tells people. */
export interface NotifyChannels {
  /** Real. How long a send may take at most. */
  longestMs: number;
  /** Throws where the channel is not known to have taken the message; what it throws holds no secret. */
  send(channel: NotifyChannel, message: NamedMessage): Promise<void>;
}
