import { AwsError } from '../errors.ts';
import type { StreamRecord, TableStream } from './tableStream.ts';

/** A request's input as it came. */
export type Input = Readonly<Record<string, unknown>>;

/** As long a shard iterator can be used. */
const ITERATOR_MS = 15 * 60_000;
const RECORDS_MAX = 1_000;
const PAGE_MAX = 100;

/** An iterator as the lab writes it into its opaque text. */
interface Iterator {
  arn: string;
  position: number;
  atMs: number;
}

/** DynamoDB Streams, as far as the lab plays it: streams of one shard each, which is never split (row D9). */
export class StreamsService {
  readonly #streams: TableStream[] = [];
  readonly #region: string;
  readonly #now: () => number;

  constructor(region: string, now: () => number) {
    this.#region = region;
    this.#now = now;
  }

  readonly operations: Readonly<Record<string, (input: Input) => object>> = {
    ListStreams: (input) => this.#listStreams(input),
    DescribeStream: (input) => this.#describeStream(input),
    GetShardIterator: (input) => this.#getShardIterator(input),
    GetRecords: (input) => this.#getRecords(input),
  };

  add(stream: TableStream): void {
    this.#streams.push(stream);
  }

  /** The newest stream of a table, open or not. */
  latestOf(table: string): TableStream | undefined {
    return this.#streams.findLast((stream) => stream.table === table);
  }

  openOf(table: string): TableStream | undefined {
    const latest = this.latestOf(table);
    return latest?.isOpen === true ? latest : undefined;
  }

  #listStreams(input: Input): object {
    const limit = limitOf(input, PAGE_MAX);
    const wanted = this.#streams.filter(
      ({ table }) => input['TableName'] === undefined || table === input['TableName'],
    );
    const after = input['ExclusiveStartStreamArn'];
    const from = after === undefined ? 0 : wanted.findIndex(({ arn }) => arn === after) + 1;
    const page = wanted.slice(from, from + limit);
    return {
      Streams: page.map(({ arn, table, label }) => ({ StreamArn: arn, TableName: table, StreamLabel: label })),
      ...(from + limit < wanted.length ? { LastEvaluatedStreamArn: page.at(-1)?.arn } : {}),
    };
  }

  #describeStream(input: Input): object {
    const stream = this.#stream(required(input, 'StreamArn'));
    limitOf(input, PAGE_MAX);
    const ended = stream.isOpen ? {} : { EndingSequenceNumber: sequence(Math.max(1, stream.lastPosition)) };
    const shard = { ShardId: stream.shardId, SequenceNumberRange: { StartingSequenceNumber: sequence(1), ...ended } };
    return {
      StreamDescription: {
        StreamArn: stream.arn,
        StreamLabel: stream.label,
        StreamStatus: stream.isOpen ? 'ENABLED' : 'DISABLED',
        StreamViewType: stream.viewType,
        CreationRequestDateTime: stream.openedAtMs / 1_000,
        TableName: stream.table,
        KeySchema: stream.keySchema,
        Shards: input['ExclusiveStartShardId'] === stream.shardId ? [] : [shard],
      },
    };
  }

  #getShardIterator(input: Input): object {
    const stream = this.#stream(required(input, 'StreamArn'));
    if (required(input, 'ShardId') !== stream.shardId) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Requested resource not found: Shard does not exist in stream: ${stream.arn}`,
      );
    }
    return {
      ShardIterator: iteratorText({ arn: stream.arn, position: this.#start(stream, input), atMs: this.#now() }),
    };
  }

  #start(stream: TableStream, input: Input): number {
    const type = required(input, 'ShardIteratorType');
    if (type === 'LATEST') return stream.lastPosition + 1;
    if (type === 'TRIM_HORIZON') return stream.firstPosition(this.#now());
    if (type !== 'AT_SEQUENCE_NUMBER' && type !== 'AFTER_SEQUENCE_NUMBER') {
      throw invalid(
        `Value '${type}' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: ` +
          '[TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER]',
      );
    }
    const position = positionOf(required(input, 'SequenceNumber')) + (type === 'AFTER_SEQUENCE_NUMBER' ? 1 : 0);
    if (position < stream.firstPosition(this.#now())) throw trimmed();
    return position;
  }

  #getRecords(input: Input): object {
    const { arn, position, atMs } = iteratorOf(required(input, 'ShardIterator'));
    const nowMs = this.#now();
    const stream = this.#stream(arn);
    if (nowMs - atMs > ITERATOR_MS) {
      const ageMs = nowMs - atMs;
      throw new AwsError('ExpiredIteratorException', `Iterator expired. The iterator was created ${ageMs} ms ago.`);
    }
    if (position < stream.firstPosition(nowMs)) throw trimmed();
    const records = stream.recordsFrom(position, limitOf(input, RECORDS_MAX), nowMs);
    const next = position + records.length;
    const isOver = !stream.isOpen && next > stream.lastPosition;
    return {
      Records: records.map((record) => this.#recordOf(stream, record)),
      ...(isOver ? {} : { NextShardIterator: iteratorText({ arn, position: next, atMs: nowMs }) }),
    };
  }

  #recordOf(stream: TableStream, { position, atMs, eventName, keys, newImage, oldImage }: StreamRecord): object {
    const images = {
      ...(newImage === undefined ? {} : { NewImage: newImage }),
      ...(oldImage === undefined ? {} : { OldImage: oldImage }),
    };
    return {
      eventID: `${stream.openedAtMs.toString(16).padStart(16, '0')}${position.toString(16).padStart(16, '0')}`,
      eventName,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: this.#region,
      dynamodb: {
        // Whole seconds, as DynamoDB rounds it.
        ApproximateCreationDateTime: Math.floor(atMs / 1_000),
        Keys: keys,
        ...images,
        SequenceNumber: sequence(position),
        SizeBytes: JSON.stringify({ keys, ...images }).length,
        StreamViewType: stream.viewType,
      },
    };
  }

  #stream(arn: string): TableStream {
    const stream = this.#streams.find((one) => one.arn === arn);
    if (stream === undefined) {
      throw new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`);
    }
    return stream;
  }
}

const invalid = (what: string): AwsError => new AwsError('ValidationException', `1 validation error detected: ${what}`);

const trimmed = (): AwsError =>
  new AwsError(
    'TrimmedDataAccessException',
    'The operation attempted to read past the oldest stream record in a shard.',
  );

function required(input: Input, member: string): string {
  const value = input[member];
  if (typeof value === 'string' && value !== '') return value;
  const place = `${member.charAt(0).toLowerCase()}${member.slice(1)}`;
  throw invalid(`Value null at '${place}' failed to satisfy constraint: Member must not be null`);
}

function limitOf(input: Input, max: number): number {
  const limit = input['Limit'];
  if (limit === undefined) return max;
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 1 && limit <= max) return limit;
  const bound =
    typeof limit === 'number' && limit > max ? `less than or equal to ${max}` : 'greater than or equal to 1';
  throw invalid(
    `Value '${JSON.stringify(limit)}' at 'limit' failed to satisfy constraint: Member must have value ${bound}`,
  );
}

/** At least 21 digits, as DynamoDB has them. */
const sequence = (position: number): string => `1${String(position).padStart(20, '0')}`;

function positionOf(text: string): number {
  if (!/^1\d{20}$/.test(text)) throw invalid(`Value '${text}' at 'sequenceNumber' is no sequence number of this shard`);
  return Number(text.slice(1));
}

const iteratorText = (iterator: Iterator): string =>
  `${iterator.arn}|1|${Buffer.from(JSON.stringify(iterator)).toString('base64')}`;

function iteratorOf(text: string): Iterator {
  try {
    const iterator = JSON.parse(Buffer.from(text.split('|')[2] ?? '', 'base64').toString()) as Iterator;
    if (iteratorText(iterator) === text) return iterator;
  } catch {
    // It is none of the lab's own.
  }
  throw new AwsError('ValidationException', 'Invalid ShardIterator');
}
