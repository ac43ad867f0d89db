import { type MessageAttributeValue } from '@aws-sdk/client-sns';
import { jsonForm, textLines } from '../../notify/forms.ts';
import type { NamedMessage } from '../../notify/message.ts';
import type { NotifyChannel } from '../../plan/notify.ts';
import type { AwsClients } from '../clients.ts';
import { translated } from '../errors.ts';

/** A subject is at most 100 printable ASCII characters, and begins with none that is blank (row N42). */
const SUBJECT_LENGTH_MAX = 99;

/**
 * Publishes a message: a subject and lines for people, and for programs the JSON as an attribute beside those that a filter
 * policy would ask for. On a FIFO topic a repetition within five minutes is not delivered again (row N42).
 */
export async function publishToTopic(
  clients: Pick<AwsClients, 'sns'>,
  { topicArn }: Extract<NotifyChannel, { kind: 'sns' }>,
  message: NamedMessage,
  abortSignal: AbortSignal,
): Promise<void> {
  const { PublishCommand } = await import('@aws-sdk/client-sns');
  const client = await clients.sns();
  const isFifo = topicArn.endsWith('.fifo');
  await translated(() =>
    client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subjectOf(message.title),
        Message: textLines(message).join('\n'),
        MessageAttributes: {
          id: text(message.id),
          plan: text(message.plan),
          about: text(message.kind),
          from: text(message.from),
          to: text(message.to),
          json: text(JSON.stringify(jsonForm(message))),
        },
        ...(isFifo ? { MessageGroupId: message.plan, MessageDeduplicationId: message.id } : {}),
      }),
      { abortSignal },
    ),
  );
}

const text = (value: string): MessageAttributeValue => ({ DataType: 'String', StringValue: value });

const subjectOf = (title: string): string => title.replaceAll(/[^ -~]/g, '?').slice(0, SUBJECT_LENGTH_MAX);
