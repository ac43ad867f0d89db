import type {
  BatchResultErrorEntry,
  SendMessageBatchRequest,
  SendMessageBatchRequestEntry,
  SendMessageBatchResult,
  SendMessageBatchResultEntry,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import { notPlayed } from '../notPlayed.ts';
import { invalidValue, missingParameter, outOfRange } from './errors.ts';
import { md5 } from './md5.ts';
import type { Queue } from './queue.ts';

const DELAY_SECONDS_MAX = 900;
const BATCH_MAX = 10;
const BATCH_BYTES_MAX = 1_048_576;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;
/** Row N52: what no message may have in it. */
const NOT_OF_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

type Sent = Omit<SendMessageBatchRequestEntry, 'Id' | 'MessageBody'> & Pick<SendMessageRequest, 'MessageBody'>;

export interface Sender {
  clock: Clock;
  random: Random;
  /** The access key of the request. */
  by: string;
}

export function send(queue: Queue, input: SendMessageRequest, sender: Sender): SendMessageResult {
  refuse(queue, input);
  return put(queue, input, sender);
}

/** Each entry by itself, once the batch as a whole is one (row N54). */
export function sendBatch(
  queue: Queue,
  { Entries = [] }: SendMessageBatchRequest,
  sender: Sender,
): SendMessageBatchResult {
  refuseBatch(Entries);
  const Successful: SendMessageBatchResultEntry[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of Entries) {
    const error = refusalOf(queue, entry);
    if (error === undefined)
      Successful.push({ ...put(queue, entry, sender), Id: entry.Id } as SendMessageBatchResultEntry);
    else Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
  }
  return { Successful, ...(Failed.length === 0 ? {} : { Failed }) } as SendMessageBatchResult;
}

function put(queue: Queue, { MessageBody = '', DelaySeconds }: Sent, sender: Sender): SendMessageResult {
  const sentAtMs = sender.clock.now();
  const id = [8, 4, 4, 4, 12].map((length) => sender.random.hex(length)).join('-');
  const delaySeconds = DelaySeconds ?? Number(queue.settings.DelaySeconds);
  const digest = md5(MessageBody);
  queue.add({
    id,
    body: MessageBody,
    md5: digest,
    sentAtMs,
    sentBy: sender.by,
    visibleAtMs: sentAtMs + delaySeconds * 1000,
    firstReceivedAtMs: undefined,
    receives: 0,
    handle: undefined,
  });
  return { MessageId: id, MD5OfMessageBody: digest };
}

function refusalOf(queue: Queue, entry: Sent): AwsError | undefined {
  try {
    refuse(queue, entry);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

/** Throws where a queue does not take the message (row N52). */
function refuse(queue: Queue, input: Sent): void {
  const { MessageBody = '', DelaySeconds } = input;
  if (Object.keys(input.MessageAttributes ?? {}).length > 0) throw notPlayed('sqs', 'attributes of messages');
  if (Object.keys(input.MessageSystemAttributes ?? {}).length > 0) throw notPlayed('sqs', 'attributes of messages');
  if (input.MessageGroupId !== undefined || input.MessageDeduplicationId !== undefined) {
    throw notPlayed('sqs', 'groups and deduplication of messages');
  }
  if (MessageBody === '') throw missingParameter('MessageBody');
  if (NOT_OF_XML.test(MessageBody)) {
    throw new AwsError('InvalidMessageContents', 'Invalid characters were found in the message body.');
  }
  const bytesMax = Number(queue.settings.MaximumMessageSize);
  if (bytesOf(MessageBody) > bytesMax) {
    throw invalidValue(`One or more parameters are invalid. Reason: Message must be shorter than ${bytesMax} bytes.`);
  }
  if (DelaySeconds !== undefined && (DelaySeconds < 0 || DelaySeconds > DELAY_SECONDS_MAX)) {
    throw outOfRange('DelaySeconds', DelaySeconds, 'DelaySeconds must be >= 0 and <= 900.');
  }
}

function refuseBatch(entries: readonly SendMessageBatchRequestEntry[]): void {
  const ids = entries.map(({ Id = '' }) => Id);
  if (ids.length === 0) {
    const text = 'There should be at least one SendMessageBatchRequestEntry in the request.';
    throw new AwsError('EmptyBatchRequest', text);
  }
  if (ids.length > BATCH_MAX) {
    const text = `Maximum number of entries per request are ${BATCH_MAX}. You have sent ${ids.length}.`;
    throw new AwsError('TooManyEntriesInBatchRequest', text);
  }
  if (ids.some((id) => !ENTRY_ID.test(id))) {
    throw new AwsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  const bytes = entries.reduce((sum, { MessageBody = '' }) => sum + bytesOf(MessageBody), 0);
  if (bytes > BATCH_BYTES_MAX) {
    const text = `Batch requests cannot be longer than ${BATCH_BYTES_MAX} bytes. You have sent ${bytes} bytes.`;
    throw new AwsError('BatchRequestTooLong', text);
  }
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
