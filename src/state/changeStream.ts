import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBStreamsClient, Shard, _Record as StreamRecord } from '@aws-sdk/client-dynamodb-streams';
import { withoutKeys } from '../plan/withoutKeys.ts';
import type { Log } from '../reconciler/ports.ts';
import { isNamed } from './errors.ts';
import { planOfPk, specKey, wakeKey } from './keys.ts';

/** A table that has no stream, or one that may not be read, is asked again after this. */
const SEARCH_EVERY_MS = 60_000;
/** Of one look at one shard: what is behind by more goes on with the next look. */
const PAGES_MAX = 10;

/** Changes of these are a person's; all others are an operator's own. */
const SPEC = specKey('').sk;
const WAKE = wakeKey('').sk;

export interface ChangeStreamOptions {
  dynamoDb: DynamoDBClient;
  streams: DynamoDBStreamsClient;
  table: string;
  /** Real and monotonic. */
  nowMs: () => number;
  log: Log;
}

export interface StreamedChanges {
  plans: readonly string[];
  /** The stream has just been found, or there was a hole in it. */
  mayHaveMissed: boolean;
}

interface Reader {
  /** `undefined` where the last one has expired. */
  iterator: string | undefined;
  lastRead: string | undefined;
}

/**
 * Reads from a table's DynamoDB Stream which plans people have changed (row D9). Where there is none, or none that may be read, it says so, and
 * looks again each minute.
 */
export class ChangeStream {
  readonly #options: ChangeStreamOptions;
  #arn: string | undefined;
  #searchedAtMs = Number.NEGATIVE_INFINITY;
  /** Shards that are read, by id. */
  readonly #readers = new Map<string, Reader>();
  /** Ids of all shards that were ever seen: one that is not among them is the child of one that has ended. */
  readonly #seen = new Set<string>();
  #hasEnded = false;
  #mayHaveMissed = false;
  /** Plans that were read of and not told of yet: a look that fails in its middle has read what comes no second time. */
  readonly #untold = new Set<string>();
  #lastTrouble: string | undefined;

  constructor(options: ChangeStreamOptions) {
    this.#options = options;
  }

  /** What was changed since the last time. `undefined`: there is no stream that answers now; nothing of it is lost by that. */
  async read(): Promise<StreamedChanges | undefined> {
    try {
      if (this.#arn === undefined && !(await this.#find())) return undefined;
      if (this.#hasEnded) await this.#follow();
      // A child's records come after its parent's: it is followed with the next look.
      for (const [shard, reader] of this.#readers) await this.#readShard(shard, reader);
      const changes = { plans: [...this.#untold], mayHaveMissed: this.#mayHaveMissed };
      this.#untold.clear();
      this.#mayHaveMissed = false;
      return changes;
    } catch (error) {
      this.#tell(error);
      // A stream that was found in part was not found.
      if (this.#arn === undefined || isNamed(error, 'ResourceNotFoundException')) this.#leave();
      return undefined;
    }
  }

  /** Whether the table has a stream; it is read from now on. */
  async #find(): Promise<boolean> {
    const { dynamoDb, table, nowMs, log } = this.#options;
    if (nowMs() - this.#searchedAtMs < SEARCH_EVERY_MS) return false;
    this.#searchedAtMs = nowMs();
    const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: table }));
    const arn = Table?.StreamSpecification?.StreamEnabled === true ? Table.LatestStreamArn : undefined;
    if (arn === undefined) return false;
    const { shards } = await this.#describe(arn);
    for (const { ShardId: id = '', SequenceNumberRange: range } of shards) {
      this.#seen.add(id);
      if (range?.EndingSequenceNumber !== undefined) continue;
      this.#readers.set(id, { iterator: await this.#iterator(arn, id, 'LATEST'), lastRead: undefined });
    }
    this.#arn = arn;
    this.#hasEnded = this.#readers.size === 0;
    this.#mayHaveMissed = true;
    this.#lastTrouble = undefined;
    log.info({ table, stream: arn }, 'streamFound');
    return true;
  }

  async #describe(arn: string): Promise<{ shards: Shard[]; isOver: boolean }> {
    const shards: Shard[] = [];
    for (let after: string | undefined; ; ) {
      const { StreamDescription } = await this.#options.streams.send(
        new DescribeStreamCommand({ StreamArn: arn, ExclusiveStartShardId: after }),
      );
      shards.push(...(StreamDescription?.Shards ?? []));
      after = StreamDescription?.LastEvaluatedShardId;
      const status = StreamDescription?.StreamStatus;
      if (after === undefined) return { shards, isOver: status === 'DISABLED' || status === 'DISABLING' };
    }
  }

  /** Goes on with the children of shards that have ended, from their first record on. */
  async #follow(): Promise<void> {
    if (this.#arn === undefined) return;
    const { shards, isOver } = await this.#describe(this.#arn);
    const children = shards.flatMap(({ ShardId }) =>
      ShardId === undefined || this.#seen.has(ShardId) ? [] : [ShardId],
    );
    for (const id of children) {
      this.#readers.set(id, { iterator: await this.#iterator(this.#arn, id, 'TRIM_HORIZON'), lastRead: undefined });
      this.#seen.add(id);
    }
    if (children.length > 0) this.#hasEnded = false;
    else if (isOver && this.#readers.size === 0) this.#leave();
  }

  async #readShard(shard: string, reader: Reader): Promise<void> {
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const records = await this.#page(shard, reader);
      for (const plan of records.flatMap(changedPlan)) this.#untold.add(plan);
      if (reader.iterator === undefined) {
        this.#readers.delete(shard);
        this.#hasEnded = true;
        break;
      }
      if (records.length === 0) break;
    }
  }

  async #page(shard: string, reader: Reader): Promise<readonly StreamRecord[]> {
    const iterator = reader.iterator ?? (await this.#again(shard, reader));
    try {
      const { Records = [], NextShardIterator } = await this.#options.streams.send(
        new GetRecordsCommand({ ShardIterator: iterator }),
      );
      reader.iterator = NextShardIterator;
      reader.lastRead = Records.at(-1)?.dynamodb?.SequenceNumber ?? reader.lastRead;
      return Records;
    } catch (error) {
      if (!isNamed(error, 'ExpiredIteratorException', 'TrimmedDataAccessException')) throw error;
      if (isNamed(error, 'TrimmedDataAccessException')) reader.lastRead = undefined;
      reader.iterator = await this.#again(shard, reader);
      return [];
    }
  }

  /** An iterator in the place of one that cannot be used any more: after the last record that was read, or where that is not known at the end. */
  async #again(shard: string, reader: Reader): Promise<string | undefined> {
    const { lastRead } = reader;
    const arn = this.#arn ?? '';
    try {
      if (lastRead !== undefined) return await this.#iterator(arn, shard, 'AFTER_SEQUENCE_NUMBER', lastRead);
    } catch (error) {
      if (!isNamed(error, 'TrimmedDataAccessException')) throw error;
      reader.lastRead = undefined;
    }
    this.#mayHaveMissed = true;
    return this.#iterator(arn, shard, 'LATEST');
  }

  async #iterator(
    arn: string,
    shard: string,
    type: 'LATEST' | 'TRIM_HORIZON' | 'AFTER_SEQUENCE_NUMBER',
    sequenceNumber?: string,
  ): Promise<string | undefined> {
    const { ShardIterator } = await this.#options.streams.send(
      new GetShardIteratorCommand({
        StreamArn: arn,
        ShardId: shard,
        ShardIteratorType: type,
        SequenceNumber: sequenceNumber,
      }),
    );
    return ShardIterator;
  }

  /** The stream is no more. Another may come. */
  #leave(): void {
    this.#arn = undefined;
    this.#readers.clear();
    this.#seen.clear();
    this.#hasEnded = false;
  }

  /** A trouble that lasts is told once. */
  #tell(error: unknown): void {
    const { table, log } = this.#options;
    const why = withoutKeys(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    if (why !== this.#lastTrouble) log.warn({ table, err: why }, 'streamUnread');
    this.#lastTrouble = why;
  }
}

/** The plan that a person changed by what a record tells; an operator takes the item away that says so, and that is no change. */
function changedPlan({ eventName, dynamodb }: StreamRecord): string[] {
  const [pk, sk] = [dynamodb?.Keys?.['pk']?.S, dynamodb?.Keys?.['sk']?.S];
  const plan = pk === undefined ? undefined : planOfPk(pk);
  const isChange = sk === SPEC || (sk === WAKE && eventName !== 'REMOVE');
  return plan !== undefined && isChange ? [plan] : [];
}
