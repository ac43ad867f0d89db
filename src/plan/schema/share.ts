import { z } from 'zod';

const PERCENT = /^(\d{1,2}(?:\.\d{1,4})?)%$/;

/** A share as a person writes it, `1%` or `0.5%`, as a fraction of one. */
export const percent = z.string('must be a percentage with its sign: 1% or 0.5%').transform((text, context): number => {
  const number = PERCENT.exec(text)?.[1];
  if (number !== undefined) return Number((Number(number) / 100).toFixed(6));
  context.addIssue({ code: 'custom', message: `"${text}" is no percentage from 0% to below 100%: write 1% or 0.5%` });
  return z.NEVER;
});

const REQUESTS_MIN_MAX = 1_000_000;
const REQUESTS_MESSAGE = `must be a whole number from 1 to ${REQUESTS_MIN_MAX}`;

/** How many requests something needs before it is judged. */
export const requestsMin = z.int(REQUESTS_MESSAGE).min(1, REQUESTS_MESSAGE).max(REQUESTS_MIN_MAX, REQUESTS_MESSAGE);
