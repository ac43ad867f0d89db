/** Three digits at most, and none that say nothing. */
const digits = (value: number): string => String(Number(value.toPrecision(3)));

export const percentWords = (share: number): string => `${digits(share * 100)} %`;

export const millisecondsWords = (durationMs: number): string => `${digits(durationMs)} ms`;

export const chanceWords = (chance: number): string =>
  chance < 0.0001 ? 'p < 0.0001' : `p = ${chance.toPrecision(2)}`;
