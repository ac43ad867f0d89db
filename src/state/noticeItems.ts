import type { Message } from '../notify/message.ts';
import { isRecord } from '../plan/json.ts';
import type { Notice } from '../reconciler/ports.ts';
import type { Item } from './table.ts';

/**
 * What is still to be told stands on the status item, each message for each channel as an attribute of its own: so it lands in one
 * conditional write with the transition that it tells, and is taken away without touching the status.
 */
const PREFIX = 'notice-';

/** Sorts by the write that it came with, then by its place in it. */
const attributeOf = (version: number, index: number, channel: number): string =>
  `${PREFIX}${String(version).padStart(10, '0')}-${String(index).padStart(3, '0')}-${String(channel).padStart(2, '0')}`;

/** The attributes of new notices; their names, and those of their messages, follow from the write that they come with. */
export function noticeAttributes(
  version: number,
  notices: readonly Pick<Notice, 'channel' | 'message'>[],
): Record<string, Omit<Notice, 'key'>> {
  const messages = [...new Set(notices.map(({ message }) => message))];
  return Object.fromEntries(
    notices.map(({ channel, message }) => {
      const index = messages.indexOf(message);
      const id = `${message.uid}.${message.attempt}.${version}.${index}`;
      return [attributeOf(version, index, channel), { id, channel, message }];
    }),
  );
}

/** Those on a status item, oldest first. */
export const noticesOf = (item: Item): Notice[] =>
  Object.entries(item)
    .flatMap(([key, value]) => (key.startsWith(PREFIX) ? noticeOf(key, value) : []))
    .toSorted((left, right) => (left.key < right.key ? -1 : 1));

/** Only the store writes them: a look at the frame is enough. */
function noticeOf(key: string, value: unknown): Notice[] {
  if (!isRecord(value)) return [];
  const { id, channel, message } = value;
  return typeof id === 'string' && typeof channel === 'number' && isRecord(message)
    ? [{ key, id, channel, message: message as unknown as Message }]
    : [];
}
