import { z } from 'zod';
import { DURATION_FORM, parseDuration } from '../duration.ts';

/** A map with exactly these keys. The message of an unknown key lists the known ones. */
export const section = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `known here: ${Object.keys(shape).toSorted().join(', ')}` : undefined,
  });

/** A key of the skeleton whose feature is not built: whatever is written there is refused. */
export const notYet = (sentence: string) =>
  z
    .unknown()
    .optional()
    .superRefine((value, context) => {
      if (value !== undefined) context.addIssue({ code: 'custom', message: `not yet: ${sentence}` });
    })
    .meta({ description: `Not yet: ${sentence}`, not: {} });

/** A choice of words, some of which are not built. */
export const choice = <const Built extends string>(
  built: readonly [Built, ...Built[]],
  later: Record<string, string>,
) =>
  z.enum([...built, ...Object.keys(later)]).transform((value, context): Built => {
    const found = built.find((word) => word === value);
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message: `not yet: "${value}" ${later[value]}; use ${built.join(' or ')}` });
    return z.NEVER;
  });

export const duration = (maxMs: number, maxText: string) =>
  z.string(`must be ${DURATION_FORM}`).transform((text, context): number => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms <= maxMs) return ms;
    const message =
      ms === undefined ? `"${text}" is no duration: write ${DURATION_FORM}` : `"${text}" is longer than ${maxText}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

export const wholePercent = (min: number) => {
  const message = `must be a whole number of percent from ${min} to 100`;
  return z.int(message).min(min, message).max(100, message);
};

/** A list without repetitions; a repetition is reported at its own place. */
export const unique = <Item extends z.ZodType>(item: Item, keyOf: (value: z.output<Item>) => string, word: string) =>
  z.array(item).superRefine((items, context) => {
    const seen = new Set<string>();
    for (const [index, value] of items.entries()) {
      const key = keyOf(value);
      if (seen.has(key)) context.addIssue({ code: 'custom', path: [index], message: `${word} ${key} is listed twice` });
      seen.add(key);
    }
  });
