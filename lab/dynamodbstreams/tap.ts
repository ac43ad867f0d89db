import { AwsError } from '../errors.ts';
import { bodyOf, withBody, withTable } from '../jsonAnswer.ts';
import { notPlayed } from '../services/notPlayed.ts';
import { isRecord } from '../wire/jsonCheck.ts';
import type { Dispatch, WireRequest, WireResponse } from '../wire/message.ts';
import type { Input, StreamsService } from './streamsService.ts';
import { TableStream, VIEW_TYPES, type ViewType, type WireItem } from './tableStream.ts';

/** Of everything else it sees nothing, and takes no time. */
const LOOKED_AT: ReadonlySet<string> = new Set([
  'CreateTable',
  'UpdateTable',
  'DeleteTable',
  'DescribeTable',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'BatchWriteItem',
]);

/** What of a request's table is to have a stream. */
type Specification = { enabled: true; viewType: ViewType } | { enabled: false };

/**
 * Stands before a DynamoDB that has no streams, and plays them: it keeps what is said of a table's stream, and looks at what changes the items of a
 * table that has one. It asks the same DynamoDB for what an update has made of an item. Changes of one item of such a table go through one after
 * the other, so that their order is known; those of different items pass each other, as they do on AWS, which keeps an order for each item alone.
 */
export class StreamsTap {
  readonly #streams: StreamsService;
  readonly #serve: Dispatch;
  readonly #now: () => number;
  /** Of each item that is being changed, when the last of its changes is through. */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** When the last stream that was to be opened or closed is. */
  #switched: Promise<unknown> = Promise.resolve();

  constructor(streams: StreamsService, serve: Dispatch, now: () => number) {
    this.#streams = streams;
    this.#serve = serve;
    this.#now = now;
  }

  /** @throws AwsError for what DynamoDB or the lab refuses of a stream; nothing was done then. */
  async dispatch(operation: string, request: WireRequest): Promise<WireResponse> {
    if (!LOOKED_AT.has(operation)) return this.#serve(request);
    const input = inputOf(request);
    switch (operation) {
      case 'CreateTable':
        return this.#createTable(request, input);
      case 'UpdateTable':
        return this.#updateTable(request, input);
      case 'DeleteTable': {
        const response = await this.#serve(request);
        if (response.status === 200) this.#streams.openOf(nameOf(input))?.close();
        return this.#described(response, nameOf(input));
      }
      case 'DescribeTable':
        return this.#described(await this.#serve(request), nameOf(input));
      default:
        return this.#changeItems(operation, request, input);
    }
  }

  async #createTable(request: WireRequest, input: Input): Promise<WireResponse> {
    const wanted = specificationOf(input);
    const response = await this.#serve(request);
    if (response.status === 200 && wanted?.enabled === true) this.#open(response, wanted.viewType, []);
    return this.#described(response, nameOf(input));
  }

  async #updateTable(request: WireRequest, input: Input): Promise<WireResponse> {
    const wanted = specificationOf(input);
    const name = nameOf(input);
    if (wanted === undefined) return this.#described(await this.#serve(request), name);
    if (Object.keys(input).some((member) => member !== 'TableName' && member !== 'StreamSpecification')) {
      throw notPlayed('dynamodb', 'a change of a stream along with others', 'UpdateTable');
    }
    const table = await this.#ask(request, 'DescribeTable', { TableName: name });
    if (table.status !== 200) return table;
    const open = this.#streams.openOf(name);
    if (wanted.enabled && open !== undefined) throw refused(`Table already has an enabled stream: TableName: ${name}`);
    if (!wanted.enabled && open === undefined) throw refused(`Table has no stream to disable: TableName: ${name}`);
    await this.#alone(async () => {
      if (wanted.enabled) this.#open(table, wanted.viewType, await this.#items(request, name));
      else open?.close();
    });
    const description = (bodyOf(table) as { Table?: object }).Table;
    return this.#described(withBody(table, { TableDescription: description }), name);
  }

  async #items(request: WireRequest, table: string): Promise<WireItem[]> {
    const items: WireItem[] = [];
    let from: unknown;
    do {
      const input = {
        TableName: table,
        ConsistentRead: true,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      };
      const page = bodyOf(await this.#ask(request, 'Scan', input)) as {
        Items?: WireItem[];
        LastEvaluatedKey?: unknown;
      };
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return items;
  }

  #open(response: WireResponse, viewType: ViewType, items: readonly WireItem[]): void {
    const { TableDescription, Table } = bodyOf(response) as Record<string, Described | undefined>;
    const table = TableDescription ?? Table;
    if (table === undefined) return;
    const { TableArn, TableName, KeySchema } = table;
    // A label names one stream: two that begin in one millisecond would share it.
    const nowMs = Math.max(this.#now(), (this.#streams.latestOf(TableName)?.openedAtMs ?? 0) + 1);
    const stream = { tableArn: TableArn, table: TableName, keySchema: KeySchema, viewType, nowMs, items };
    this.#streams.add(new TableStream(stream));
  }

  /** The answer with what the lab knows of the table's stream. */
  #described(response: WireResponse, table: string): WireResponse {
    const stream = this.#streams.latestOf(table);
    if (response.status !== 200 || stream === undefined) return response;
    const specification = stream.isOpen
      ? { StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType } }
      : {};
    const told = { ...specification, LatestStreamArn: stream.arn, LatestStreamLabel: stream.label };
    return withTable(response, told);
  }

  async #changeItems(operation: string, request: WireRequest, input: Input): Promise<WireResponse> {
    const tables = operation === 'BatchWriteItem' ? Object.keys(membersOf(input['RequestItems'])) : [nameOf(input)];
    if (tables.every((table) => this.#streams.openOf(table) === undefined)) return this.#serve(request);
    const items = [...touchedBy(operation, input)].map(
      ({ table, item }) => `${table} ${JSON.stringify(this.#streams.openOf(table)?.keyOf(item))}`,
    );
    return this.#inTurn(items, async () => {
      const response = await this.#serve(request);
      if (response.status !== 200) return response;
      for (const { table, item, isKey } of touchedBy(operation, input)) {
        const stream = this.#streams.openOf(table);
        if (stream === undefined) continue;
        const key = isKey ? item : stream.keyOf(item);
        stream.changed(key, await this.#itemOf(request, table, key), this.#now());
      }
      return response;
    });
  }

  async #itemOf(request: WireRequest, table: string, key: WireItem): Promise<WireItem | undefined> {
    const input = { TableName: table, Key: key, ConsistentRead: true };
    return (bodyOf(await this.#ask(request, 'GetItem', input)) as { Item?: WireItem }).Item;
  }

  /** Asks on behalf of whoever sent `request`. */
  #ask(request: WireRequest, operation: string, input: object): Promise<WireResponse> {
    const body = Buffer.from(JSON.stringify(input));
    const target = `DynamoDB_20120810.${operation}`;
    const headers = { ...request.headers, 'x-amz-target': target, 'content-length': String(body.byteLength) };
    return this.#serve({ ...request, headers, body });
  }

  /** After the changes of the same items that are under way, and after a stream that is being opened or closed. */
  #inTurn<T>(items: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = items.flatMap((item) => this.#turns.get(item) ?? []);
    const turn = Promise.allSettled([this.#switched, ...before]).then(work);
    for (const item of items) this.#turns.set(item, turn);
    const forget = () => {
      for (const item of items) if (this.#turns.get(item) === turn) this.#turns.delete(item);
    };
    void turn.then(forget, forget);
    return turn;
  }

  /** After every change that is under way, and before every later one. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = Promise.allSettled([this.#switched, ...this.#turns.values()]).then(work);
    this.#switched = turn;
    return turn;
  }
}

interface Described {
  TableArn: string;
  TableName: string;
  KeySchema: { AttributeName: string; KeyType: string }[];
}

function* touchedBy(operation: string, input: Input): Iterable<{ table: string; item: WireItem; isKey: boolean }> {
  if (operation === 'PutItem') yield { table: nameOf(input), item: membersOf(input['Item']), isKey: false };
  else if (operation !== 'BatchWriteItem') yield { table: nameOf(input), item: membersOf(input['Key']), isKey: true };
  else {
    for (const [table, writes] of Object.entries(membersOf(input['RequestItems']))) {
      for (const write of (Array.isArray(writes) ? writes : []) as Input[]) {
        const [put, remove] = [write['PutRequest'], write['DeleteRequest']];
        if (isRecord(put)) yield { table, item: membersOf(put['Item']), isKey: false };
        if (isRecord(remove)) yield { table, item: membersOf(remove['Key']), isKey: true };
      }
    }
  }
}

function specificationOf(input: Input): Specification | undefined {
  const specification = input['StreamSpecification'];
  if (!isRecord(specification)) return undefined;
  const { StreamEnabled: enabled, StreamViewType: viewType } = specification;
  if (enabled !== true) {
    if (viewType !== undefined) throw refused('StreamViewType is not taken where StreamEnabled is false');
    return { enabled: false };
  }
  const known = VIEW_TYPES.find((one) => one === viewType);
  if (known === undefined) throw refused(`StreamViewType must be one of ${VIEW_TYPES.join(', ')}`);
  return { enabled: true, viewType: known };
}

const refused = (what: string): AwsError =>
  new AwsError('ValidationException', `One or more parameter values were invalid: ${what}`);

export const nameOf = (input: Input): string => {
  const name = input['TableName'];
  // A table may be named by its ARN.
  return typeof name === 'string' ? name.replace(/^arn:.*:table\//, '') : '';
};

const membersOf = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

export function inputOf({ body }: WireRequest): Input {
  try {
    return membersOf(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch {
    // What is no JSON, the DynamoDB behind answers.
    return {};
  }
}
