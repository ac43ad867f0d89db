/**
 * The sample application's worker. It takes one message at a time from a queue, asks the stock API while it works it, writes down what it
 * did in another queue, and only then deletes the message. Nobody calls it. It knows of no mesh, and nothing of a second worker.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { call, closeCalls } from '../shop/calls.ts';
import { ownTask } from '../shop/task.ts';

/** Of a long poll. A worker that is told to stop waits for its end, so it is shorter than any stop timeout. */
const WAIT_SECONDS = 5;

const queueUrl = needed('QUEUE_URL');
const resultsUrl = needed('RESULTS_URL');
const stockUrl = process.env['STOCK_URL'] ?? 'http://stock.shop.local:8080';
/** How long a message is worked. */
const workMs = Number(process.env['WORK_MS'] ?? 100);
const task = await ownTask();
const sqs = new SQSClient({
  endpoint: new URL(queueUrl).origin,
  region: needed('AWS_REGION'),
});

const stop = new AbortController();
process.on('SIGTERM', () => {
  console.log('worker: SIGTERM, finishing what is in hand');
  stop.abort();
});

console.log(`worker: works ${queueUrl} as ${task.name}`);
while (!stop.signal.aborted) {
  // A poll that is under way is not cut: a message that it brings would be out of everybody's sight until its timeout.
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 1,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  );
  for (const message of Messages) await work(message);
}
closeCalls();
sqs.destroy();

async function work({ MessageId, Body, ReceiptHandle, Attributes }: Message): Promise<void> {
  const beginMs = Date.now();
  const stock = await call(`${stockUrl}/stock/1`).then(
    ({ status }) => status,
    () => 0,
  );
  await sleep(workMs);
  const done = {
    message: Body,
    messageId: MessageId,
    servedBy: task.name,
    stock,
    receives: Number(Attributes?.ApproximateReceiveCount),
    beginMs,
    endMs: Date.now(),
  };
  await sqs.send(new SendMessageCommand({ QueueUrl: resultsUrl, MessageBody: JSON.stringify(done) }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
}

function needed(variable: string): string {
  const value = process.env[variable];
  if (value !== undefined && value !== '') return value;
  console.error(`worker: no ${variable}. Give it in the environment of the container.`);
  process.exit(64);
}
