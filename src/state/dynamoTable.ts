import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { leaveKeysOut } from '../plan/withoutKeys.ts';
import { fromAttributes, toAttribute, toAttributes } from './attributes.ts';
import type { Attributes } from './attributes.ts';
import { isNamed, TableMissingError } from './errors.ts';
import type { Key } from './keys.ts';
import { ABSENT, INDEX_NAME, landed, PRESENT } from './table.ts';
import type { Change, Item, QueryOptions, Table, Where } from './table.ts';

/** {@link Table} on DynamoDB. */
export class DynamoTable implements Table {
  readonly name: string;
  readonly #client: DynamoDBClient;
  readonly #newToken: () => string;

  constructor(client: DynamoDBClient, name: string, newToken: () => string) {
    this.name = name;
    this.#client = client;
    this.#newToken = newToken;
  }

  newToken(): string {
    return this.#newToken();
  }

  async get(key: Key): Promise<Item | undefined> {
    const answer = await this.#send(() =>
      this.#client.send(new GetItemCommand({ TableName: this.name, Key: toAttributes(key), ConsistentRead: true })),
    );
    return answer.Item === undefined ? undefined : fromAttributes(answer.Item);
  }

  async query(pk: string, prefix: string, options: QueryOptions = {}): Promise<Item[]> {
    // A key's condition with an empty text is refused (row D13), and so a whole partition is asked for without one.
    const condition =
      prefix === ''
        ? { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: pk } } }
        : {
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: prefix } },
          };
    return this.#pages(options.limit, {
      ConsistentRead: true,
      ...condition,
      ScanIndexForward: options.newestFirst !== true,
      ...(options.keysOnly === true ? { ProjectionExpression: 'pk, sk' } : {}),
    });
  }

  async partitionsWith(sk: string): Promise<string[]> {
    const items = await this.#pages(undefined, {
      IndexName: INDEX_NAME,
      KeyConditionExpression: 'sk = :sk',
      ExpressionAttributeValues: { ':sk': { S: sk } },
    });
    return items.flatMap((item) => (typeof item['pk'] === 'string' ? [item['pk']] : []));
  }

  async put(key: Key, attributes: object, where: Where): Promise<boolean> {
    const token = this.newToken();
    const condition = new Expression(where);
    return landed(this, key, token, () =>
      this.#send(() =>
        this.#client.send(
          new PutItemCommand({
            TableName: this.name,
            Item: toAttributes({ ...attributes, ...key, writeToken: token }),
            ...condition.input(),
          }),
        ),
      ),
    );
  }

  async putAgain(key: Key, attributes: object): Promise<void> {
    await this.#send(() =>
      this.#client.send(new PutItemCommand({ TableName: this.name, Item: toAttributes({ ...attributes, ...key }) })),
    );
  }

  async update(key: Key, change: Change, where: Where): Promise<boolean> {
    const token = this.newToken();
    const expression = new Expression(where);
    const set = Object.entries({ ...change.set, writeToken: token }).map(
      ([path, value]) => `${expression.path(path)} = ${expression.value(value)}`,
    );
    const remove = (change.remove ?? []).map((name) => expression.name(name));
    return landed(this, key, token, () =>
      this.#send(() =>
        this.#client.send(
          new UpdateItemCommand({
            TableName: this.name,
            Key: toAttributes(key),
            UpdateExpression: `SET ${set.join(', ')}${remove.length === 0 ? '' : ` REMOVE ${remove.join(', ')}`}`,
            ...expression.input(),
          }),
        ),
      ),
    );
  }

  async removeAttribute(key: Key, name: string, where: Where): Promise<boolean> {
    const expression = new Expression(where);
    const removed = expression.name(name);
    try {
      await this.#send(() =>
        this.#client.send(
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

  async delete(key: Key, where: Where): Promise<boolean> {
    const expression = new Expression(where);
    try {
      await this.#send(() =>
        this.#client.send(
          new DeleteItemCommand({ TableName: this.name, Key: toAttributes(key), ...expression.input() }),
        ),
      );
      return true;
    } catch (error) {
      if (!isNamed(error, 'ConditionalCheckFailedException')) throw error;
      return (await this.get(key)) === undefined;
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
      const page = await this.#send(() => this.#client.send(command));
      items.push(...(page.Items ?? []).map(fromAttributes));
      from = page.LastEvaluatedKey;
      if (from === undefined || (limit !== undefined && items.length >= limit)) return items;
    }
  }

  async #send<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await call();
    } catch (error) {
      leaveKeysOut(error);
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
