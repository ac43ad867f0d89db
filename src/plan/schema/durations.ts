import { duration } from './building.ts';

export const HOUR_MS = 3_600_000;
export const bake = duration(7 * 24 * HOUR_MS, '168h');
/** ECS takes 0 to 1440 minutes for its own bake times. */
export const ecsBake = duration(24 * HOUR_MS, '24h, the most that ECS takes');
export const longDuration = duration(30 * 24 * HOUR_MS, '720h');
