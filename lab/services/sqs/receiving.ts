import type {
  ChangeMessageVisibilityRequest,
  DeleteMessageRequest,
  Message,
  ReceiveMessageRequest,
  ReceiveMessageResult,
} from '@aws-sdk/client-sqs';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import { notPlayed } from '../notPlayed.ts';
import { invalidHandle, outOfRange } from './errors.ts';
import type { Queue, StoredMessage } from './queue.ts';

const COUNT_MAX = 10;
const WAIT_SECONDS_MAX = 20;
const TIMEOUT_SECONDS_MAX = 43_200;
const HANDLE = /^AQEB[0-9a-f]{64}$/;

/** Answers as soon as there is a message, and else after the wait (row N53). */
export async function receive(
  queue: Queue,
  input: ReceiveMessageRequest,
  { clock, random }: { clock: Clock; random: Random },
): Promise<ReceiveMessageResult> {
  const { settings } = queue;
  const count = input.MaxNumberOfMessages ?? 1;
  const waitSeconds = input.WaitTimeSeconds ?? Number(settings.ReceiveMessageWaitTimeSeconds);
  const timeoutSeconds = input.VisibilityTimeout ?? Number(settings.VisibilityTimeout);
  if (count < 1 || count > COUNT_MAX) {
    throw outOfRange('MaxNumberOfMessages', count, 'Must be between 1 and 10, if provided.');
  }
  if (waitSeconds < 0 || waitSeconds > WAIT_SECONDS_MAX) {
    throw outOfRange('WaitTimeSeconds', waitSeconds, 'Must be >= 0 and <= 20, if provided.');
  }
  refuseTimeout(timeoutSeconds);
  if (input.ReceiveRequestAttemptId !== undefined) throw notPlayed('sqs', 'groups and deduplication of messages');
  const asked = new Set<string>([...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]);
  const untilMs = clock.now() + waitSeconds * 1000;
  for (;;) {
    const taken = queue.take(count, timeoutSeconds * 1000, () => `AQEB${random.hex(64)}`);
    if (taken.length > 0) return { Messages: taken.map((message) => view(message, asked)) };
    if (clock.now() >= untilMs) return {};
    await queue.change(untilMs);
  }
}

function view(message: StoredMessage, asked: ReadonlySet<string>): Message {
  const attributes = Object.entries({
    SenderId: message.sentBy,
    SentTimestamp: String(message.sentAtMs),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
  }).filter(([name]) => asked.has('All') || asked.has(name));
  return {
    MessageId: message.id,
    ReceiptHandle: message.handle,
    MD5OfBody: message.md5,
    Body: message.body,
    ...(attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) }),
  };
}

/** With the handle of an earlier receive, and once more, it succeeds and deletes nothing (row N54). */
export function deleteMessage(queue: Queue, { ReceiptHandle = '' }: DeleteMessageRequest): void {
  if (!HANDLE.test(ReceiptHandle)) throw invalidHandle(ReceiptHandle);
  const message = queue.find(ReceiptHandle);
  if (message !== undefined) queue.delete(message);
}

/** From now on, whatever was left. 0 gives the message back at once (row N54). */
export function changeVisibility(queue: Queue, input: ChangeMessageVisibilityRequest, clock: Clock): void {
  const { ReceiptHandle = '', VisibilityTimeout = 0 } = input;
  if (!HANDLE.test(ReceiptHandle)) throw invalidHandle(ReceiptHandle);
  refuseTimeout(VisibilityTimeout);
  const message = queue.find(ReceiptHandle);
  if (message === undefined || !queue.isInFlight(message)) {
    throw new AwsError(
      'MessageNotInflight',
      `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  }
  message.visibleAtMs = clock.now() + VisibilityTimeout * 1000;
  queue.changed();
}

function refuseTimeout(seconds: number): void {
  if (seconds >= 0 && seconds <= TIMEOUT_SECONDS_MAX) return;
  throw outOfRange('VisibilityTimeout', seconds, 'Must be between 0 and 43200, if provided.');
}
