import type {
  CreateTopicInput,
  CreateTopicResponse,
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  ListTagsForResourceRequest,
  ListTopicsInput,
  ListTopicsResponse,
  MessageAttributeValue,
  PublishInput,
  PublishResponse,
  SetTopicAttributesInput,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-sns';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import { isolated } from '../isolated.ts';
import { indexIn, markerAt } from '../marker.ts';
import { notPlayed } from '../notPlayed.ts';
import type { Account, Operation, Service } from '../service.ts';
import { refusePublish } from './publishing.ts';

const PAGE_MAX = 100;
/** Row N42. */
const DEDUPLICATION_MS = 5 * 60_000;
/** Row N41. */
const NAME = /^[A-Za-z0-9_-]{1,256}$/;
const FIFO_NAME = /^[A-Za-z0-9_-]{1,251}\.fifo$/;

/** A message that a topic would have delivered to whoever subscribes. */
export interface PublishedMessage {
  id: string;
  atMs: number;
  subject: string | undefined;
  message: string;
  attributes: Record<string, MessageAttributeValue>;
  group: string | undefined;
}

interface Topic {
  arn: string;
  isFifo: boolean;
  attributes: Record<string, string>;
  tags: Map<string, string>;
  published: PublishedMessage[];
  /** By deduplication id: when it was taken first, and what that was answered. */
  taken: Map<string, { atMs: number; answer: PublishResponse }>;
}

/**
 * SNS, as far as topics and what is published to them go. Nobody subscribes: what a topic would have delivered is kept, and is told
 * to those who hold the service itself ({@link SnsService.published}), since AWS has no operation that reads it.
 */
export class SnsService implements Service {
  readonly id = 'sns';
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #topics = new Map<string, Topic>();

  constructor({ account, clock, random }: { account: Account; clock: Clock; random: Random }) {
    this.#account = account;
    this.#clock = clock;
    this.#random = random;
    this.operations = isolated({
      CreateTopic: (input: CreateTopicInput) => this.#create(input),
      DeleteTopic: ({ TopicArn = '' }: { TopicArn?: string }) => void this.#topics.delete(TopicArn),
      GetTopicAttributes: (input: GetTopicAttributesInput) => this.#attributes(input),
      ListTopics: (input: ListTopicsInput) => this.#list(input),
      SetTopicAttributes: (input: SetTopicAttributesInput) => this.#setAttribute(input),
      TagResource: ({ ResourceArn = '', Tags = [] }: TagResourceRequest) => {
        const { tags } = this.#tagged(ResourceArn);
        for (const { Key = '', Value = '' } of Tags) tags.set(Key, Value);
      },
      UntagResource: ({ ResourceArn = '', TagKeys = [] }: UntagResourceRequest) => {
        const { tags } = this.#tagged(ResourceArn);
        for (const key of TagKeys) tags.delete(key);
      },
      ListTagsForResource: ({ ResourceArn = '' }: ListTagsForResourceRequest) => ({
        Tags: [...this.#tagged(ResourceArn).tags].map(([Key, Value]) => ({ Key, Value })),
      }),
      Publish: (input: PublishInput) => this.#publish(input),
    });
  }

  /** Everything that a topic has taken, oldest first. */
  published(topicArn: string): PublishedMessage[] {
    return structuredClone(this.#topics.get(topicArn)?.published ?? []);
  }

  #create({ Name = '', Attributes = {}, Tags = [], DataProtectionPolicy }: CreateTopicInput): CreateTopicResponse {
    if (DataProtectionPolicy !== undefined) throw notPlayed('sns', 'data protection policies');
    const isFifo = Attributes['FifoTopic'] === 'true';
    if (!(isFifo ? FIFO_NAME : NAME).test(Name)) throw invalid('Topic Name');
    const arn = `arn:aws:sns:${this.#account.region}:${this.#account.id}:${Name}`;
    const known = this.#topics.get(arn);
    if (known === undefined) {
      const tags = new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
      this.#topics.set(arn, { arn, isFifo, attributes: { ...Attributes }, tags, published: [], taken: new Map() });
    } else if (Object.entries(Attributes).some(([key, value]) => known.attributes[key] !== value)) {
      throw invalid('Attributes Reason: Topic already exists with different attributes');
    }
    return { TopicArn: arn };
  }

  #attributes({ TopicArn = '' }: GetTopicAttributesInput): GetTopicAttributesResponse {
    const { arn, attributes } = this.#topic(TopicArn);
    const { id: owner } = this.#account;
    const subscriptions = { SubscriptionsConfirmed: '0', SubscriptionsPending: '0', SubscriptionsDeleted: '0' };
    const defaults = { DisplayName: '', Policy: defaultPolicy(arn, owner), ...subscriptions };
    return { Attributes: { ...defaults, ...attributes, TopicArn: arn, Owner: owner } };
  }

  /** What a topic is cannot be set afterwards. */
  #setAttribute({ TopicArn = '', AttributeName = '', AttributeValue }: SetTopicAttributesInput): void {
    const { attributes } = this.#topic(TopicArn);
    if (AttributeName === 'FifoTopic') throw invalid('AttributeName');
    if (AttributeValue === undefined || AttributeValue === '') Reflect.deleteProperty(attributes, AttributeName);
    else attributes[AttributeName] = AttributeValue;
  }

  #list({ NextToken }: ListTopicsInput): ListTopicsResponse {
    const start = NextToken === undefined ? 0 : indexIn(NextToken);
    if (start === undefined) throw invalid('NextToken');
    const arns = [...this.#topics.keys()].toSorted();
    const end = start + PAGE_MAX;
    return {
      Topics: arns.slice(start, end).map((TopicArn) => ({ TopicArn })),
      ...(end < arns.length ? { NextToken: markerAt(end) } : {}),
    };
  }

  #publish(input: PublishInput): PublishResponse {
    if (input.PhoneNumber !== undefined) throw notPlayed('sns', 'messages to telephones');
    if (input.MessageStructure !== undefined) throw notPlayed('sns', 'messages of their own for each protocol');
    const topic = this.#topic(input.TopicArn ?? input.TargetArn ?? '');
    const isDeduplicatedByContent = topic.attributes['ContentBasedDeduplication'] === 'true';
    refusePublish(input, { isFifo: topic.isFifo, isDeduplicatedByContent });
    const atMs = this.#clock.now();
    const token = input.MessageDeduplicationId ?? (topic.isFifo ? `content:${input.Message ?? ''}` : undefined);
    const before = token === undefined ? undefined : topic.taken.get(token);
    if (before !== undefined && atMs - before.atMs < DEDUPLICATION_MS) return before.answer;
    const id = this.#messageId();
    topic.published.push({
      id,
      atMs,
      subject: input.Subject,
      message: input.Message ?? '',
      attributes: input.MessageAttributes ?? {},
      group: input.MessageGroupId,
    });
    const answer: PublishResponse = {
      MessageId: id,
      ...(topic.isFifo ? { SequenceNumber: String(10_000_000_000_000_000_000n + BigInt(topic.published.length)) } : {}),
    };
    if (token !== undefined) topic.taken.set(token, { atMs, answer });
    return answer;
  }

  #tagged(arn: string): Topic {
    const topic = this.#topics.get(arn);
    if (topic === undefined)
      throw new AwsError('ResourceNotFoundException', 'Resource does not exist', { status: 404 });
    return topic;
  }

  #topic(arn: string): Topic {
    const topic = this.#topics.get(arn);
    if (topic !== undefined) return topic;
    if (!/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+$/.test(arn)) throw invalid('TopicArn');
    throw new AwsError('NotFoundException', 'Topic does not exist', { status: 404 });
  }

  #messageId(): string {
    return [8, 4, 4, 4, 12].map((length) => this.#random.hex(length)).join('-');
  }
}

/** What a topic has until somebody writes another (row N45). Nothing is held to it. */
const defaultPolicy = (arn: string, owner: string): string =>
  JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'SNS:GetTopicAttributes',
          'SNS:SetTopicAttributes',
          'SNS:AddPermission',
          'SNS:RemovePermission',
          'SNS:DeleteTopic',
          'SNS:Subscribe',
          'SNS:ListSubscriptionsByTopic',
          'SNS:Publish',
        ],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': owner } },
      },
    ],
  });

const invalid = (what: string): AwsError => new AwsError('InvalidParameterException', `Invalid parameter: ${what}`);
