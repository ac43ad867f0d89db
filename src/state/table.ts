import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { fromAttributes, toAttribute, toAttributes } from './attributes.ts';
import type { Attributes, Value } from './attributes.ts';
import { isNamed, TableMissingError } from './errors.ts';
import type { Key } from './keys.ts';

export type Item = { [key: string]: Value };

/** What must hold of the item for a write to land; all of it. A dot in a path steps into a map. */
export type Where = Readonly<Record<string, Value | typeof ABSENT | typeof PRESENT>>;
export const ABSENT: unique symbol = Symbol('absent');
export const PRESENT: unique symbol = Symbol('present');

/** The index that lists items by sort key: hash `sk`, range `pk`, keys only. */
export const INDEX_NAME = 'bySk';

/**
 * The table as the rooms of `src/state` use it: consistent reads, conditional writes. Every write carries a token of its own,
 * because a condition can fail on our own earlier try whose answer was lost (row D2): a write that failed is read back, and
 * counts as landed when the item carries its token.
 */
export class Table {
  readonly client: DynamoDBClient;
  readonly name: string;
  readonly #newToken: () => string;

  constructor(client: DynamoDBClient, name: string, newToken: () => string) {
    this.client = client;
    this.name = name;
    this.#newToken = newToken;
  }

  newToken(): string {
    return this.#newToken();
  }

  /** A consistent read. */
  async get(key: Key): Promise<Item | undefined> {
    const answer = await this.#send(() =>
      this.client.send(new GetItemCommand({ TableName: this.name, Key: toAttributes(key), ConsistentRead: true })),
    );
    return answer.Item === undefined ? undefined : fromAttributes(answer.Item);
  }

  /** A consistent read of a partition's items whose sort key begins with `prefix`; every page, or the first `limit` items. */
  async query(
    pk: string,
    prefix: string,
    options: { limit?: number; newestFirst?: boolean; keysOnly?: boolean } = {},
  ): Promise<Item[]> {
    return this.#pages(options.limit, {
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: prefix } },
      ScanIndexForward: options.newestFirst !== true,
      ...(options.keysOnly === true ? { ProjectionExpression: 'pk, sk' } : {}),
    });
  }

  /** The partitions that hold an item with this sort key; eventually consistent (row D6), for finding work, not for deciding. */
  async partitionsWith(sk: string): Promise<string[]> {
    const items = await this.#pages(undefined, {
      IndexName: INDEX_NAME,
      KeyConditionExpression: 'sk = :sk',
      ExpressionAttributeValues: { ':sk': { S: sk } },
    });
    return items.flatMap((item) => (typeof item['pk'] === 'string' ? [item['pk']] : []));
  }

  /** Puts a whole item. `false`: the condition did not hold. */
  async put(key: Key, attributes: object, where: Where): Promise<boolean> {
    const token = this.newToken();
    const condition = new Expression(where);
    return this.#landed(key, token, () =>
      this.client.send(
        new PutItemCommand({
          TableName: this.name,
          Item: toAttributes({ ...attributes, ...key, writeToken: token }),
          ...condition.input(),
        }),
      ),
    );
  }

  /** Puts an item whose content follows from its key, so that it may be put again; no condition is needed. */
  async putAgain(key: Key, attributes: object): Promise<void> {
    await this.#send(() =>
      this.client.send(new PutItemCommand({ TableName: this.name, Item: toAttributes({ ...attributes, ...key }) })),
    );
  }

  /** Sets paths of an item and removes attributes. `false`: the condition did not hold. */
  async update(
    key: Key,
    change: { set: Readonly<Record<string, unknown>>; remove?: readonly string[] },
    where: Where,
  ): Promise<boolean> {
    const token = this.newToken();
    const expression = new Expression(where);
    const set = Object.entries({ ...change.set, writeToken: token }).map(
      ([path, value]) => `${expression.path(path)} = ${expression.value(value)}`,
    );
    const remove = (change.remove ?? []).map((name) => expression.name(name));
    return this.#landed(key, token, () =>
      this.client.send(
        new UpdateItemCommand({
          TableName: this.name,
          Key: toAttributes(key),
          UpdateExpression: `SET ${set.join(', ')}${remove.length === 0 ? '' : ` REMOVE ${remove.join(', ')}`}`,
          ...expression.input(),
        }),
      ),
    );
  }

  /**
   * Takes an attribute away, as often as it is asked; one that is not there counts as taken. `false`: the condition did not hold. It leaves the
   * token of the last conditional write in its place, and so is in the way of none.
   */
  async removeAttribute(key: Key, name: string, where: Where): Promise<boolean> {
    const expression = new Expression(where);
    const removed = expression.name(name);
    try {
      await this.#send(() =>
        this.client.send(
          new UpdateItemCommand({
            TableName: this.name,
            Key: toAttributes(key),
            UpdateExpression: `REMOVE ${removed}`,
            ...expression.input(),
          }),
        ),
      );
      return true;
    } catch (error) {
      if (isNamed(error, 'ConditionalCheckFailedException')) return false;
      throw error;
    }
  }

  /** Deletes an item. `false`: it is there and the condition does not hold. An item that has gone counts as deleted. */
  async delete(key: Key, where: Where): Promise<boolean> {
    const expression = new Expression(where);
    try {
      await this.#send(() =>
        this.client.send(
          new DeleteItemCommand({ TableName: this.name, Key: toAttributes(key), ...expression.input() }),
        ),
      );
      return true;
    } catch (error) {
      if (!isNamed(error, 'ConditionalCheckFailedException')) throw error;
      return (await this.get(key)) === undefined;
    }
  }

  /** Whether the write is in force. A failed condition and an unknown outcome are both settled by reading back. */
  async #landed(key: Key, token: string, send: () => Promise<unknown>): Promise<boolean> {
    try {
      await this.#send(send);
      return true;
    } catch (error) {
      if (error instanceof TableMissingError) throw error;
      const item = await this.get(key).catch(() => undefined);
      if (item?.['writeToken'] === token) return true;
      if (isNamed(error, 'ConditionalCheckFailedException')) return false;
      throw error;
    }
  }

  async #pages(limit: number | undefined, input: object): Promise<Item[]> {
    const items: Item[] = [];
    let from: Attributes | undefined;
    for (;;) {
      const command = new QueryCommand({
        TableName: this.name,
        ...input,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        ...(limit === undefined ? {} : { Limit: limit - items.length }),
      });
      const page = await this.#send(() => this.client.send(command));
      items.push(...(page.Items ?? []).map(fromAttributes));
      from = page.LastEvaluatedKey;
      if (from === undefined || (limit !== undefined && items.length >= limit)) return items;
    }
  }

  async #send<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await call();
    } catch (error) {
      if (!isNamed(error, 'ResourceNotFoundException')) throw error;
      throw new TableMissingError(
        `table "${this.name}" does not exist; create it with: meshlift operator --create-table --table ${this.name}`,
        { cause: error },
      );
    }
  }
}

/** Names and values of an expression; every name is escaped, since DynamoDB reserves hundreds of words. */
class Expression {
  readonly #names: Record<string, string> = {};
  readonly #values: Attributes = {};
  readonly #conditions: string[];

  constructor(where: Where) {
    this.#conditions = Object.entries(where).map(([path, wanted]) => {
      if (wanted === ABSENT) return `attribute_not_exists(${this.path(path)})`;
      if (wanted === PRESENT) return `attribute_exists(${this.path(path)})`;
      return `${this.path(path)} = ${this.value(wanted)}`;
    });
  }

  path(path: string): string {
    return path
      .split('.')
      .map((name) => this.name(name))
      .join('.');
  }

  /** A name as it stands, dots and all. */
  name(name: string): string {
    const key = `#n${Object.keys(this.#names).length}`;
    this.#names[key] = name;
    return key;
  }

  value(value: unknown): string {
    const key = `:v${Object.keys(this.#values).length}`;
    this.#values[key] = toAttribute(value);
    return key;
  }

  input(): {
    ConditionExpression?: string;
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Attributes;
  } {
    return {
      ...(this.#conditions.length === 0 ? {} : { ConditionExpression: this.#conditions.join(' AND ') }),
      ...(Object.keys(this.#names).length === 0 ? {} : { ExpressionAttributeNames: this.#names }),
      ...(Object.keys(this.#values).length === 0 ? {} : { ExpressionAttributeValues: this.#values }),
    };
  }
}
