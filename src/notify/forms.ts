import type { NamedMessage } from './message.ts';

/** The version of the JSON below; fields are added to it, and none changes its meaning. */
const FORM = 'meshlift.dev/v1';

/** A message for programs. `kind` is `Notification`, what kind of notification stands in `about`. */
export function jsonForm(message: NamedMessage): Record<string, unknown> {
  const { id, kind, at, plan, uid, attempt, title, from, to, greenWeight, because, next, topics } = message;
  return {
    apiVersion: FORM,
    kind: 'Notification',
    id,
    about: kind,
    topics,
    at: new Date(at).toISOString(),
    plan,
    uid,
    attempt,
    title,
    from,
    to,
    greenWeight,
    because,
    next,
  };
}

/** A message for people, a line each: what happened, where it stands, why, what to do. */
export function textLines({ title, from, to, greenWeight, because, next }: NamedMessage): string[] {
  const green = greenWeight === null ? 'green’s weight was not read' : `green has ${greenWeight} %`;
  return [
    title,
    `${from === to ? to : `${from} → ${to}`}; ${green}`,
    ...(because === null ? [] : [`because ${because}`]),
    `next: ${next}`,
  ];
}

/**
 * What an incoming webhook of Slack takes: `text` for the notification, `blocks` for the channel. The three characters that Slack gives a
 * meaning are escaped, so that nothing in a reason addresses a channel or makes a link.
 * (https://docs.slack.dev/messaging/formatting-message-text, https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks)
 */
export function slackForm(message: NamedMessage): Record<string, unknown> {
  const [title = '', ...rest] = textLines(message).map(escaped);
  return {
    text: title,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*${title}*` } },
      { type: 'section', text: { type: 'mrkdwn', text: rest.join('\n') } },
    ],
  };
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
