/**
 * Durations as a person writes them: `500ms`, `30s`, `5m`, `1h`, `24h`, `1h30m`. Whole numbers with a unit, larger units
 * first, each unit at most once. Nothing else: no spaces, no fractions, no words, no number without a unit.
 */

const UNITS = [
  { unit: 'h', ms: 3_600_000 },
  { unit: 'm', ms: 60_000 },
  { unit: 's', ms: 1_000 },
  { unit: 'ms', ms: 1 },
] as const;

const PATTERN = /^(?:(\d{1,6})h)?(?:(\d{1,8})m(?!s))?(?:(\d{1,9})s)?(?:(\d{1,10})ms)?$/;

/** The longest duration that is accepted: 90 days. */
export const DURATION_MS_MAX = 90 * 24 * 3_600_000;

/** What is accepted, for error messages. */
export const DURATION_FORM = 'a whole number with a unit: 500ms, 30s, 5m, 24h or 1h30m';

/** Milliseconds, or `undefined` for what is no duration or is longer than {@link DURATION_MS_MAX}. */
export function parseDuration(text: string): number | undefined {
  const match = PATTERN.exec(text);
  if (text === '' || match === null) return undefined;
  const totalMs = UNITS.reduce((sum, { ms }, index) => sum + Number(match[index + 1] ?? 0) * ms, 0);
  return totalMs <= DURATION_MS_MAX ? totalMs : undefined;
}

/** The shortest text that {@link parseDuration} reads as `durationMs`; milliseconds are whole and not negative. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  let leftMs = durationMs;
  let text = '';
  for (const { unit, ms } of UNITS) {
    const count = Math.floor(leftMs / ms);
    if (count > 0) text += `${count}${unit}`;
    leftMs -= count * ms;
  }
  return text;
}
