import type { Message } from '../notify/message.ts';
import { formatDuration } from '../plan/duration.ts';
import { shownChannel, type NotifyChannel } from '../plan/notify.ts';
import type { NewNotices, Notice } from './ports.ts';
import type { Deed } from './telling.ts';

/** For how long a channel is tried with a message. */
export const GIVE_UP_MS = 60 * 60_000;
/** So many messages may wait on the record of a plan; the oldest make room. */
export const NOTICES_MAX = 100;
/** A plan that is to be deleted waits so long for its last messages to be told. */
export const LAST_WORD_MS = 60_000;

/**
 * What of the outbox changes with a write: each message for each channel that listens, less what has waited too long or has no room. What is
 * given up is told as a warning, a line a channel.
 */
export function noticeChange(
  waiting: readonly Notice[],
  channels: readonly NotifyChannel[],
  messages: readonly Message[],
  now: number,
): { notices: NewNotices; left: number; deeds: Deed[] } {
  const add = messages.flatMap((message) =>
    channels.flatMap(({ on }, channel) =>
      on.some((topic) => message.topics.includes(topic)) ? [{ channel, message }] : [],
    ),
  );
  const late = waiting.filter(({ message }) => now - message.at > GIVE_UP_MS);
  const inTime = waiting.filter((notice) => !late.includes(notice));
  const added = add.slice(0, NOTICES_MAX);
  const tooMany = inTime.slice(0, Math.max(0, inTime.length + added.length - NOTICES_MAX));
  const dropped = [...late, ...tooMany];
  const given = [...dropped, ...add.slice(NOTICES_MAX)];
  return {
    notices: { add: added, drop: dropped.map(({ key }) => key) },
    left: inTime.length - tooMany.length + added.length,
    deeds: channels.flatMap((channel, index) => {
      const count = given.filter((notice) => notice.channel === index).length;
      if (count === 0) return [];
      const why = `tried for ${formatDuration(GIVE_UP_MS)}, or ${NOTICES_MAX} waited`;
      return [warning(`${shownChannel(channel)}: ${count} ${count === 1 ? 'message' : 'messages'} given up (${why})`)];
    }),
  };
}

/** A channel that fails is told when it begins to fail, and no more until it has taken a message. */
export function failureDeeds(
  told: Map<string, string>,
  channels: readonly NotifyChannel[],
  failures: ReadonlyMap<number, string>,
): Deed[] {
  return channels.flatMap((channel, index) => {
    const name = `notify/${index}`;
    const why = failures.get(index);
    const wasTold = told.has(name);
    if (why === undefined) told.delete(name);
    else told.set(name, why);
    if (why === undefined || wasTold) return [];
    return [
      warning(
        `${shownChannel(channel)} took no message: ${why}; each is tried again for ${formatDuration(GIVE_UP_MS)}, and the plan goes on meanwhile`,
      ),
    ];
  });
}

const warning = (message: string): Deed => ({ type: 'Warning', reason: 'NotifyFailed', message });
