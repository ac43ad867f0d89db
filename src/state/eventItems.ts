import type { EventReason, PlanEvent } from '../machines/record.ts';
import { textOf } from './attributes.ts';
import type { Value } from './attributes.ts';
import { TTL_ATTRIBUTE } from './createTable.ts';
import { isRecord } from '../plan/json.ts';
import { EVENTS, eventKey, planPk } from './keys.ts';
import { isTime } from './statusShape.ts';
import type { Item, Table } from './table.ts';

/** So many events have room beside the status in one item, and so much of their messages; more come in further writes. */
const EVENTS_PER_WRITE_MAX = 100;
const BYTES_PER_WRITE_MAX = 48 * 1024;
const MESSAGE_LENGTH_MAX = 1000;
const DAY_SECONDS = 86_400;
/** How long events stay. DynamoDB deletes them within two days after (row D7). */
const EVENT_DAYS = 90;

/** The write that an event came with, kept on the status item until its events are items of their own. */
export interface Outbox {
  version: number;
  events: PlanEvent[];
}

/** Events as they are stored, by the write that they come with: messages cut to a length, so that no item outgrows its limit. */
export function boundedEvents(events: readonly PlanEvent[]): { now: PlanEvent[]; later: readonly PlanEvent[] } {
  const now: PlanEvent[] = [];
  let bytes = 0;
  for (const event of events.slice(0, EVENTS_PER_WRITE_MAX)) {
    const { message } = event;
    const short = message.length <= MESSAGE_LENGTH_MAX ? message : `${message.slice(0, MESSAGE_LENGTH_MAX - 1)}…`;
    bytes += Buffer.byteLength(short);
    if (bytes > BYTES_PER_WRITE_MAX) break;
    now.push({ ...event, message: short });
  }
  return { now, later: events.slice(now.length) };
}

/** Makes items of an outbox. May run twice: an event's key follows from the write that it came with. */
export async function putEvents(table: Table, plan: string, outbox: Outbox): Promise<void> {
  for (const [index, event] of outbox.events.entries()) {
    await table.putAgain(eventKey(plan, event.at, outbox.version, index), {
      ...event,
      [TTL_ATTRIBUTE]: Math.floor(event.at / 1000) + EVENT_DAYS * DAY_SECONDS,
    });
  }
}

/** The last `limit` events, or all, oldest first. */
export async function readEvents(table: Table, plan: string, limit?: number): Promise<PlanEvent[]> {
  if (limit !== undefined && limit <= 0) return [];
  const items = await table.query(planPk(plan), EVENTS, {
    newestFirst: true,
    ...(limit === undefined ? {} : { limit }),
  });
  return items.toReversed().map(eventOf);
}

export function outboxOf(value: Value | undefined): Outbox {
  if (typeof value !== 'object' || value === null || !('events' in value)) return { version: 0, events: [] };
  const { version, events } = value;
  return {
    version: Number(version),
    // What has no time has no key either.
    events: Array.isArray(events) ? events.filter(isEvent).map(eventOf) : [],
  };
}

const isEvent = (value: unknown): value is Item => isRecord(value) && isTime(value['at']);

function eventOf(item: Item): PlanEvent {
  return {
    at: Number(item['at']),
    type: item['type'] === 'Warning' ? 'Warning' : 'Normal',
    // A reason of a newer version is shown as it stands.
    reason: textOf(item['reason']) as EventReason,
    message: textOf(item['message']),
    from: textOf(item['from']),
  };
}
