import { expect, test } from 'vitest';
import type { Message } from '../notify/message.ts';
import type { NotifyChannel, NotifyTopic } from '../plan/notify.ts';
import { failureDeeds, GIVE_UP_MS, noticeChange, NOTICES_MAX } from './notices.ts';
import type { Notice } from './ports.ts';

const message = (topics: NotifyTopic[], at = 0): Message => ({
  kind: 'transition',
  topics,
  at,
  plan: 'shop',
  uid: 'uid-1',
  attempt: 1,
  title: 'shop moves',
  from: 'provision',
  to: 'verify',
  greenWeight: null,
  because: null,
  next: 'meshlift explain shop',
});

const hook = (host: string, ...on: NotifyTopic[]): NotifyChannel => ({
  kind: 'webhook',
  url: `https://${host}/s3cret`,
  form: 'json',
  on,
});

const CHANNELS = [hook('all', 'transitions', 'settled'), hook('ends', 'settled')];

const waiting = (count: number, at = 0): Notice[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `notice-${index}`,
    id: `id-${index}`,
    channel: 0,
    message: message(['transitions'], at),
  }));

test('a message goes to each channel that listens, and to each once', () => {
  const [moves, ends] = [message(['transitions']), message(['transitions', 'settled'])];
  const { notices, left, deeds } = noticeChange([], CHANNELS, [moves, ends], 0);
  expect(notices).toEqual({
    add: [
      { channel: 0, message: moves },
      { channel: 0, message: ends },
      { channel: 1, message: ends },
    ],
    drop: [],
  });
  expect(left).toBe(3);
  expect(deeds).toEqual([]);
});

test('what has waited for an hour is given up, with a word that has no secret', () => {
  const late = waiting(2, 0);
  expect(noticeChange(late, CHANNELS, [], GIVE_UP_MS)).toMatchObject({ left: 2, deeds: [] });
  const { notices, left, deeds } = noticeChange(late, CHANNELS, [], GIVE_UP_MS + 1);
  expect(notices.drop).toEqual(['notice-0', 'notice-1']);
  expect(left).toBe(0);
  expect(deeds).toEqual([
    {
      type: 'Warning',
      reason: 'NotifyFailed',
      message: 'webhook https://all/…: 2 messages given up (tried for 1h, or 100 waited)',
    },
  ]);
});

test('no more wait than there is room for, and the newest are those', () => {
  const news = message(['transitions']);
  const { notices, left, deeds } = noticeChange(waiting(NOTICES_MAX), CHANNELS, [news], 1);
  expect(notices).toEqual({ add: [{ channel: 0, message: news }], drop: ['notice-0'] });
  expect(left).toBe(NOTICES_MAX);
  expect(deeds).toHaveLength(1);
  const flood = Array.from({ length: NOTICES_MAX + 5 }, () => message(['transitions']));
  const flooded = noticeChange(waiting(3), CHANNELS, flood, 1);
  expect(flooded.notices.add).toHaveLength(NOTICES_MAX);
  expect(flooded.left).toBe(NOTICES_MAX);
  expect(flooded.deeds[0]?.message).toContain('8 messages given up');
});

test('what waits for a channel that the plan has no more is given up without a word', () => {
  const { notices, deeds } = noticeChange(waiting(1, 0), [], [], GIVE_UP_MS + 1);
  expect(notices.drop).toEqual(['notice-0']);
  expect(deeds).toEqual([]);
});

test('a channel that fails is told once, and once more when it fails after it took a message', () => {
  const told = new Map<string, string>();
  const failing = new Map([[0, 'it answered 503']]);
  expect(failureDeeds(told, CHANNELS, failing)).toHaveLength(1);
  expect(failureDeeds(told, CHANNELS, new Map([[0, 'it answered 500']]))).toEqual([]);
  expect(failureDeeds(told, CHANNELS, new Map())).toEqual([]);
  expect(failureDeeds(told, CHANNELS, failing)).toHaveLength(1);
});
