/** What a channel can be told of. */
export const NOTIFY_TOPICS = ['transitions', 'warnings', 'rollback', 'approval', 'settled'] as const;

export type NotifyTopic = (typeof NOTIFY_TOPICS)[number];

export type WebhookForm = 'json' | 'slack';

/** Where a plan's messages go. */
export type NotifyChannel = {
  /** Not empty. */
  on: readonly NotifyTopic[];
} & (
  | {
      kind: 'webhook';
      /** May hold a secret in its path or query: shown to nobody beyond its host. */
      url: string;
      form: WebhookForm;
    }
  | { kind: 'sns'; topicArn: string }
  | {
      kind: 'eventBridge';
      /** Name or ARN. */
      bus: string;
    }
);

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const URL_LENGTH_MAX = 2048;

/** Why a webhook's address is refused, without a word of it; `undefined` where it is not. */
export function refusedUrl(text: string): string | undefined {
  if (text.length > URL_LENGTH_MAX) return `must be an address of at most ${URL_LENGTH_MAX} characters`;
  if (!URL.canParse(text)) return 'must be an address: https://<host>/…';
  const { protocol, username, password, hostname } = new URL(text);
  if (text.includes('…')) return 'is an address as screens show it, with its secret left out: write the whole one';
  if (username !== '' || password !== '') return 'must not hold a user or a password: no webhook is asked with one';
  if (protocol === 'https:') return undefined;
  if (protocol !== 'http:') return 'must begin with https://';
  return LOOPBACK.test(hostname)
    ? undefined
    : 'must begin with https://: http:// would send its secret in the clear, and is for 127.0.0.1 and localhost alone';
}

/** An address as it may be shown: its host, and a sign that there is more. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return '…';
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/…`;
}

/** A channel as events, logs and screens name it. */
export function shownChannel(channel: NotifyChannel): string {
  switch (channel.kind) {
    case 'webhook':
      return `webhook ${shownUrl(channel.url)}`;
    case 'sns':
      return `topic ${channel.topicArn}`;
    case 'eventBridge':
      return `event bus ${channel.bus}`;
  }
}
