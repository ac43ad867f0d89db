import type {
  CreateQueueRequest,
  CreateQueueResult,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  GetQueueUrlRequest,
  ListQueuesRequest,
  ListQueuesResult,
  SetQueueAttributesRequest,
} from '@aws-sdk/client-sqs';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import { indexIn, markerAt } from '../marker.ts';
import { notPlayed } from '../notPlayed.ts';
import type { Account } from '../service.ts';
import { invalidValue, noSuchQueue, outOfRange } from './errors.ts';
import { Queue } from './queue.ts';
import { DEFAULT_SETTINGS, settingsIn } from './queueAttributes.ts';

/** Row N51. */
const NAME = /^[A-Za-z0-9_-]{1,80}$/;
/** Rows N51 and N55. */
const PAUSE_MS = 60_000;
const PAGE_MAX = 1000;

/** The queues of the account, and all that is asked of them as a whole. */
export class QueueStore {
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #origin: () => string;
  readonly #queues = new Map<string, Queue>();
  readonly #deletedAtMs = new Map<string, number>();

  /** `origin`: of the URLs that queues are told by, without a slash at the end. */
  constructor({ account, clock, origin }: { account: Account; clock: Clock; origin: () => string }) {
    this.#account = account;
    this.#clock = clock;
    this.#origin = origin;
  }

  /** The queue that a URL names by its account and name, whatever its host. Throws where there is none. */
  at(url: string): Queue {
    const [, account, name = ''] = /\/(\d{12})\/([^/]+)\/?$/.exec(url) ?? [];
    const queue = account === this.#account.id ? this.#queues.get(name) : undefined;
    if (queue === undefined) throw noSuchQueue();
    return queue;
  }

  create({ QueueName = '', Attributes = {}, tags }: CreateQueueRequest): CreateQueueResult {
    if (Object.keys(tags ?? {}).length > 0) throw notPlayed('sqs', 'tags of queues');
    if (QueueName.endsWith('.fifo')) throw notPlayed('sqs', 'FIFO queues');
    if (!NAME.test(QueueName)) {
      throw invalidValue('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
    }
    const settings = settingsIn(Attributes);
    const known = this.#queues.get(QueueName);
    if (known !== undefined) {
      const current: Readonly<Record<string, string>> = { ...known.settings };
      const different = Object.entries(settings).find(([name, value]) => current[name] !== value);
      if (different !== undefined) {
        throw new AwsError(
          'QueueNameExists',
          `A queue already exists with the same name and a different value for attribute ${different[0]}`,
        );
      }
      return { QueueUrl: this.#url(known) };
    }
    const deletedAtMs = this.#deletedAtMs.get(QueueName);
    if (deletedAtMs !== undefined && this.#clock.now() - deletedAtMs < PAUSE_MS) {
      throw new AwsError(
        'QueueDeletedRecently',
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
      );
    }
    const queue = new Queue({
      name: QueueName,
      arn: `arn:aws:sqs:${this.#account.region}:${this.#account.id}:${QueueName}`,
      settings: { ...DEFAULT_SETTINGS, ...settings },
      clock: this.#clock,
    });
    this.#queues.set(QueueName, queue);
    return { QueueUrl: this.#url(queue) };
  }

  delete(url: string): void {
    const queue = this.at(url);
    this.#queues.delete(queue.name);
    this.#deletedAtMs.set(queue.name, this.#clock.now());
    queue.purge();
  }

  url({ QueueName = '', QueueOwnerAWSAccountId }: GetQueueUrlRequest): CreateQueueResult {
    const queue = this.#queues.get(QueueName);
    if (queue === undefined || (QueueOwnerAWSAccountId ?? this.#account.id) !== this.#account.id) throw noSuchQueue();
    return { QueueUrl: this.#url(queue) };
  }

  list({ QueueNamePrefix = '', MaxResults, NextToken }: ListQueuesRequest): ListQueuesResult {
    if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > PAGE_MAX)) {
      throw outOfRange('MaxResults', MaxResults, `MaxResults must be an integer between 1 and ${PAGE_MAX}.`);
    }
    const start = NextToken === undefined ? 0 : indexIn(NextToken);
    if (start === undefined) throw invalidValue('Invalid or expired next token.');
    const urls = [...this.#queues.values()]
      .filter(({ name }) => name.startsWith(QueueNamePrefix))
      .map((queue) => this.#url(queue))
      .toSorted();
    const end = start + (MaxResults ?? PAGE_MAX);
    // AWS leaves the member out where there is none, and tells of a next page only whom has named a size.
    return {
      ...(urls.length > start ? { QueueUrls: urls.slice(start, end) } : {}),
      ...(MaxResults !== undefined && end < urls.length ? { NextToken: markerAt(end) } : {}),
    };
  }

  attributes({ QueueUrl = '', AttributeNames = [] }: GetQueueAttributesRequest): GetQueueAttributesResult {
    const queue = this.at(QueueUrl);
    const { visible, inFlight, delayed } = queue.counts();
    const all: Readonly<Record<string, string>> = {
      ...queue.settings,
      QueueArn: queue.arn,
      CreatedTimestamp: inSeconds(queue.createdAtMs),
      LastModifiedTimestamp: inSeconds(queue.modifiedAtMs),
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
    };
    const asked = new Set<string>(AttributeNames);
    const told = Object.entries(all).filter(([name]) => asked.has('All') || asked.has(name));
    return told.length === 0 ? {} : { Attributes: Object.fromEntries(told) };
  }

  setAttributes({ QueueUrl = '', Attributes = {} }: SetQueueAttributesRequest): void {
    const queue = this.at(QueueUrl);
    queue.settings = { ...queue.settings, ...settingsIn(Attributes) };
    queue.modifiedAtMs = this.#clock.now();
  }

  purge(url: string): void {
    const queue = this.at(url);
    if (queue.purgedAtMs !== undefined && this.#clock.now() - queue.purgedAtMs < PAUSE_MS) {
      throw new AwsError(
        'PurgeQueueInProgress',
        `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
        { status: 403 },
      );
    }
    queue.purge();
  }

  #url(queue: Queue): string {
    return `${this.#origin()}/${this.#account.id}/${queue.name}`;
  }
}

const inSeconds = (timeMs: number): string => String(Math.floor(timeMs / 1000));
