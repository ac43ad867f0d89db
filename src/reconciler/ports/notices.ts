import type { Message } from '../../notify/message.ts';

/** One message that waits to be told to one channel. */
export interface Notice {
  /** Its name on the record. */
  key: string;
  /** Of the message, the same for each of its channels: uid, attempt, the record's version that it came with, its place there. */
  id: string;
  /** Place of the channel in `spec.notify`, from 0. */
  channel: number;
  message: Message;
}

/** What a write changes of what is still to be told. */
export interface NewNotices {
  add: readonly Pick<Notice, 'channel' | 'message'>[];
  /** Keys of those that are given up. */
  drop: readonly string[];
}
