/**
 * Windows in which nothing goes forward, as a person writes them, in the wall time of a time zone:
 *
 * - `Fri 16:00 - Mon 06:00`: every week;
 * - `22:00 - 06:00`: every day, over midnight where the end is not later than the start;
 * - `2026-12-20 00:00 - 2027-01-04 08:00`: once.
 *
 * The start belongs to the window, the end does not. Wall time is what a clock on the wall shows: in the night in which clocks go
 * forward a window is an hour shorter, in the other one longer.
 */
export type Freeze =
  /** Minutes since Monday 00:00. `until` may be less than `from`: over Sunday midnight. */
  | { kind: 'weekly'; from: number; until: number }
  /** Minutes since 00:00. `until` may be less than `from`: over midnight. */
  | { kind: 'daily'; from: number; until: number }
  /** `2026-12-20T00:00`, which sorts as it passes. */
  | { kind: 'once'; from: string; until: string };

export interface FreezeWindow {
  /** IANA: `Europe/Berlin`. */
  timeZone: string;
  freeze: Freeze;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const DAY_MINUTES = 24 * 60;
const TIME = String.raw`([01]\d|2[0-3]):([0-5]\d)`;
const WEEKLY = new RegExp(`^(${DAYS.join('|')}) ${TIME} - (${DAYS.join('|')}) ${TIME}$`);
const DAILY = new RegExp(`^${TIME} - ${TIME}$`);
const DATE = String.raw`(\d{4}-\d{2}-\d{2})`;
const ONCE = new RegExp(`^${DATE} ${TIME} - ${DATE} ${TIME}$`);

/** What is accepted, for error messages. */
export const FREEZE_FORM =
  '"Fri 16:00 - Mon 06:00" (each week), "22:00 - 06:00" (each day) or "2026-12-20 00:00 - 2027-01-04 08:00" (once)';

/** `undefined` for what is none of the three forms, is empty, or ends before it begins. */
export function parseFreeze(text: string): Freeze | undefined {
  const weekly = WEEKLY.exec(text);
  if (weekly !== null) {
    const [, fromDay = '', fromHour, fromMinute, untilDay = '', untilHour, untilMinute] = weekly;
    const from = dayOf(fromDay) * DAY_MINUTES + minutes(fromHour, fromMinute);
    const until = dayOf(untilDay) * DAY_MINUTES + minutes(untilHour, untilMinute);
    return from === until ? undefined : { kind: 'weekly', from, until };
  }
  const daily = DAILY.exec(text);
  if (daily !== null) {
    const [, fromHour, fromMinute, untilHour, untilMinute] = daily;
    const from = minutes(fromHour, fromMinute);
    const until = minutes(untilHour, untilMinute);
    return from === until ? undefined : { kind: 'daily', from, until };
  }
  const once = ONCE.exec(text);
  if (once === null) return undefined;
  const [, fromDate = '', fromHour, fromMinute, untilDate = '', untilHour, untilMinute] = once;
  if (!isDate(fromDate) || !isDate(untilDate)) return undefined;
  const from = `${fromDate}T${fromHour}:${fromMinute}`;
  const until = `${untilDate}T${untilHour}:${untilMinute}`;
  return from < until ? { kind: 'once', from, until } : undefined;
}

/** Whether the platform knows the time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * Until when nothing goes forward, in the window's own words: `Mon 06:00 Europe/Berlin`; `undefined` outside every window. A window in a time
 * zone that this platform does not know, though the one that took the plan did, is taken for open.
 */
export function frozenUntil(windows: readonly FreezeWindow[], nowMs: number): string | undefined {
  for (const { timeZone, freeze } of windows) {
    if (!isTimeZone(timeZone)) return `an operator that knows the time zone ${timeZone} has the plan`;
    const wall = wallTime(nowMs, timeZone);
    if (isInside(freeze, wall)) return `${endOf(freeze)} ${timeZone}`;
  }
  return undefined;
}

interface WallTime {
  /** 0 is Monday. */
  day: number;
  /** Since 00:00. */
  minute: number;
  /** `2026-12-20T00:00`. */
  stamp: string;
}

function wallTime(nowMs: number, timeZone: string): WallTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const date = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  return {
    day: dayOf(part('weekday')),
    minute: minutes(part('hour'), part('minute')),
    stamp: `${date}T${part('hour')}:${part('minute')}`,
  };
}

function isInside(freeze: Freeze, { day, minute, stamp }: WallTime): boolean {
  switch (freeze.kind) {
    case 'weekly':
      return isBetween(day * DAY_MINUTES + minute, freeze);
    case 'daily':
      return isBetween(minute, freeze);
    case 'once':
      return freeze.from <= stamp && stamp < freeze.until;
  }
}

const isBetween = (at: number, { from, until }: { from: number; until: number }): boolean =>
  from < until ? from <= at && at < until : at >= from || at < until;

function endOf(freeze: Freeze): string {
  switch (freeze.kind) {
    case 'weekly':
      return `${DAYS[Math.floor(freeze.until / DAY_MINUTES)] ?? ''} ${clock(freeze.until % DAY_MINUTES)}`;
    case 'daily':
      return clock(freeze.until);
    case 'once':
      return freeze.until.replace('T', ' ');
  }
}

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const dayOf = (name: string): number => (DAYS as readonly string[]).indexOf(name);

const minutes = (hour: string | undefined, minute: string | undefined): number => Number(hour) * 60 + Number(minute);

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A day of the calendar, but that every February has 29: a window that ends on one that does not exist ends the next day. */
function isDate(text: string): boolean {
  const [, month, day] = text.split('-').map(Number);
  const last = MONTH_DAYS[(month ?? 0) - 1];
  return last !== undefined && day !== undefined && day >= 1 && day <= last;
}
