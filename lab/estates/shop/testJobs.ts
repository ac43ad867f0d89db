import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { JOBS, RESULTS } from './worker.ts';

/** What the worker writes down of a message that it has worked. */
export interface Work {
  /** The message's body. */
  message: string;
  /** The ECS service and the task's id: `worker/0123`. */
  servedBy: string;
  /** What the stock API answered; 0 where nothing did. */
  stock: number;
  receives: number;
  /** Real time. */
  beginMs: number;
  endMs: number;
}

/** Sends messages to the worker, and reads what it wrote down of them. */
export class Jobs {
  readonly sent: string[] = [];
  readonly done: Work[] = [];
  readonly #sqs: SQSClient;
  readonly #jobsUrl: string;
  readonly #resultsUrl: string;
  #sending: NodeJS.Timeout | undefined;
  #underWay: Promise<unknown> = Promise.resolve();

  static async of(sqs: SQSClient): Promise<Jobs> {
    const urlOf = async (QueueName: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';
    return new Jobs(sqs, await urlOf(JOBS), await urlOf(RESULTS));
  }

  private constructor(sqs: SQSClient, jobsUrl: string, resultsUrl: string) {
    this.#sqs = sqs;
    this.#jobsUrl = jobsUrl;
    this.#resultsUrl = resultsUrl;
  }

  async send(count = 1): Promise<void> {
    for (let more = count; more > 0; more -= 1) {
      const MessageBody = `job ${this.sent.length}`;
      this.sent.push(MessageBody);
      await this.#sqs.send(new SendMessageCommand({ QueueUrl: this.#jobsUrl, MessageBody }));
    }
  }

  /** Sends one message after the other until they are stopped, real time between them. */
  keepSending(everyMs: number): void {
    this.#sending = setInterval(() => {
      this.#underWay = this.#underWay.then(() => this.send());
    }, everyMs);
  }

  async stopSending(): Promise<void> {
    clearInterval(this.#sending);
    await this.#underWay;
  }

  /** All that was written down since the worker was made. */
  async read(): Promise<readonly Work[]> {
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({ QueueUrl: this.#resultsUrl, MaxNumberOfMessages: 10 }),
      );
      for (const { Body = '', ReceiptHandle } of Messages) {
        this.done.push(JSON.parse(Body) as Work);
        await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#resultsUrl, ReceiptHandle }));
      }
      if (Messages.length === 0) return this.done;
    }
  }
}
