import type {
  CreateLogStreamRequest,
  DescribeLogStreamsRequest,
  DescribeLogStreamsResponse,
  FilterLogEventsRequest,
  FilterLogEventsResponse,
  GetLogEventsRequest,
  GetLogEventsResponse,
  LogStream,
  PutLogEventsRequest,
  PutLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import { indexIn, markerAt } from '../marker.ts';
import { notPlayed } from '../notPlayed.ts';
import type { MetricSink } from '../ports.ts';
import type { Operation } from '../service.ts';
import { readPattern } from './filterPattern.ts';
import {
  invalid,
  type LogEvent,
  type LogGroupRecord,
  type LogGroups,
  type LogStreamRecord,
  missing,
} from './logGroups.ts';

const STREAMS_PAGE_MAX = 50;
const EVENTS_PAGE_MAX = 10_000;
/** Of an event's id, which begins with its time, so that ids are in the order of events. */
const ID_DIGITS = 40;

export interface LogParts {
  groups: LogGroups;
  clock: Clock;
  metrics: MetricSink;
}

/** Streams and what is in them (rows N71, N72). */
export class LogStreams {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #groups: LogGroups;
  readonly #clock: Clock;
  readonly #metrics: MetricSink;
  #written = 0;

  constructor({ groups, clock, metrics }: LogParts) {
    this.#groups = groups;
    this.#clock = clock;
    this.#metrics = metrics;
    this.operations = {
      CreateLogStream: (input: CreateLogStreamRequest) => this.#create(groups.byName(input.logGroupName), input),
      DeleteLogStream: (input: CreateLogStreamRequest) => {
        const group = groups.byName(input.logGroupName);
        group.streams.delete(streamIn(group, input.logStreamName).name);
      },
      DescribeLogStreams: (input: DescribeLogStreamsRequest) => this.#describe(input),
      PutLogEvents: (input: PutLogEventsRequest) => this.#put(input),
      GetLogEvents: (input: GetLogEventsRequest) => this.#get(input),
      FilterLogEvents: (input: FilterLogEventsRequest) => this.#filter(input),
    };
  }

  /** One line of a task's, with its stream made at need. A group that is not there takes nothing. */
  write(groupName: string, streamName: string, message: string): void {
    if (!this.#groups.has(groupName)) return;
    const group = this.#groups.byName(groupName);
    const stream = group.streams.get(streamName) ?? this.#add(group, streamName);
    this.#take(group, stream, [{ atMs: this.#clock.now(), message }]);
  }

  #create(group: LogGroupRecord, { logStreamName = '' }: CreateLogStreamRequest): void {
    if (group.streams.has(logStreamName)) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    }
    this.#add(group, logStreamName);
  }

  #add(group: LogGroupRecord, name: string): LogStreamRecord {
    const stream: LogStreamRecord = { name, createdMs: this.#clock.now(), events: [] };
    group.streams.set(name, stream);
    return stream;
  }

  #put(input: PutLogEventsRequest): PutLogEventsResponse {
    const group = this.#groups.byName(input.logGroupName);
    const stream = streamIn(group, input.logStreamName);
    const given = (input.logEvents ?? []).map(({ timestamp = 0, message = '' }) => ({ atMs: timestamp, message }));
    if (given.some(({ atMs }, index) => index > 0 && atMs < (given[index - 1]?.atMs ?? 0))) {
      throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    }
    this.#take(group, stream, given);
    return { nextSequenceToken: `${this.#written}` };
  }

  #take(group: LogGroupRecord, stream: LogStreamRecord, given: readonly { atMs: number; message: string }[]): void {
    for (const { atMs, message } of given) {
      this.#written += 1;
      const id = `${atMs}${String(this.#written).padStart(ID_DIGITS - String(atMs).length, '0')}`;
      const event: LogEvent = { id, atMs, ingestedAtMs: this.#clock.now(), message };
      const place = stream.events.findLastIndex((one) => one.atMs <= atMs) + 1;
      stream.events.splice(place, 0, event);
      for (const { holds, metric } of group.filters.values()) {
        if (!holds(message)) continue;
        const { namespace, name, value } = metric;
        this.#metrics.record({ namespace, name, dimensions: {}, value: Number(value), atMs });
      }
    }
  }

  /** By name, or the one that was written last at the end. */
  #describe(input: DescribeLogStreamsRequest): DescribeLogStreamsResponse {
    const { logStreamNamePrefix: prefix = '', orderBy = 'LogStreamName', descending = false } = input;
    if (orderBy === 'LastEventTime' && prefix !== '') {
      throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
    }
    const group = this.#groups.identified(input);
    const found = [...group.streams.values()]
      .filter(({ name }) => name.startsWith(prefix))
      .toSorted((a, b) => (orderBy === 'LastEventTime' ? lastOf(a) - lastOf(b) : a.name < b.name ? -1 : 1));
    const { page, nextToken } = pageOf(descending ? found.toReversed() : found, input, STREAMS_PAGE_MAX);
    const groupArn = this.#groups.arnOf(group);
    return { logStreams: page.map((stream) => presented(stream, groupArn)), ...nextToken };
  }

  /** A token leads on, or back; at the end the same one comes again. Without any the newest events are answered, or the oldest. */
  #get(input: GetLogEventsRequest): GetLogEventsResponse {
    const events = within(streamIn(this.#groups.identified(input), input.logStreamName).events, input);
    const limit = input.limit ?? EVENTS_PAGE_MAX;
    const { nextToken: token } = input;
    const isForward = token?.startsWith('f/') ?? input.startFromHead === true;
    const index = token === undefined ? undefined : indexIn(token.slice(2));
    if (token !== undefined && (index === undefined || !/^[fb]\//.test(token))) {
      throw invalid('The specified nextToken is invalid.');
    }
    const begin = isForward ? (index ?? 0) : Math.max(0, (index ?? events.length) - limit);
    const end = isForward ? Math.min(events.length, begin + limit) : (index ?? events.length);
    return {
      events: events
        .slice(begin, end)
        .map(({ atMs, ingestedAtMs, message }) => ({ timestamp: atMs, ingestionTime: ingestedAtMs, message })),
      nextForwardToken: `f/${markerAt(end)}`,
      nextBackwardToken: `b/${markerAt(begin)}`,
    };
  }

  /** Of all streams, in the order of their times. */
  #filter(input: FilterLogEventsRequest): FilterLogEventsResponse {
    const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
    if (names !== undefined && prefix !== undefined) {
      throw invalid('logStreamNamePrefix and logStreamNames are mutually exclusive parameters.');
    }
    const holds = readPattern(input.filterPattern ?? '');
    if (holds === undefined) throw notPlayed('cloudwatch-logs', 'other filter patterns', input.filterPattern);
    const found = [...this.#groups.identified(input).streams.values()]
      .filter(({ name }) => (names?.includes(name) ?? true) && name.startsWith(prefix ?? ''))
      .flatMap((stream) => within(stream.events, input).map((event) => ({ stream: stream.name, event })))
      .filter(({ event }) => holds(event.message))
      .toSorted((a, b) => (a.event.id < b.event.id ? -1 : 1));
    const { page, nextToken } = pageOf(found, input, EVENTS_PAGE_MAX);
    return {
      events: page.map(({ stream, event }) => ({
        logStreamName: stream,
        timestamp: event.atMs,
        message: event.message,
        ingestionTime: event.ingestedAtMs,
        eventId: event.id,
      })),
      searchedLogStreams: [],
      ...nextToken,
    };
  }
}

function streamIn(group: LogGroupRecord, name = ''): LogStreamRecord {
  const stream = group.streams.get(name);
  if (stream === undefined) throw missing('The specified log stream does not exist.');
  return stream;
}

const lastOf = ({ events }: LogStreamRecord): number => events.at(-1)?.atMs ?? 0;

interface Span {
  startTime?: number | undefined;
  endTime?: number | undefined;
}

/** From `startTime` on, and before `endTime`. */
function within(events: readonly LogEvent[], { startTime, endTime }: Span) {
  return events.filter(({ atMs }) => atMs >= (startTime ?? 0) && atMs < (endTime ?? Number.POSITIVE_INFINITY));
}

function pageOf<Item>(
  found: readonly Item[],
  input: { nextToken?: string | undefined; limit?: number | undefined },
  most: number,
) {
  const begin = input.nextToken === undefined ? 0 : indexIn(input.nextToken);
  if (begin === undefined) throw invalid('The specified nextToken is invalid.');
  const end = begin + (input.limit ?? most);
  return { page: found.slice(begin, end), nextToken: end < found.length ? { nextToken: markerAt(end) } : {} };
}

function presented({ name, createdMs, events }: LogStreamRecord, groupArn: string): LogStream {
  const [first] = events;
  const last = events.at(-1);
  return {
    logStreamName: name,
    creationTime: createdMs,
    arn: `${groupArn}:log-stream:${name}`,
    storedBytes: 0,
    ...(first === undefined ? {} : { firstEventTimestamp: first.atMs }),
    ...(last === undefined ? {} : { lastEventTimestamp: last.atMs, lastIngestionTime: last.ingestedAtMs }),
  };
}
