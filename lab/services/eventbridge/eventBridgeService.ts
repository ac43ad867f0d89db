import type {
  CreateEventBusRequest,
  CreateEventBusResponse,
  DescribeEventBusRequest,
  DescribeEventBusResponse,
  PutEventsRequest,
  PutEventsRequestEntry,
  PutEventsResponse,
  PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import { isolated } from '../isolated.ts';
import { notPlayed } from '../notPlayed.ts';
import type { Account, Operation, Service } from '../service.ts';
import { refusedEntry } from './entries.ts';

const DEFAULT_BUS = 'default';

/** An event that a bus would have held against its rules. */
export interface BusEvent {
  id: string;
  atMs: number;
  source: string;
  detailType: string;
  /** JSON. */
  detail: string;
  resources: string[];
}

/**
 * EventBridge, as far as buses and what is put on them go. There are no rules and no targets: what a bus has taken is kept, and is told to those
 * who hold the service itself ({@link EventBridgeService.events}), since AWS has no operation that reads it.
 */
export class EventBridgeService implements Service {
  readonly id = 'eventbridge';
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #random: Random;
  /** By name. */
  readonly #buses = new Map<string, BusEvent[]>([[DEFAULT_BUS, []]]);

  constructor({ account, clock, random }: { account: Account; clock: Clock; random: Random }) {
    this.#account = account;
    this.#clock = clock;
    this.#random = random;
    this.operations = isolated({
      CreateEventBus: (input: CreateEventBusRequest) => this.#create(input),
      DescribeEventBus: (input: DescribeEventBusRequest) => this.#describe(input),
      PutEvents: (input: PutEventsRequest) => this.#put(input),
    });
  }

  /** Everything that a bus has taken, oldest first. */
  events(bus = DEFAULT_BUS): BusEvent[] {
    return structuredClone(this.#buses.get(bus) ?? []);
  }

  #create({ Name = '', ...other }: CreateEventBusRequest): CreateEventBusResponse {
    const asked = Object.values(other).filter((value) => value !== undefined);
    if (asked.length > 0) throw notPlayed('eventbridge', 'event buses with more than a name');
    if (this.#buses.has(Name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${Name} already exists.`);
    }
    this.#buses.set(Name, []);
    return { EventBusArn: this.#arn(Name) };
  }

  #describe({ Name = DEFAULT_BUS }: DescribeEventBusRequest): DescribeEventBusResponse {
    const name = this.#nameOf(Name);
    if (name === undefined || !this.#buses.has(name)) {
      throw new AwsError('ResourceNotFoundException', `Event bus ${name ?? Name} does not exist.`);
    }
    return { Name: name, Arn: this.#arn(name) };
  }

  #put({ Entries = [], EndpointId }: PutEventsRequest): PutEventsResponse {
    if (EndpointId !== undefined) throw notPlayed('eventbridge', 'global endpoints');
    const results = Entries.map((entry) => this.#take(entry));
    return { FailedEntryCount: results.filter(({ EventId }) => EventId === undefined).length, Entries: results };
  }

  #take(entry: PutEventsRequestEntry): PutEventsResultEntry {
    const refused = refusedEntry(entry);
    if (refused !== undefined) return refused;
    const { Source = '', DetailType = '', Detail = '', Resources = [], EventBusName = DEFAULT_BUS, Time } = entry;
    const id = [8, 4, 4, 4, 12].map((length) => this.#random.hex(length)).join('-');
    // What is sent to a bus that does not exist is taken, and seen by nobody (row N44).
    this.#buses.get(this.#nameOf(EventBusName) ?? '')?.push({
      id,
      atMs: Time?.getTime() ?? this.#clock.now(),
      source: Source,
      detailType: DetailType,
      detail: Detail,
      resources: Resources,
    });
    return { EventId: id };
  }

  #arn(name: string): string {
    return `arn:aws:events:${this.#account.region}:${this.#account.id}:event-bus/${name}`;
  }

  /** Of a name or an ARN of this account; `undefined` for another's. */
  #nameOf(nameOrArn: string): string | undefined {
    if (!nameOrArn.startsWith('arn:')) return nameOrArn;
    const own = this.#arn('');
    return nameOrArn.startsWith(own) ? nameOrArn.slice(own.length) : undefined;
  }
}
