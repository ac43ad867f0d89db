/** What is known of a service's load beyond the tasks that were recorded. Within an attempt neither number falls. */
export interface ServiceLoad {
  /** The most tasks that blue has served with of its own accord: not counted are those that it was asked for. */
  blue: number;
  /** How many tasks all traffic needs, as green's scale-out tells; 0 while that tells nothing. */
  needed: number;
}

/** By the name of blue's service; a service of which nothing is known is left out. */
export type Loads = Readonly<Record<string, ServiceLoad>>;

/** Both sides of a service as they are now. */
export interface LoadReading {
  /** As many tasks as both sides have without any load of their own: a green that has no more tells nothing. */
  start: number;
  /** Tasks of green that serve. */
  green: number;
  /** Tasks of blue that serve. */
  blue: number;
  /** Green's share of the service's traffic, percent; where several entries lead there, the greatest. */
  share: number;
}

/**
 * How many tasks all traffic of a service would need on one side, told by what both sides need for their shares; 0 where nothing is told,
 * which is so until green has scaled out.
 *
 * Green carries its share with `green` tasks, so all traffic needs no more than `green × 100 / share` of them, and blue carries the rest with
 * `blue`, so it needs no more than `blue × 100 / (100 − share)`. Both are upper bounds, for neither side has fewer than it needs while its
 * scaling works, and the smaller one is taken. That one is never more than `green + blue`, which carry all traffic together; and it is the
 * side with the greater share that decides, so that one more task of a green with one per cent asks for no hundred of blue.
 */
export function neededByLoad({ start, green, blue, share }: LoadReading): number {
  if (green <= start || share <= 0) return 0;
  const byGreen = Math.ceil((green * WHOLE) / share);
  const byBlue = share >= WHOLE ? Number.POSITIVE_INFINITY : Math.ceil((blue * WHOLE) / (WHOLE - share));
  return Math.max(start, Math.min(byGreen, byBlue));
}

const WHOLE = 100;

/**
 * What is known of a service after one more look. Tasks that blue was asked for are no sign of load: taken for one, each answer would be
 * the next question, and blue would grow without end.
 *
 * @param recorded tasks that blue had when it was recorded
 * @returns `undefined` where nothing is known still
 */
export function risenLoad(
  before: ServiceLoad | undefined,
  recorded: number,
  reading: LoadReading,
): ServiceLoad | undefined {
  const known = before ?? { blue: recorded, needed: 0 };
  const blue = reading.blue > known.needed ? Math.max(known.blue, reading.blue) : known.blue;
  const needed = Math.max(known.needed, neededByLoad({ ...reading, blue }));
  return blue <= recorded && needed === 0 ? undefined : { blue, needed };
}

/** What is known of one service. ECS has room for services that are named `constructor` or `__proto__`. */
export const loadOf = (loads: Loads, service: string): ServiceLoad | undefined =>
  Object.hasOwn(loads, service) ? loads[service] : undefined;

/** Both as far as they have risen. */
export function higherLoads(one: Loads | null, other: Loads): Loads {
  const all = new Map(Object.entries(one ?? {}));
  for (const [service, load] of Object.entries(other)) {
    const known = all.get(service) ?? load;
    all.set(service, { blue: Math.max(known.blue, load.blue), needed: Math.max(known.needed, load.needed) });
  }
  return Object.fromEntries(all);
}

/**
 * How many tasks of blue all traffic needs: never fewer than were recorded.
 *
 * @param scalesByLoad blue has a scaling of its own, and no schedule: only there a count of its own that has risen is a need. Elsewhere a person
 * has added room, or it is that hour of the day
 */
export const tasksNeeded = (recorded: number, load: ServiceLoad | undefined, scalesByLoad: boolean): number =>
  Math.max(recorded, load?.needed ?? 0, scalesByLoad ? (load?.blue ?? 0) : 0);
