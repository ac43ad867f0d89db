import type {
  ChangeMessageVisibilityRequest,
  DeleteMessageRequest,
  ReceiveMessageRequest,
  SendMessageBatchRequest,
  SendMessageRequest,
} from '@aws-sdk/client-sqs';
import type { Clock } from '../../clock.ts';
import type { Random } from '../../random.ts';
import { isolated } from '../isolated.ts';
import type { Account, Call, Operation, Service } from '../service.ts';
import { QueueStore } from './queueStore.ts';
import { changeVisibility, deleteMessage, receive } from './receiving.ts';
import { send, sendBatch } from './sending.ts';

interface OfQueue {
  QueueUrl?: string;
}

/** SQS, as far as a worker goes: standard queues, and messages of a body alone. */
export class SqsService implements Service {
  readonly id = 'sqs';
  readonly operations: Readonly<Record<string, Operation>>;

  /** `origin`: of the URLs that queues are told by, where the lab answers. */
  constructor(options: { account: Account; clock: Clock; random: Random; origin: () => string }) {
    const { clock, random } = options;
    const queues = new QueueStore(options);
    this.operations = {
      ...isolated({
        CreateQueue: (input: object) => queues.create(input as never),
        DeleteQueue: ({ QueueUrl = '' }: OfQueue) => queues.delete(QueueUrl),
        GetQueueAttributes: (input: object) => queues.attributes(input as never),
        GetQueueUrl: (input: object) => queues.url(input as never),
        ListQueues: (input: object) => queues.list(input),
        PurgeQueue: ({ QueueUrl = '' }: OfQueue) => queues.purge(QueueUrl),
        SetQueueAttributes: (input: object) => queues.setAttributes(input as never),
        SendMessage: (input: SendMessageRequest, { accessKeyId }: Call) =>
          send(queues.at(input.QueueUrl ?? ''), input, { clock, random, by: accessKeyId }),
        SendMessageBatch: (input: SendMessageBatchRequest, { accessKeyId }: Call) =>
          sendBatch(queues.at(input.QueueUrl ?? ''), input, { clock, random, by: accessKeyId }),
        DeleteMessage: (input: DeleteMessageRequest) => deleteMessage(queues.at(input.QueueUrl ?? ''), input),
        ChangeMessageVisibility: (input: ChangeMessageVisibilityRequest) =>
          changeVisibility(queues.at(input.QueueUrl ?? ''), input, clock),
      }),
      // It waits for messages, and what it answers is made for it alone.
      ReceiveMessage: (input: ReceiveMessageRequest) =>
        receive(queues.at(input.QueueUrl ?? ''), input, { clock, random }),
    };
  }
}
